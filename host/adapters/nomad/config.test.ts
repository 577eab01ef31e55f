import { expect, it } from 'vitest';
import { ProblemError } from '../../../contract/problems.ts';
import type { AgentWanted } from '../../core/ports/nomad.ts';
import { type ConfigPlaces, configText, hashOf, portIn } from './config.ts';
import { placesIn } from './places.ts';
import { compareVersions } from './versions.ts';

const wanted: AgentWanted = {
  name: 'rig1',
  region: 'global',
  datacenter: 'dc1',
  nodePool: 'contrib',
  servers: [
    { address: '100.64.0.1', port: 4647 },
    { address: 'fd7a:115c:a1e0::1', port: 4647 },
  ],
  address: '100.64.0.2',
  httpPort: 4646,
  meta: { 'gpu-type': 'nvidia-geforce-rtx-4090', 'gpu-count': '1' },
  ignoredGpus: ['GPU-1'],
  tls: false,
};

const here: ConfigPlaces = {
  places: placesIn('/home/o/agent'),
  networkInterface: 'tailscale0',
  hasDevicePlugin: false,
  tls: { ca: '/s/ca', certificate: '/s/crt', key: '/s/key' },
};

type Config = Record<string, Record<string, unknown>>;
const config = (over: Partial<AgentWanted> = {}, places: Partial<ConfigPlaces> = {}): Config =>
  JSON.parse(configText({ ...wanted, ...over }, '2.0.5', { ...here, ...places })) as Config;

it('listens on loopback alone and is known in the pool by its address on the tailnet', () => {
  expect(config()).toMatchObject({
    bind_addr: '127.0.0.1',
    ports: { http: 4646, rpc: 4647, serf: 4648 },
    advertise: { http: '100.64.0.2:4646', rpc: '100.64.0.2:4647' },
    client: {
      network_interface: 'tailscale0',
      server_join: { retry_join: ['100.64.0.1:4647', '[fd7a:115c:a1e0::1]:4647'] },
    },
  });
});

it('registers closed, runs Docker jobs alone, within a kill limit, and drains nothing when it stops', () => {
  const { client, acl, leave_on_terminate, leave_on_interrupt } = config();
  expect(client).toMatchObject({
    enabled: true,
    default_ineligible: true,
    max_kill_timeout: '10s',
    disable_remote_exec: true,
    options: { 'driver.allowlist': 'docker' },
  });
  expect(client).not.toHaveProperty('drain_on_shutdown');
  expect([acl, leave_on_terminate, leave_on_interrupt]).toEqual([{ enabled: true }, false, false]);
});

it('says exactly the metadata it is given', () => {
  expect(config()['client']?.['meta']).toEqual(wanted.meta);
});

it('keeps everything of the agent under its folder', () => {
  const { data_dir, plugin_dir, log_file, client } = config();
  const paths = [
    data_dir,
    plugin_dir,
    log_file,
    client?.['state_dir'],
    client?.['alloc_dir'],
    client?.['alloc_mounts_dir'],
  ];
  expect(paths.every((path) => typeof path === 'string' && path.startsWith('/home/o/agent/'))).toBe(true);
  expect(new Set(paths).size).toBe(paths.length);
});

const docker = (): Record<string, unknown> => {
  const [first] = config()['plugin'] as unknown as [{ docker: { config: Record<string, unknown> } }];
  return first.docker.config;
};

it('lets no job have volumes, privileges, further rights, other runtimes or the host’s namespaces', () => {
  expect(docker()).toMatchObject({
    allow_privileged: false,
    volumes: { enabled: false },
    allow_runtimes: ['runc', 'nvidia'],
    allowed_modes: { pid: [], ipc: [], uts: [], userns: [] },
  });
  const rights = docker()['allow_caps'] as readonly string[];
  expect(rights.filter((one) => /net_raw|net_admin|sys_(?!chroot)|all/i.test(one))).toEqual([]);
  expect(docker()['pids_limit']).toBeGreaterThan(0);
  expect(config()['client']?.['options']).toMatchObject({
    'fingerprint.denylist': expect.stringContaining('host_volume_plugins') as string,
  });
});

it('gives an image an hour over a home line, and lets jobs go before the desktop when memory runs out', () => {
  expect(docker()).toMatchObject({ image_pull_timeout: '60m', pull_activity_timeout: '10m' });
  expect(docker()['oom_score_adj']).toBeGreaterThan(0);
});

it('removes no container that another agent on this engine started, and no image', () => {
  expect(docker()['gc']).toEqual({
    image: false,
    container: true,
    dangling_containers: { enabled: false },
  });
});

it('names the device plugin only where it is', () => {
  expect(config()['plugin']).toHaveLength(1);
  expect(config({}, { hasDevicePlugin: true })['plugin']).toMatchObject([
    { docker: {} },
    {
      'nomad-device-nvidia': {
        config: { enabled: true, ignored_gpu_ids: ['GPU-1'], fingerprint_period: '1m' },
      },
    },
  ]);
});

it('keeps back what the owner keeps, and bounds the jobs at once, where that was said', () => {
  const reserved = { cpuMhz: 4000, memoryMib: 8192, diskMib: 10_240 };
  expect(config({ reserved, maxJobs: 4 })['client']).toMatchObject({
    reserved: { cpu: 4000, memory: 8192, disk: 10_240 },
    node_max_allocs: 4,
  });
  expect(config()['client']).not.toHaveProperty('reserved');
  expect(config()['client']).not.toHaveProperty('node_max_allocs');
});

it('encrypts what leaves the machine where the pool has certificates, by the paths of their files', () => {
  expect(config()).not.toHaveProperty('tls');
  expect(config({ tls: true })['tls']).toEqual({
    http: false,
    rpc: true,
    ca_file: '/s/ca',
    cert_file: '/s/crt',
    key_file: '/s/key',
    verify_server_hostname: true,
  });
});

it('writes durations as texts', () => {
  const text = configText(wanted, '2.0.5', here);
  expect(text).toContain('"retry_interval": "5s"');
  expect(text).not.toMatch(/"(max_kill_timeout|retry_interval)": \d/);
});

it('gives the same text for the same wish, and another for any other', () => {
  const text = configText(wanted, '2.0.5', here);
  expect(configText({ ...wanted }, '2.0.5', here)).toBe(text);
  expect(hashOf(text)).toMatch(/^[0-9a-f]{64}$/);
  expect(
    hashOf(configText({ ...wanted, ignoredGpus: [] }, '2.0.5', { ...here, hasDevicePlugin: true })),
  ).not.toBe(hashOf(text));
});

it('writes nothing for a Nomad that lets jobs out of their containers', () => {
  expect(() => configText(wanted, '2.0.3', here)).toThrow(ProblemError);
  expect(() => configText(wanted, '2.0.4', here)).not.toThrow();
  expect(
    ['1.9.10', '2.0.4', '2.0.10', '10.0.0'].map((one) => Math.sign(compareVersions(one, '2.0.4'))),
  ).toEqual([-1, 0, 1, 1]);
});

it('reads its port back from a file of ours and from no other', () => {
  expect(portIn(configText({ ...wanted, httpPort: 4650 }, '2.0.5', here))).toBe(4650);
  expect([portIn(''), portIn('{"ports":{}}'), portIn('{"ports"')]).toEqual([null, null, null]);
});
