import { durationMs } from './blocking.ts';

/** What the simulated agent takes of its configuration. */
export interface AgentConfig {
  readonly name: string;
  readonly region: string;
  readonly datacenter: string;
  readonly nodePool: string;
  readonly nodeClass: string;
  readonly httpPort: number;
  readonly advertiseHttp: string;
  readonly tls: boolean;
  readonly stateDir: string;
  readonly allocDir: string;
  readonly servers: readonly string[];
  readonly meta: Readonly<Record<string, string>>;
  readonly defaultIneligible: boolean;
  readonly maxKillTimeoutMs: number;
  readonly pluginDir: string;
  /** Names in `plugin` blocks. */
  readonly plugins: readonly string[];
  readonly ignoredGpus: readonly string[];
  readonly driverAllowlist: readonly string[] | null;
}

type Json = Readonly<Record<string, unknown>>;

const topKeys = new Set(
  'acl addresses advertise audit bind_addr client consul datacenter data_dir disable_anonymous_signature disable_update_check enable_debug enable_syslog eventlog http_api_response_headers keyring leave_on_interrupt leave_on_terminate limits log_file log_include_location log_json log_level log_rotate_bytes log_rotate_duration log_rotate_max_files name plugin plugin_dir ports region reporting rpc sentinel server syslog_facility telemetry tls ui uis users vault vaults'.split(
    ' ',
  ),
);
const clientKeys = new Set(
  'alloc_dir alloc_mounts_dir artifact bindings bridge_network_hairpin_mode bridge_network_name bridge_network_subnet cgroup_parent chroot_env cni_config_dir cni_path common_plugin_dir cores cpu_disable_dmidecode cpu_total_compute default_ineligible disable_remote_exec disk_free_mb disk_total_mb drain_on_shutdown drivers enabled fingerprint gc_disk_usage_threshold gc_inode_usage_threshold gc_interval gc_max_allocs gc_parallel_destroys gc_volumes_on_node_gc host_network host_volume host_volume_plugin_dir host_volumes_dir intro_token max_dynamic_port max_kill_timeout memory_total_mb meta min_dynamic_port network_interface network_speed no_host_uuid node_class node_max_allocs node_pool nomad_service_discovery options preferred_address_family reserved server_join servers state_dir stats template users cpu_compute'.split(
    ' ',
  ),
);

/** A configuration file as the agent reads it, or what it says against it. `path` is the file's name as given. */
export function readAgentConfig(
  text: string,
  path: string,
): { readonly config: AgentConfig } | { readonly error: string } {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    return { error: `Error loading ${path}: Config File ${path} is not valid JSON or HCL` };
  }
  const client = blockOf(json, 'client');
  const strange = [...Object.keys(json).filter((key) => !topKeys.has(key))];
  if (strange.length > 0) return { error: `Error loading ${path}: unexpected keys ${strange.join(', ')}` };
  const inClient = Object.keys(client).filter((key) => !clientKeys.has(key));
  if (inClient.length > 0)
    return { error: `Error loading ${path}: client unexpected keys ${inClient.join(', ')}` };
  return { config: fromJson(json, client) };
}

function fromJson(json: Json, client: Json): AgentConfig {
  const ports = blockOf(json, 'ports');
  const join = blockOf(client, 'server_join');
  const dataDir = text(json['data_dir'], '/var/lib/nomad');
  const options = blockOf(client, 'options');
  const plugins = pluginBlocks(json['plugin']);
  const allow = options['driver.allowlist'];
  return {
    name: text(json['name'], 'client'),
    region: text(json['region'], 'global'),
    datacenter: text(json['datacenter'], 'dc1'),
    nodePool: text(client['node_pool'], 'default'),
    nodeClass: text(client['node_class'], ''),
    httpPort: typeof ports['http'] === 'number' ? ports['http'] : 4646,
    advertiseHttp: text(blockOf(json, 'advertise')['http'], '127.0.0.1:4646'),
    tls: blockOf(json, 'tls')['rpc'] === true,
    stateDir: text(client['state_dir'], `${dataDir}/client`),
    allocDir: text(client['alloc_dir'], `${dataDir}/alloc`),
    servers: [...strings(client['servers']), ...strings(join['retry_join'])],
    meta: Object.fromEntries(
      Object.entries(blockOf(client, 'meta')).map(([key, value]) => [key, String(value)]),
    ),
    defaultIneligible: client['default_ineligible'] === true,
    maxKillTimeoutMs: durationMs(text(client['max_kill_timeout'], '30s')) ?? 30_000,
    pluginDir: text(json['plugin_dir'], `${dataDir}/plugins`),
    plugins: plugins.map(([name]) => name),
    ignoredGpus: plugins.flatMap(([, plugin]) => strings(blockOf(plugin, 'config')['ignored_gpu_ids'])),
    driverAllowlist: typeof allow === 'string' ? allow.split(',').map((name) => name.trim()) : null,
  };
}

/** A block: an object, or a list of one. */
function blockOf(json: Json, key: string): Json {
  const value = json[key];
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? (one as Json) : {};
}

/** `plugin` is an object of blocks or a list of such objects. */
function pluginBlocks(value: unknown): readonly (readonly [string, Json])[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.flatMap((one) =>
    typeof one === 'object' && one !== null
      ? Object.keys(one).map((name) => [name, blockOf(one as Json, name)] as const)
      : [],
  );
}

const text = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
