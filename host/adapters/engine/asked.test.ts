import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAsked, withinFolder } from './asked.ts';

const allocation = '11111111-2222-3333-4444-555555555555';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-asked-'));
  await mkdir(join(folder, 'alloc', allocation, 'work'), { recursive: true });
  await symlink('/etc', join(folder, 'alloc', allocation, 'out'));
  await symlink('work', join(folder, 'alloc', allocation, 'round'));
  await symlink(join(folder, 'alloc'), join(folder, 'other-name'));
});
afterAll(() => rm(folder, { recursive: true }));

const at = (way: string): string => join(folder, 'alloc', allocation, way);

/** As Docker 20.10 inspects a container that Nomad made for an ordinary job with a card. */
const inspected = (host: object = {}, over: object = {}): object => ({
  Id: 'a'.repeat(64),
  Name: `/work-${allocation}`,
  State: { Status: 'running', Running: true, Pid: 7 },
  Config: {
    Labels: { 'com.hashicorp.nomad.alloc_id': allocation },
    Env: ['PATH=/bin', 'NVIDIA_VISIBLE_DEVICES=GPU-4f1c7a52'],
  },
  HostConfig: {
    Binds: [`${at('')}alloc:/alloc`, `${at('work')}:/local`],
    NetworkMode: 'default',
    VolumesFrom: null,
    CapAdd: null,
    CapDrop: ['CAP_NET_RAW'],
    CgroupnsMode: 'private',
    IpcMode: 'private',
    Links: null,
    PidMode: '',
    Privileged: false,
    SecurityOpt: null,
    UTSMode: '',
    UsernsMode: '',
    Runtime: 'nvidia',
    Devices: [],
    DeviceCgroupRules: null,
    DeviceRequests: null,
    MaskedPaths: ['/proc/kcore'],
    ...host,
  },
  Mounts: [{ Type: 'bind', Source: at('work'), Destination: '/local', Mode: '', RW: true }],
  NetworkSettings: { Networks: { bridge: {} } },
  ...over,
});
const read = (host: object = {}, over: object = {}) =>
  readAsked(inspected(host, over), join(folder, 'alloc'));

describe('what a container asked for', () => {
  it('is read as Docker tells it', async () => {
    expect(await read()).toMatchObject({
      id: 'a'.repeat(64),
      name: `work-${allocation}`,
      allocation,
      running: true,
      network: 'default',
      networks: ['bridge'],
      pid: '',
      ipc: 'private',
      cgroups: 'private',
      privileged: false,
      capabilities: [],
      devices: [],
      unmasked: false,
      cards: ['GPU-4f1c7a52'],
    });
  });

  it('is read where an engine leaves fields out, as Podman does', async () => {
    const HostConfig = { NetworkMode: 'host', IpcMode: 'shareable', Runtime: 'oci', Binds: null };
    expect(await read({}, { HostConfig, Mounts: null, NetworkSettings: null })).toMatchObject({
      network: 'host',
      ipc: 'shareable',
      cgroups: '',
      mounts: [],
      cards: [],
      unmasked: false,
    });
  });

  it('is none where it carries no allocation, and is not read from half an answer', async () => {
    const asked = await read({}, { Config: { Labels: null, Env: null } });
    expect([asked.allocation, asked.cards]).toEqual([null, []]);
    await expect(readAsked({ Id: 'x' }, folder)).rejects.toThrow();
  });

  it('shows what is hidden only where its list of hidden paths is empty', async () => {
    expect((await read({ MaskedPaths: [] })).unmasked).toBe(true);
    expect((await read({ MaskedPaths: null })).unmasked).toBe(false);
  });
});

describe('its cards', () => {
  const env = (...lines: string[]) => ({ Config: { Labels: {}, Env: lines } });

  it.each<readonly [string, object, object, readonly string[]]>([
    ['the runtime’s variable', {}, env('NVIDIA_VISIBLE_DEVICES=0, 1'), ['0', '1']],
    ['the last of two', {}, env('NVIDIA_VISIBLE_DEVICES=0', 'NVIDIA_VISIBLE_DEVICES=all'), ['all']],
    ['none by that word', {}, env('NVIDIA_VISIBLE_DEVICES=void'), []],
    ['a word to another runtime', { Runtime: 'runc' }, env('NVIDIA_VISIBLE_DEVICES=all'), []],
    ['another runtime of NVIDIA’s', { Runtime: 'nvidia-cdi' }, env('NVIDIA_VISIBLE_DEVICES=all'), ['all']],
    [
      'CDI’s names within the variable',
      {},
      env('NVIDIA_VISIBLE_DEVICES=runtime.nvidia.com/gpu=GPU-1,nvidia.com/gds=all'),
      ['GPU-1', 'nvidia.com/gds=all'],
    ],
    [
      'a request by number',
      { Runtime: 'runc', DeviceRequests: [{ Driver: 'nvidia', Count: -1, DeviceIDs: null }] },
      env(),
      ['all'],
    ],
    [
      'a request by name',
      { Runtime: 'runc', DeviceRequests: [{ Driver: 'cdi', Count: 0, DeviceIDs: ['nvidia.com/gpu=1'] }] },
      env(),
      ['1'],
    ],
    [
      'an annotation',
      { Runtime: 'runc', Annotations: { 'cdi.k8s.io/x': 'nvidia.com/gpu=all' } },
      env(),
      ['all'],
    ],
    [
      'a device in CDI’s form',
      { Runtime: 'runc', Devices: [{ PathOnHost: 'nvidia.com/gpu=all' }] },
      env(),
      ['all'],
    ],
  ])('are read from %s', async (_, host, over, cards) => {
    const asked = await read(host, over);
    expect([asked.cards, asked.devices]).toEqual([cards, []]);
  });

  it('are devices where they are asked for by their files', async () => {
    const asked = await read({
      Devices: [{ PathOnHost: '/dev/nvidia0' }],
      DeviceCgroupRules: ['c 195:* rwm'],
    });
    expect(asked.devices).toEqual(['/dev/nvidia0', 'c 195:* rwm']);
  });
});

describe('its mounts', () => {
  const mounts = async (host: object, top: readonly object[] = []) =>
    (await read({ Binds: [], ...host }, { Mounts: top })).mounts;

  it('are bound paths, volumes by name and by none, and what only the engine tells', async () => {
    expect(await mounts({ Binds: ['photos:/p', '/etc:/e:ro'] })).toMatchObject([
      { type: 'volume', source: 'photos', anonymous: false },
      { type: 'bind', source: '/etc', within: null },
    ]);
    const own = {
      Type: 'volume',
      Name: 'f'.repeat(64),
      Source: '/var/lib/docker/volumes/x',
      Driver: 'local',
    };
    expect(await mounts({}, [own])).toMatchObject([{ type: 'volume', driver: 'local', anonymous: true }]);
    expect(await mounts({}, [{ ...own, Name: 'photos' }])).toMatchObject([
      { source: 'photos', anonymous: false },
    ]);
    expect(await mounts({ Mounts: [{ Type: 'volume', Target: '/v' }] })).toMatchObject([
      { type: 'volume', driver: 'local', anonymous: true },
    ]);
  });

  it('tell a volume whose driver is told where to look', async () => {
    const Options = { type: 'none', o: 'bind', device: '/etc' };
    const asked = (DriverConfig: object) =>
      mounts({ Mounts: [{ Type: 'volume', Target: '/v', VolumeOptions: { DriverConfig } }] });
    expect(await asked({ Name: 'local', Options })).toMatchObject([{ driver: 'local with options' }]);
    expect(await asked({ Options })).toMatchObject([{ driver: 'local with options' }]);
    expect(await asked({ Name: 'nfs', Options: null })).toMatchObject([{ driver: 'nfs' }]);
    expect(await asked({ Name: '', Options: {} })).toMatchObject([{ driver: 'local' }]);
  });

  it.each<readonly [string, () => string, string | null]>([
    ['inside', () => at('work'), `${allocation}/work`],
    ['inside through a link', () => at('round'), `${allocation}/work`],
    [
      'inside, the folder by another name',
      () => join(folder, 'other-name', allocation, 'work'),
      `${allocation}/work`,
    ],
    ['inside, with nothing there', () => at('work/not-yet'), `${allocation}/work/not-yet`],
    ['out through a link', () => at('out'), null],
    ['out through a link and on', () => at('out/passwd'), null],
    ['out by dots', () => at('../../../etc'), null],
    ['out by dots, with nothing there', () => at('../../../not-there'), null],
    ['the folder of all', () => join(folder, 'alloc'), null],
    ['a folder that only begins alike', () => join(folder, 'allocations'), null],
  ])('lead %s', async (_, path, within) => {
    expect(await withinFolder(path(), join(folder, 'alloc'))).toBe(within);
  });
});
