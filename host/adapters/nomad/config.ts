import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fail } from '../../../contract/problems.ts';
import type { AgentWanted } from '../../core/ports/nomad.ts';
import { type Block, withKnownKeys } from './keys.ts';
import { devicePlugin, type Places } from './places.ts';
import { compareVersions, oldestVersion } from './versions.ts';

/** What the configuration needs to know of this machine. */
export interface ConfigPlaces {
  readonly places: Places;
  /** Whose address the work's ports get. */
  readonly networkInterface: string;
  /** Whether the device plugin's file is there: Nomad refuses to start with a block for a missing one. */
  readonly hasDevicePlugin: boolean;
  readonly tls: { readonly ca: string; readonly certificate: string; readonly key: string };
}

/**
 * The agent's configuration, as the text of its file, in the keys that its version knows: it does not start with any other.
 * Problems: nomad-too-old, nomad-version-unknown.
 */
export function configText(wanted: AgentWanted, version: string, here: ConfigPlaces): string {
  if (compareVersions(version, oldestVersion) < 0) fail('nomad-too-old', version);
  const config = { ...agent(wanted, here), client: client(wanted, here), ...rest(wanted, here) };
  return `${JSON.stringify(withKnownKeys(config, version), null, 2)}\n`;
}

/** SHA-256 of a configuration's text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function agent(wanted: AgentWanted, { places }: ConfigPlaces): Block {
  const at = (port: number): string => addressOf(wanted.address, port);
  const [http, rpc, serf] = [wanted.httpPort, wanted.httpPort + 1, wanted.httpPort + 2];
  return {
    name: wanted.name,
    region: wanted.region,
    datacenter: wanted.datacenter,
    data_dir: places.data,
    plugin_dir: places.plugins,
    bind_addr: '127.0.0.1',
    // A client listens on the first alone; the pool sees it under its address on the tailnet.
    ports: { http, rpc, serf },
    advertise: { http: at(http), rpc: at(rpc), serf: at(serf) },
    log_level: 'INFO',
    log_file: places.log,
    log_rotate_bytes: 10_485_760,
    log_rotate_max_files: 3,
    disable_update_check: true,
    leave_on_interrupt: false,
    leave_on_terminate: false,
    enable_debug: false,
    // Its page would show the pool's jobs to every user of this computer.
    ui: { enabled: false },
    // Nobody reads its figures: by itself it would ask each card every second.
    telemetry: { collection_interval: '10s' },
  };
}

function client(wanted: AgentWanted, { places, networkInterface }: ConfigPlaces): Block {
  const { reserved, maxJobs } = wanted;
  return {
    enabled: true,
    server_join: {
      retry_join: wanted.servers.map(({ address, port }) => addressOf(address, port)),
      retry_interval: '5s',
      retry_max: 0,
    },
    node_pool: wanted.nodePool,
    network_interface: networkInterface,
    state_dir: places.state,
    alloc_dir: places.allocations,
    alloc_mounts_dir: places.mounts,
    max_kill_timeout: '10s',
    // The owner opens it: that is the opt-in.
    default_ineligible: true,
    disable_remote_exec: true,
    ...(reserved === undefined
      ? {}
      : { reserved: { cpu: reserved.cpuMhz, memory: reserved.memoryMib, disk: reserved.diskMib } }),
    ...(maxJobs === undefined ? {} : { node_max_allocs: maxJobs }),
    meta: wanted.meta,
    options: { 'driver.allowlist': 'docker', 'fingerprint.denylist': notAsked.join(',') },
  };
}

/** What the agent does not look for: clouds by their address, services of the owner's, and the way to volumes on this disk. */
const notAsked = [
  ...['env_aws', 'env_gce', 'env_azure', 'env_digitalocean', 'consul', 'vault', 'cni'],
  'host_volume_plugins',
];

function rest(wanted: AgentWanted, here: ConfigPlaces): Block {
  const { ca, certificate, key } = here.tls;
  return {
    acl: { enabled: true },
    // Plain HTTP stays on loopback; what leaves the machine is encrypted where the pool has certificates.
    ...(wanted.tls
      ? {
          tls: {
            http: false,
            rpc: true,
            ca_file: ca,
            cert_file: certificate,
            key_file: key,
            verify_server_hostname: true,
          },
        }
      : {}),
    consul: { auto_advertise: false, client_auto_join: false, server_auto_join: false },
    vault: { enabled: false },
    plugin: [dockerPlugin, ...(here.hasDevicePlugin ? [nvidiaPlugin(wanted.ignoredGpus)] : [])],
  };
}

/** What jobs may have of the kernel's rights: what containers usually have, less raw network packets. Written out, so that no version widens it. */
const capabilities = [
  ...['audit_write', 'chown', 'dac_override', 'fowner', 'fsetid', 'kill', 'mknod', 'net_bind_service'],
  ...['setfcap', 'setgid', 'setpcap', 'setuid', 'sys_chroot'],
];

const dockerPlugin = {
  docker: {
    config: {
      allow_privileged: false,
      volumes: { enabled: false },
      allow_caps: capabilities,
      allow_runtimes: ['runc', 'nvidia'],
      // None of the host's namespaces.
      allowed_modes: { pid: [], ipc: [], uts: [], userns: [] },
      // A job that forks without end stops itself, and when memory runs out jobs go before the desktop.
      pids_limit: 16_384,
      oom_score_adj: 500,
      // Images of tens of GB over a home line; unpacking a large layer is silent for minutes.
      image_pull_timeout: '60m',
      pull_activity_timeout: '10m',
      // The driver would remove every container of a job that it did not start, those of the owner's own Nomad too.
      gc: { image: false, container: true, dangling_containers: { enabled: false } },
    },
  },
} as const;

const nvidiaPlugin = (ignored: readonly string[]): Block => ({
  [devicePlugin]: { config: { enabled: true, ignored_gpu_ids: ignored, fingerprint_period: '1m' } },
});

const addressOf = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

const ownConfig = z.object({ ports: z.object({ http: z.number().int() }) });

/** The port in a configuration of ours, or null where it is not one. */
export function portIn(text: string): number | null {
  try {
    return ownConfig.parse(JSON.parse(text)).ports.http;
  } catch {
    return null;
  }
}
