import { createHash } from 'node:crypto';
import { z } from 'zod';
import { fail } from '../../../contract/problems.ts';
import type { AgentWanted } from '../../core/ports/nomad.ts';
import { devicePlugin, type Places } from './places.ts';

/** What the configuration needs to know of this machine. */
export interface ConfigPlaces {
  readonly places: Places;
  /** Whose address the work's ports get. */
  readonly networkInterface: string;
  /** Whether the device plugin's file is there: Nomad refuses to start with a block for a missing one. */
  readonly hasDevicePlugin: boolean;
  readonly tls: { readonly ca: string; readonly certificate: string; readonly key: string };
}

/** The oldest Nomad that may run strangers' jobs: earlier ones let a job out of its container. */
export const oldestVersion = '2.0.4';

/** Compares two x.y.z: below 0 where the first is older. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The agent's configuration, as the text of its file. Nomad aborts on keys that its version does not know,
 * so the keys belong to a version: these have been known since 2.0.4. Problem: nomad-too-old.
 */
export function configText(wanted: AgentWanted, version: string, here: ConfigPlaces): string {
  if (compareVersions(version, oldestVersion) < 0) fail('nomad-too-old', version);
  return `${JSON.stringify({ ...agent(wanted, here), client: client(wanted, here), ...rest(wanted, here) }, null, 2)}\n`;
}

/** SHA-256 of a configuration's text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function agent(wanted: AgentWanted, { places }: ConfigPlaces): object {
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
  };
}

function client(wanted: AgentWanted, { places, networkInterface }: ConfigPlaces): object {
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
    meta: wanted.meta,
    options: {
      'driver.allowlist': 'docker',
      'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean,consul,vault,cni',
    },
  };
}

function rest(wanted: AgentWanted, here: ConfigPlaces): object {
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

const dockerPlugin = {
  docker: {
    config: {
      allow_privileged: false,
      volumes: { enabled: false },
      gc: { image: false, container: true },
    },
  },
} as const;

const nvidiaPlugin = (ignored: readonly string[]): object => ({
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
