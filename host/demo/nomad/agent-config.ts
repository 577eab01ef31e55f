import { existsSync } from 'node:fs';
import { blockIn, unknownDriverKey, unknownKeys } from './agent-keys.ts';
import { durationMs } from './blocking.ts';

/** What the simulated agent takes of its configuration. */
export interface AgentConfig {
  /** The program's, not the file's; absent: the usual one. */
  readonly version?: string;
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
  /** Why it does not start although its file could be read; null: it starts. */
  readonly startFault: string | null;
  readonly logFile: string | null;
}

type Json = Readonly<Record<string, unknown>>;

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
  const unknown = unknownKeys(json);
  if (unknown !== null) return { error: `Error loading ${path}: ${unknown}` };
  return { config: fromJson(json, blockIn(json, 'client')) };
}

function fromJson(json: Json, client: Json): AgentConfig {
  const ports = blockIn(json, 'ports');
  const join = blockIn(client, 'server_join');
  const dataDir = text(json['data_dir'], '/var/lib/nomad');
  const options = blockIn(client, 'options');
  const plugins = pluginBlocks(json['plugin']);
  const allow = options['driver.allowlist'];
  return {
    name: text(json['name'], 'client'),
    region: text(json['region'], 'global'),
    datacenter: text(json['datacenter'], 'dc1'),
    nodePool: text(client['node_pool'], 'default'),
    nodeClass: text(client['node_class'], ''),
    httpPort: typeof ports['http'] === 'number' ? ports['http'] : 4646,
    advertiseHttp: text(blockIn(json, 'advertise')['http'], '127.0.0.1:4646'),
    tls: blockIn(json, 'tls')['rpc'] === true,
    stateDir: text(client['state_dir'], `${dataDir}/client`),
    allocDir: text(client['alloc_dir'], `${dataDir}/alloc`),
    servers: [...strings(client['servers']), ...strings(join['retry_join'])],
    meta: Object.fromEntries(
      Object.entries(blockIn(client, 'meta')).map(([key, value]) => [key, String(value)]),
    ),
    defaultIneligible: client['default_ineligible'] === true,
    maxKillTimeoutMs: durationMs(text(client['max_kill_timeout'], '30s')) ?? 30_000,
    pluginDir: text(json['plugin_dir'], `${dataDir}/plugins`),
    plugins: plugins.map(([name]) => name),
    ignoredGpus: plugins.flatMap(([, plugin]) => strings(blockIn(plugin, 'config')['ignored_gpu_ids'])),
    startFault: startFault(plugins, blockIn(json, 'tls')),
    logFile: text(json['log_file'], '') || null,
    driverAllowlist: typeof allow === 'string' ? allow.split(',').map((name) => name.trim()) : null,
  };
}

/** Plugins and certificates are looked at when the agent starts. */
function startFault(plugins: readonly (readonly [string, Json])[], tls: Json): string | null {
  const driver = plugins.find(([name]) => name === 'docker')?.[1];
  const key = driver === undefined ? null : unknownDriverKey(blockIn(driver, 'config'));
  if (key !== null)
    return `failed to create plugin loader: failed to initialize plugin loader: parsing plugin configurations failed: 1 error occurred:\n\t* no argument or block type is named "${key}"`;
  if (tls['rpc'] !== true) return null;
  const missing = ['ca_file', 'cert_file', 'key_file'].find((one) => !existsSync(text(tls[one], '')));
  return missing === undefined
    ? null
    : `client setup failed: failed to initialize TLS: open ${text(tls[missing], '')}: no such file or directory`;
}

/** `plugin` is an object of blocks or a list of such objects. */
function pluginBlocks(value: unknown): readonly (readonly [string, Json])[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  return list.flatMap((one) =>
    typeof one === 'object' && one !== null
      ? Object.keys(one).map((name) => [name, blockIn(one as Json, name)] as const)
      : [],
  );
}

const text = (value: unknown, otherwise: string): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;
const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
