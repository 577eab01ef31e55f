import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardRule } from '../../contract/guard.ts';
import { createEngine } from '../../host/adapters/engine/index.ts';
import { createWorld } from '../../host/adapters/world/index.ts';
import { Guard } from '../../host/core/guard/guard.ts';
import { nomadProgram, titled } from './availability.ts';
import { dockerAvailable, type DockerEngine, startDocker, testImage } from './docker.ts';
import { somePort } from './loopback-pool.ts';
import { Processes } from './processes.ts';
import { onPath } from './availability.ts';
import { until } from './run.ts';
import { ask, askJson } from './socket-http.ts';

const docker = await dockerAvailable();
const nomad = nomadProgram();
const label = 'com.hashicorp.nomad.alloc_id';
const kept = 'GPU-00000000-1111-2222-3333-444444444444';
const shared = 'GPU-4f1c7a52-9be0-4d6e-8a3c-2d5e71b0c940';

/** What a container was ended for, and how long the guard took. */
interface Ended {
  readonly container: string;
  readonly asked: readonly string[];
  readonly ms: number;
}

/** The guard as the host has it, over a real engine. */
class Watched {
  readonly engine: DockerEngine;
  readonly folder: string;
  readonly guard: Guard;
  readonly ended: Ended[] = [];

  constructor(engine: DockerEngine, folder: string) {
    this.engine = engine;
    this.folder = folder;
    const world = createWorld({
      tailscaledSocket: () => null,
      engineSocket: () => engine.socket,
      env: process.env,
    });
    const quiet = (): void => undefined;
    this.guard = new Guard({
      clock: world.clock,
      log: {
        debug: quiet,
        info: quiet,
        error: quiet,
        redact: quiet,
        warn: (_, fields) => void this.ended.push(fields as unknown as Ended),
      },
      engine: createEngine(world, () => world.engineSocket()),
      nomad: { allocationIds: () => readdir(folder), allocationFolder: () => folder },
      cards: () => ({ shared: new Set([shared.toLowerCase()]), all: false }),
      assigned: () => [],
      nameOf: (allocation) => Promise.resolve(allocation),
      see: quiet,
    });
  }

  async start(): Promise<void> {
    this.guard.set(true);
    await until('the guard to watch', () => this.guard.sample.state === 'watching');
  }

  /** The rules for which a container of this name was ended. */
  rulesOf(name: string): readonly string[] {
    return this.ended
      .filter(({ container }) => container === name)
      .flatMap(({ asked }) => asked.map((one) => one.split(':')[0] ?? ''));
  }
}

describe.skipIf(!docker.ok)(titled('the guard over a real engine', docker), () => {
  const allocation = '11111111-2222-3333-4444-555555555555';
  const prefix = `rigshare-guard-${process.pid}`;
  const network = `${prefix}-net`;
  let engine: DockerEngine;
  let watched: Watched;
  let folder: string;
  let ownCgroups: boolean;
  let friend: string;

  beforeAll(async () => {
    engine = await startDocker();
    folder = await mkdtemp(join(tmpdir(), 'rigshare-guard-'));
    for (const sub of ['alloc/data', 'work/local'])
      await mkdir(join(folder, allocation, sub), { recursive: true });
    await mkdir(join(folder, 'other-allocation', 'alloc'), { recursive: true });
    await symlink('/etc', join(folder, allocation, 'alloc', 'data', 'way-out'));
    await symlink(join(folder, allocation, 'work'), join(folder, allocation, 'alloc', 'data', 'way-round'));
    await askJson(engine.socket, json('/networks/create', { Name: network }));
    const info = await askJson<{ SecurityOptions: string[] }>(engine.socket, { path: '/info' });
    ownCgroups = info.SecurityOptions.includes('name=cgroupns');
    // The owner's own, with no allocation.
    friend = (await create('friend', {}, {}))!;
    await start(friend);
    watched = new Watched(engine, folder);
    await watched.start();
  });
  afterAll(async () => {
    watched?.guard.close();
    const all = await askJson<{ Id: string; Names: string[] }[]>(engine.socket, {
      path: '/containers/json?all=1',
    });
    for (const { Id, Names } of all)
      if (Names.some((name) => name.startsWith(`/${prefix}`)))
        await ask(engine.socket, { method: 'DELETE', path: `/containers/${Id}?force=1&v=1` });
    await ask(engine.socket, { method: 'DELETE', path: `/networks/${network}` });
    await ask(engine.socket, { method: 'DELETE', path: `/volumes/${prefix}-volume` });
    await rm(folder, { recursive: true, force: true });
    await engine?.stop();
  });

  const json = (path: string, body: unknown) => ({
    method: 'POST',
    path,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

  /** Null where it was gone before the engine had answered. */
  async function create(
    name: string,
    host: object,
    over: object = { [label]: allocation },
    env: string[] = [],
  ) {
    const body = {
      Image: testImage,
      Cmd: ['sleep', '600'],
      Labels: over,
      Env: env,
      StopSignal: 'SIGKILL',
      HostConfig: host,
    };
    const path = `/containers/create?name=${prefix}-${name}`;
    return (await askJson<{ Id: string }>(engine.socket, json(path, body))).Id;
  }
  const start = (id: string) => ask(engine.socket, { method: 'POST', path: `/containers/${id}/start` });

  /** How long a container ran, ms; null: it runs still. */
  async function ran(id: string): Promise<number | null> {
    const { status, text } = await ask(engine.socket, { path: `/containers/${id}/json` });
    if (status === 404) return 0;
    const { State } = JSON.parse(text) as { State: Record<'StartedAt' | 'FinishedAt' | 'Status', string> };
    if (State.Status === 'running') return null;
    if (State.Status === 'created') return 0;
    return Math.max(0, Date.parse(State.FinishedAt) - Date.parse(State.StartedAt));
  }

  const bind = (source: string): object => ({ Binds: [`${source}:/seen:ro`] });
  const inside = (way: string): string => join(folder, allocation, way);

  const hostile: readonly (readonly [string, GuardRule, () => object, string[]?])[] = [
    ['host-network', 'network', () => ({ NetworkMode: 'host' })],
    ['owners-network', 'network', () => ({ NetworkMode: network })],
    ['friends-network', 'network', () => ({ NetworkMode: `container:${friend}` })],
    ['host-pid', 'processes', () => ({ PidMode: 'host' })],
    ['friends-pid', 'processes', () => ({ PidMode: `container:${friend}` })],
    ['host-ipc', 'memory', () => ({ IpcMode: 'host' })],
    ['host-uts', 'name', () => ({ UTSMode: 'host' })],
    ['host-users', 'users', () => ({ UsernsMode: 'host' })],
    ['privileged', 'privileged', () => ({ Privileged: true })],
    ['capability', 'capabilities', () => ({ CapAdd: ['SYS_ADMIN'] })],
    [
      'device',
      'devices',
      () => ({ Devices: [{ PathOnHost: '/dev/zero', PathInContainer: '/dev/z', CgroupPermissions: 'r' }] }),
    ],
    ['device-rule', 'devices', () => ({ DeviceCgroupRules: ['c 195:* rwm'] })],
    ['no-seccomp', 'security', () => ({ SecurityOpt: ['seccomp=unconfined'] })],
    ['unmasked', 'security', () => ({ MaskedPaths: [], ReadonlyPaths: [] })],
    ['etc', 'files', () => bind('/etc')],
    ['engine-socket', 'files', () => bind(engine.socket)],
    ['by-a-link', 'files', () => bind(inside('alloc/data/way-out'))],
    ['by-dots', 'files', () => bind(inside('../other-allocation/alloc'))],
    [
      'as-a-mount',
      'files',
      () => ({ Mounts: [{ Type: 'bind', Source: '/etc', Target: '/seen', ReadOnly: true }] }),
    ],
    ['named-volume', 'volumes', () => ({ Binds: [`${prefix}-volume:/seen`] })],
    [
      'bind-by-a-volume',
      'volumes',
      () => ({
        Mounts: [
          {
            Type: 'volume',
            Target: '/seen',
            VolumeOptions: {
              DriverConfig: { Name: 'local', Options: { type: 'none', o: 'bind', device: '/etc' } },
            },
          },
        ],
      }),
    ],
    ['friends-volumes', 'volumes', () => ({ VolumesFrom: [friend] })],
    ['all-cards', 'cards', () => ({ Runtime: 'nvidia' }), ['NVIDIA_VISIBLE_DEVICES=all']],
    ['kept-card', 'cards', () => ({ Runtime: 'nvidia' }), [`NVIDIA_VISIBLE_DEVICES=${kept}`]],
  ];

  const honest: readonly (readonly [name: string, host: () => object, env?: string[]])[] = [
    ['plain', () => ({})],
    ['own-folders', () => ({ Binds: [`${inside('alloc')}:/alloc`, `${inside('work/local')}:/local`] })],
    ['own-folder-by-a-link', () => bind(inside('alloc/data/way-round'))],
    ['dropped', () => ({ CapDrop: ['NET_RAW'], CapAdd: ['CHOWN'], SecurityOpt: ['no-new-privileges'] })],
    ['in-memory', () => ({ Tmpfs: { '/t': '' }, Mounts: [{ Type: 'tmpfs', Target: '/m' }] })],
    ['own-volume', () => ({ Mounts: [{ Type: 'volume', Target: '/v' }] })],
    ['no-network', () => ({ NetworkMode: 'none' })],
    ['limited', () => ({ Memory: 64 * 1024 * 1024, PidsLimit: 50 })],
    ['shared-card', () => ({ Runtime: 'nvidia' }), [`NVIDIA_VISIBLE_DEVICES=${shared}`]],
    ['card-without-runtime', () => ({}), ['NVIDIA_VISIBLE_DEVICES=all']],
  ];

  /** What became of the hostile ones, all let loose at once. */
  const fates = new Map<string, { readonly ms: number; readonly rules: readonly string[] }>();

  it('ends every hostile job within a second of its start', async () => {
    await Promise.all(
      hostile.map(async ([name, , host, env]) => {
        const id = await create(name, host(), { [label]: allocation }, env);
        await start(id);
        const ms = await until(`the end of ${name}`, async () => (await ran(id)) ?? undefined, {
          withinMs: 15_000,
          everyMs: 50,
        });
        const rules = await until(`why ${name}`, () => nonEmpty(watched.rulesOf(`${prefix}-${name}`)));
        fates.set(name, { ms, rules });
      }),
    );
    const times = [...fates.values()].map(({ ms }) => ms).sort((a, b) => a - b);
    process.stderr.write(
      `guard: ${times.length} hostile containers ran ${times[0]} to ${times.at(-1)} ms, ${times[times.length >> 1]} at the median\n`,
    );
    expect(times[times.length >> 1]).toBeLessThan(1_000);
  });

  it.each(hostile.map(([name, rule]) => ({ name, rule })))(
    'says why it ended $name: $rule',
    ({ name, rule }) => {
      // Docker itself switches SELinux off beside some of them, which counts too.
      expect(fates.get(name)?.rules).toContain(rule);
      for (const one of fates.get(name)?.rules ?? []) expect([rule, 'security']).toContain(one);
    },
  );

  it('lets honest jobs run', async () => {
    const ids = await Promise.all(
      honest.map(async ([name, host, env]) => {
        const id = await create(name, host(), { [label]: allocation }, env);
        return [name, id, (await start(id)).status] as const;
      }),
    );
    expect(ids.map(([name, , status]) => `${name} ${status}`)).toEqual(honest.map(([name]) => `${name} 204`));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    for (const [name, id] of ids) expect([name, await ran(id)]).toEqual([name, null]);
    expect(ids.flatMap(([name]) => watched.rulesOf(`${prefix}-${name}`))).toEqual([]);
  });

  it('takes the machine’s control groups for asked only where the engine gives others by itself', async () => {
    const id = await create('host-cgroups', { CgroupnsMode: 'host' });
    await start(id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await ran(id)) === null).toBe(!ownCgroups);
  });

  it('lets tasks of one allocation share what is theirs', async () => {
    const first = await create('pause', { NetworkMode: 'none' });
    await start(first);
    const second = await create('task', { NetworkMode: `container:${first}`, PidMode: `container:${first}` });
    await start(second);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([await ran(first), await ran(second)]).toEqual([null, null]);
  });

  it('leaves the owner’s own containers alone, whatever they are', async () => {
    const own = await create('own', { PidMode: 'host', NetworkMode: 'host', CapAdd: ['SYS_ADMIN'] }, {});
    const other = await create('other-agent', { PidMode: 'host' }, { [label]: 'another-agents-allocation' });
    for (const id of [own, other]) await start(id);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([await ran(own), await ran(other), await ran(friend)]).toEqual([null, null, null]);
  });

  it('ends what began while nobody watched, at its next look', async () => {
    watched.guard.set(false);
    const id = await create('meanwhile', { PidMode: 'host' });
    await start(id);
    expect(await ran(id)).toBe(null);
    await watched.start();
    expect(await ran(id)).not.toBe(null);
  });
});

describe.skipIf(!docker.ok || !nomad.ok)(titled('the guard over a real Nomad', docker, nomad), () => {
  let engine: DockerEngine;
  let watched: Watched;
  let folder: string;
  let processes: Processes;
  let port: number;

  beforeAll(async () => {
    engine = await startDocker();
    folder = await mkdtemp(join(tmpdir(), 'rigshare-guard-nomad-'));
    processes = new Processes(join(folder, 'processes'));
    const [http, rpc, serf] = [await somePort(), await somePort(), await somePort()];
    port = http;
    await mkdir(join(folder, 'alloc'));
    await writeFile(join(folder, 'agent.json'), JSON.stringify(agent(folder, { http, rpc, serf })));
    processes.start(onPath('nomad') ?? 'nomad', ['agent', '-config', join(folder, 'agent.json')], {
      log: join(folder, 'log'),
    });
    await until(
      'the node',
      async () => {
        const nodes =
          await get<{ Status: string; Drivers: Record<string, { Healthy: boolean }> }[]>('/v1/nodes');
        return nodes[0]?.Status === 'ready' && nodes[0].Drivers['docker']?.Healthy === true;
      },
      { withinMs: 40_000 },
    );
    watched = new Watched(engine, join(folder, 'alloc'));
    await watched.start();
  });
  afterAll(async () => {
    for (const id of ['honest', 'hostile-network', 'hostile-devices', 'hostile-cards'])
      await fetch(url(`/v1/job/${id}?purge=true`), { method: 'DELETE' }).catch(() => undefined);
    await until('the containers to be gone', async () => (await ours()).length === 0, {
      withinMs: 20_000,
    }).catch(() => undefined);
    watched?.guard.close();
    await processes?.stop();
    for (const { Id } of await ours())
      await ask(engine.socket, { method: 'DELETE', path: `/containers/${Id}?force=1&v=1` });
    await unmount(folder);
    await rm(folder, { recursive: true, force: true });
    await engine?.stop();
  });

  const url = (path: string): string => `http://127.0.0.1:${port}${path}`;
  const get = async <T>(path: string): Promise<T> => (await (await fetch(url(path))).json()) as T;
  const ours = async () => {
    const ids: readonly string[] = await readdir(join(folder, 'alloc')).catch(() => []);
    return (await engine.containers()).filter(({ Labels }) => ids.includes(Labels[label] ?? ''));
  };
  const run = (id: string, config: object, env: object = {}) =>
    fetch(url('/v1/jobs'), { method: 'PUT', body: JSON.stringify(job(id, config, env)) });
  const allocation = async (id: string) =>
    (
      await get<{ ClientStatus: string; TaskStates: Record<string, { Restarts: number }> | null }[]>(
        `/v1/job/${id}/allocations`,
      )
    )[0];

  it('lets an ordinary job run', async () => {
    await run('honest', { mount: [{ type: 'tmpfs', target: '/scratch', readonly: false }] });
    await until('the job', async () => (await allocation('honest'))?.ClientStatus === 'running', {
      withinMs: 20_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await allocation('honest'))?.ClientStatus).toBe('running');
    expect(watched.ended).toEqual([]);
  });

  it.each<readonly [string, GuardRule, object, object]>([
    ['the machine’s network', 'network', { network_mode: 'host' }, {}],
    ['a device', 'devices', { devices: [{ host_path: '/dev/zero', container_path: '/dev/z' }] }, {}],
    ['every card', 'cards', { runtime: 'nvidia' }, { NVIDIA_VISIBLE_DEVICES: 'all' }],
  ])('ends a job that asks for %s, which Nomad lets through', async (_, rule, config, env) => {
    const before = watched.ended.length;
    const id = `hostile-${rule}`;
    await run(id, config, env);
    const { ClientStatus, TaskStates } = await until(
      'its end',
      async () => {
        const one = await allocation(id);
        return one?.ClientStatus === 'failed' ? one : undefined;
      },
      { withinMs: 20_000 },
    ).catch(async (error: unknown) => {
      throw new Error(
        `${String(error)}: ${JSON.stringify([await allocation(id), watched.ended.slice(before)])}`,
      );
    });
    const ended = watched.ended.slice(before);
    expect(ended.length, JSON.stringify([ClientStatus, TaskStates])).toBeGreaterThan(0);
    const rules = new Set(ended.flatMap(({ asked }) => asked.map((one) => one.split(':')[0])));
    expect(rules).toEqual(new Set([rule]));
    expect((await ours()).filter(({ State }) => State === 'running')).toHaveLength(1);
  });
});

const agent = (folder: string, ports: Readonly<Record<'http' | 'rpc' | 'serf', number>>): object => ({
  name: 'guarded',
  data_dir: join(folder, 'data'),
  bind_addr: '127.0.0.1',
  ports,
  advertise: Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, `127.0.0.1:${port}`])),
  disable_update_check: true,
  server: { enabled: true, bootstrap_expect: 1 },
  client: {
    enabled: true,
    network_interface: 'lo',
    alloc_dir: join(folder, 'alloc'),
    servers: [`127.0.0.1:${ports.rpc}`],
    options: {
      'driver.allowlist': 'docker',
      'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean,consul,vault,cni',
    },
  },
  consul: { auto_advertise: false, client_auto_join: false, server_auto_join: false },
  plugin: [
    {
      docker: {
        config: {
          allow_privileged: false,
          volumes: { enabled: false },
          gc: { image: false, container: true },
        },
      },
    },
  ],
});

const job = (id: string, config: object, env: object): object => ({
  Job: {
    ID: id,
    Name: id,
    Type: 'batch',
    Datacenters: ['*'],
    TaskGroups: [
      {
        Name: 'main',
        Count: 1,
        RestartPolicy: { Attempts: 0, Mode: 'fail', Interval: 60_000_000_000, Delay: 1_000_000_000 },
        ReschedulePolicy: { Attempts: 0, Unlimited: false },
        Tasks: [
          {
            Name: 'work',
            Driver: 'docker',
            Config: { image: testImage, force_pull: false, command: 'sleep', args: ['600'], ...config },
            Env: env,
            KillTimeout: 1_000_000_000,
            Resources: { CPU: 100, MemoryMB: 64 },
          },
        ],
      },
    ],
  },
});

const nonEmpty = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);

/** What a killed agent left mounted. */
async function unmount(folder: string): Promise<void> {
  const { run } = await import('./run.ts');
  const { stdout } = await run('sh', ['-c', `grep -o ' ${folder}[^ ]*' /proc/mounts || true`]);
  for (const path of stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .reverse())
    await run('umount', [path]);
}
