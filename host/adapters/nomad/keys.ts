import { fail } from '../../../contract/problems.ts';
import { compareVersions } from './versions.ts';

/** The keys that a client of ours writes, as far as a version knows them: what came, and what went, since the set before. */
export interface KeySet {
  /** The first version that this holds for. */
  readonly from: string;
  /** Dotted; blocks with names of their own choosing end in `*`. */
  readonly adds: readonly string[];
  readonly drops: readonly string[];
}

/** The newest line of versions that we can write for: a later one may mean other things by the same words. */
const newestLine = 2;

/** Each version's keys. Nomad does not start with a key that it does not know, the docker driver and its plugins neither. */
export const keySets: readonly KeySet[] = [
  {
    from: '2.0.4',
    adds: [
      ...['name', 'region', 'datacenter', 'data_dir', 'plugin_dir', 'bind_addr'],
      ...['ports.http', 'ports.rpc', 'ports.serf', 'advertise.http', 'advertise.rpc', 'advertise.serf'],
      ...['log_level', 'log_file', 'log_rotate_bytes', 'log_rotate_max_files'],
      ...['disable_update_check', 'leave_on_interrupt', 'leave_on_terminate', 'enable_debug', 'ui.enabled'],
      'telemetry.collection_interval',
      'acl.enabled',
      ...[
        'tls.http',
        'tls.rpc',
        'tls.ca_file',
        'tls.cert_file',
        'tls.key_file',
        'tls.verify_server_hostname',
      ],
      ...['consul.auto_advertise', 'consul.client_auto_join', 'consul.server_auto_join', 'vault.enabled'],
      ...['client.enabled', 'client.node_pool', 'client.network_interface', 'client.state_dir'],
      ...['client.alloc_dir', 'client.alloc_mounts_dir', 'client.max_kill_timeout'],
      ...['client.default_ineligible', 'client.disable_remote_exec', 'client.node_max_allocs'],
      ...[
        'client.server_join.retry_join',
        'client.server_join.retry_interval',
        'client.server_join.retry_max',
      ],
      ...['client.reserved.cpu', 'client.reserved.memory', 'client.reserved.disk'],
      ...['client.meta.*', 'client.options.*'],
      ...['plugin.docker.config.allow_privileged', 'plugin.docker.config.volumes.enabled'],
      ...['plugin.docker.config.allow_caps', 'plugin.docker.config.allow_runtimes'],
      ...['pid', 'ipc', 'uts', 'userns'].map((mode) => `plugin.docker.config.allowed_modes.${mode}`),
      ...['plugin.docker.config.pids_limit', 'plugin.docker.config.oom_score_adj'],
      ...['plugin.docker.config.image_pull_timeout', 'plugin.docker.config.pull_activity_timeout'],
      ...['plugin.docker.config.gc.image', 'plugin.docker.config.gc.container'],
      'plugin.docker.config.gc.dangling_containers.enabled',
      ...['enabled', 'ignored_gpu_ids', 'fingerprint_period'].map(
        (key) => `plugin.nomad-device-nvidia.config.${key}`,
      ),
    ],
    drops: [],
  },
];

/** What may be left out where a version does not know it: the rest keeps the machine safe or the agent in its place. */
const optional: ReadonlySet<string> = new Set([
  ...['log_rotate_bytes', 'log_rotate_max_files', 'ui.enabled', 'telemetry.collection_interval'],
  ...['client.node_max_allocs', 'plugin.docker.config.oom_score_adj', 'plugin.docker.config.pids_limit'],
  ...['plugin.docker.config.image_pull_timeout', 'plugin.docker.config.pull_activity_timeout'],
  'plugin.nomad-device-nvidia.config.fingerprint_period',
]);

/** The keys that a version knows; for a newer 2.x the newest that are known. Problem: nomad-version-unknown. */
export function keysOf(version: string, sets: readonly KeySet[] = keySets): ReadonlySet<string> {
  if (Number(version.split('.')[0]) > newestLine) fail('nomad-version-unknown', version);
  const keys = new Set<string>();
  for (const { from, adds, drops } of sets) {
    if (compareVersions(version, from) < 0) break;
    for (const key of adds) keys.add(key);
    for (const key of drops) keys.delete(key);
  }
  return keys;
}

/** A block of a configuration. */
export interface Block {
  readonly [key: string]: unknown;
}

/**
 * The configuration with those of its keys that a version knows. What it can do without is left out;
 * without what keeps the machine safe nothing is written. Problem: nomad-version-unknown.
 */
export function withKnownKeys(
  config: Block,
  version: string,
  sets: readonly KeySet[] = keySets,
): Record<string, unknown> {
  return prune(config, '', keysOf(version, sets), version) ?? {};
}

function prune(
  block: Block,
  under: string,
  known: ReadonlySet<string>,
  version: string,
): Record<string, unknown> | null {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(block)) {
    const key = `${under}${name}`;
    if (known.has(`${key}.*`)) kept[name] = value;
    else if (isBlock(value)) {
      const inner = prune(value, `${key}.`, known, version);
      if (inner !== null) kept[name] = inner;
    } else if (isBlocks(value)) {
      kept[name] = value.map((one) => prune(one, `${key}.`, known, version)).filter((one) => one !== null);
    } else if (known.has(key)) kept[name] = value;
    else if (!optional.has(key)) fail('nomad-version-unknown', `${version}: ${key}`);
  }
  return Object.keys(kept).length === 0 ? null : kept;
}

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list of blocks, as plugins are written. */
const isBlocks = (value: unknown): value is readonly Block[] =>
  Array.isArray(value) && value.length > 0 && value.every(isBlock);
