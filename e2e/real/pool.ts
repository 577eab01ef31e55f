import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, identify, type ProcessId } from './processes.ts';
import { run, until } from './run.ts';
import { ask, askJson } from './socket-http.ts';
import type { Tailnet, TailnetNode } from './tailnet.ts';

const forwarder = fileURLToPath(new URL('forward.mjs', import.meta.url));

/** Tokens of the pool: everything, reading alone, and what the pause broker has. */
export interface PoolTokens {
  readonly management: string;
  readonly reader: string;
  readonly broker: string;
}

/** A node as the server lists it, as far as the tests look at it. */
export interface PoolNode {
  readonly ID: string;
  readonly Name: string;
  readonly Status: string;
  readonly SchedulingEligibility: string;
  readonly Address: string;
}

/** An allocation as the server lists it, as far as the tests look at it. */
export interface PoolAllocation {
  readonly ID: string;
  readonly NodeID: string;
  readonly JobID: string;
  readonly ClientStatus: string;
  readonly DesiredStatus: string;
}

/** A request to the pool's server. */
export interface PoolRequest {
  readonly body?: unknown;
  readonly token?: string;
}

/** A client agent of the test's own, on another computer. */
export interface PoolClient {
  readonly nodeId: string;
  readonly stop: () => Promise<void>;
}

const rules = {
  reader:
    'node { policy = "read" }\nagent { policy = "read" }\nnamespace "default" { capabilities = ["list-jobs", "read-job", "read-logs"] }',
  broker:
    'node { policy = "read" }\nnamespace "default" { capabilities = ["list-jobs", "read-job", "alloc-lifecycle"] }',
} as const;

const noConsul = { consul: { auto_advertise: false, client_auto_join: false, server_auto_join: false } };

/** A real Nomad server with ACL on, bound to the tailnet address of the tailnet's server computer. */
export class Pool {
  /** The address that invites name; the port is 4647. */
  readonly address: string;
  readonly tokens: PoolTokens;
  readonly #tailnet: Tailnet;
  readonly #program: string;
  readonly #socket: string;
  #server: ProcessId;

  private constructor(
    tailnet: Tailnet,
    program: string,
    address: string,
    socket: string,
    tokens: PoolTokens,
    server: ProcessId,
  ) {
    this.#tailnet = tailnet;
    this.#program = program;
    this.address = address;
    this.#socket = socket;
    this.tokens = tokens;
    this.#server = server;
  }

  /** Starts the server, its tokens made. It ends with the tailnet. */
  static async start(tailnet: Tailnet, program: string): Promise<Pool> {
    const address = await tailnet.server.address();
    const folder = join(tailnet.network.folder, 'nomad-server');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'agent.json'), JSON.stringify(serverSettings(folder, address)));
    const server = startServer(tailnet, program);
    const socket = join(folder, 'http.sock');
    tailnet.server.spawn([process.execPath, forwarder, socket, address, '4646'], join(folder, 'forward.log'));
    await until('the forwarder', () => existsSync(socket));
    const tokens = await makeTokens(socket);
    return new Pool(tailnet, program, address, socket, tokens, server);
  }

  /** One request to the server, with the management token unless told otherwise; the answer must be 2xx. */
  request<T>(
    method: string,
    path: string,
    { body, token = this.tokens.management }: PoolRequest = {},
  ): Promise<T> {
    return askJson(this.#socket, {
      method,
      path,
      headers: { Host: 'nomad', 'X-Nomad-Token': token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** Ends the server as a power cut would, and `resume` starts it again. */
  async interrupt(): Promise<void> {
    await end([this.#server], 0);
  }

  /** Starts the server again after `interrupt`. */
  async resume(): Promise<void> {
    this.#server = startServer(this.#tailnet, this.#program);
    await until(
      'the server to lead again',
      async () => (await this.request<string>('GET', '/v1/status/leader')) !== '',
    );
  }

  /** A second contributor: a client agent on this computer, which must be signed in already. */
  async addClient(node: TailnetNode, meta: Readonly<Record<string, string>> = {}): Promise<PoolClient> {
    const folder = join(this.#tailnet.network.folder, `nomad-${node.name}`);
    await mkdir(folder, { recursive: true });
    const address = await node.address();
    await writeFile(
      join(folder, 'agent.json'),
      JSON.stringify(clientSettings(folder, node.name, address, this.address, meta)),
    );
    const agent = node.spawn(
      [this.#program, 'agent', '-config', join(folder, 'agent.json')],
      join(folder, 'log'),
    );
    const found = await until(`node ${node.name} to be ready`, async () =>
      (await this.nodes()).find(({ Name, Status }) => Name === node.name && Status === 'ready'),
    );
    return { nodeId: found.ID, stop: () => stopClient(agent, folder) };
  }

  /** All nodes. */
  nodes(): Promise<readonly PoolNode[]> {
    return this.request('GET', '/v1/nodes');
  }

  /** Registers a job, in the API's own shape. */
  async submit(job: { readonly ID: string }): Promise<void> {
    await this.request('POST', '/v1/jobs', { body: { Job: job } });
  }

  /** A job's allocations, the newest first. */
  allocations(job: string): Promise<readonly PoolAllocation[]> {
    return this.request('GET', `/v1/job/${encodeURIComponent(job)}/allocations`);
  }

  /** Stops a job and forgets it. */
  async purge(job: string): Promise<void> {
    await this.request('DELETE', `/v1/job/${encodeURIComponent(job)}?purge=true`);
  }

  /** A drain by the operator, without a deadline; `null` ends it (and opens the node when `open`). */
  async drain(node: string, drain: 'soft' | null, open = false): Promise<void> {
    const body =
      drain === null
        ? { DrainSpec: null, MarkEligible: open }
        : { DrainSpec: { Deadline: 0, IgnoreSystemJobs: false }, Meta: { message: 'maintenance' } };
    await this.request('PUT', `/v1/node/${node}/drain`, { body });
  }

  /** The operator's own word on whether a node takes work. */
  async setEligible(node: string, eligible: boolean): Promise<void> {
    await this.request('PUT', `/v1/node/${node}/eligibility`, {
      body: { NodeID: node, Eligibility: eligible ? 'eligible' : 'ineligible' },
    });
  }
}

/** Starts a pool on the tailnet's server computer. */
export const startPool = (tailnet: Tailnet, program: string): Promise<Pool> => Pool.start(tailnet, program);

/** What a Docker batch job needs beside its name and command. */
export interface BatchJob {
  readonly id: string;
  readonly image: string;
  readonly script: string;
  /** Only on computers with GPUs by their metadata. */
  readonly gpu?: boolean;
  /** What it asks of the engine beside. */
  readonly config?: object;
}

/** A batch job in the API's shape that runs a shell script in a container. */
export function batchJob({
  id,
  image,
  script,
  gpu = true,
  config = {},
}: BatchJob): { readonly ID: string } & Record<string, unknown> {
  return {
    ID: id,
    Name: id,
    Type: 'batch',
    Datacenters: ['*'],
    NodePool: 'contrib',
    Constraints: gpu ? [{ LTarget: '${meta.gpu-count}', RTarget: '0', Operand: '>' }] : [],
    TaskGroups: [
      {
        Name: 'main',
        Count: 1,
        RestartPolicy: { Attempts: 0, Mode: 'fail' },
        Tasks: [
          {
            Name: 'work',
            Driver: 'docker',
            KillTimeout: 2_000_000_000,
            Config: { image, force_pull: false, command: '/bin/sh', args: ['-c', script], ...config },
            Resources: { CPU: 50, MemoryMB: 32 },
          },
        ],
      },
    ],
  };
}

function startServer(tailnet: Tailnet, program: string): ProcessId {
  const folder = join(tailnet.network.folder, 'nomad-server');
  return tailnet.server.spawn([program, 'agent', '-config', join(folder, 'agent.json')], join(folder, 'log'));
}

async function makeTokens(socket: string): Promise<PoolTokens> {
  const management = randomUUID();
  const send = <T>(method: string, path: string, body: unknown): Promise<T> =>
    askJson(socket, {
      method,
      path,
      headers: { Host: 'nomad', 'X-Nomad-Token': management },
      body: JSON.stringify(body),
    });
  await until('the server to be bootstrapped', async () => {
    const body = JSON.stringify({ BootstrapSecret: management });
    return (
      (await ask(socket, { method: 'PUT', path: '/v1/acl/bootstrap', headers: { Host: 'nomad' }, body }))
        .status === 200
    );
  });
  const mint = async (name: keyof typeof rules): Promise<string> => {
    await send('PUT', `/v1/acl/policy/${name}`, { Name: name, Rules: rules[name] });
    const token = await send<{ SecretID: string }>('PUT', '/v1/acl/token', {
      Name: name,
      Type: 'client',
      Policies: [name],
    });
    return token.SecretID;
  };
  return { management, reader: await mint('reader'), broker: await mint('broker') };
}

function serverSettings(folder: string, address: string): unknown {
  return {
    name: 'server1',
    region: 'global',
    datacenter: 'dc1',
    data_dir: join(folder, 'data'),
    bind_addr: address,
    disable_update_check: true,
    server: { enabled: true, bootstrap_expect: 1 },
    acl: { enabled: true },
    ...noConsul,
  };
}

function clientSettings(
  folder: string,
  name: string,
  address: string,
  server: string,
  meta: Readonly<Record<string, string>>,
): unknown {
  return {
    name,
    region: 'global',
    datacenter: 'dc1',
    data_dir: join(folder, 'data'),
    bind_addr: '127.0.0.1',
    advertise: { http: `${address}:4646`, rpc: `${address}:4647`, serf: `${address}:4648` },
    disable_update_check: true,
    client: {
      enabled: true,
      server_join: { retry_join: [`${server}:4647`], retry_interval: '2s' },
      node_pool: 'contrib',
      network_interface: 'tailscale0',
      state_dir: join(folder, 'state'),
      alloc_dir: join(folder, 'alloc'),
      alloc_mounts_dir: join(folder, 'mounts'),
      max_kill_timeout: '10s',
      disable_remote_exec: true,
      meta,
      options: {
        'driver.allowlist': 'docker',
        'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean,consul,vault,cni',
      },
    },
    acl: { enabled: true },
    ...noConsul,
    plugin: [
      { docker: { config: { allow_privileged: false, volumes: { enabled: false }, gc: { image: false } } } },
    ],
  };
}

/** Ends an agent with the containers and helpers that outlive it. */
async function stopClient(agent: ProcessId, folder: string): Promise<void> {
  await end([agent], 1_000);
  const allocations = await readdir(join(folder, 'alloc')).catch(() => []);
  for (const id of allocations) {
    const { stdout } = await run('docker', [
      'ps',
      '-aq',
      '--filter',
      `label=com.hashicorp.nomad.alloc_id=${id}`,
    ]);
    for (const container of stdout.split('\n').filter(Boolean)) await run('docker', ['rm', '-f', container]);
  }
  await end(await helpersOf(folder), 1_000);
}

/** Nomad's helpers with a file open under this folder; they name it nowhere else. */
async function helpersOf(folder: string): Promise<ProcessId[]> {
  const found: ProcessId[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const { stdout } = await run('find', [
      `/proc/${pid}/fd`,
      '-maxdepth',
      '1',
      '-lname',
      `${folder}/*`,
      '-print',
      '-quit',
    ]);
    const one = stdout === '' ? undefined : identify(Number(pid));
    if (one !== undefined && one.pid !== process.pid) found.push(one);
  }
  return found;
}
