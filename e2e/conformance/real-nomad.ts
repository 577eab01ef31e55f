import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorld } from '../../host/adapters/world/index.ts';
import type { Fetch, World } from '../../host/core/ports/world.ts';
import type { DockerEngine } from '../real/docker.ts';
import { somePort } from '../real/loopback-pool.ts';
import { end, identify, isAlive, type ProcessId, Processes } from '../real/processes.ts';
import { run, until } from '../real/run.ts';
import { as, ask, type Container, get, nodeOn } from './nomad/ask.ts';
import { realTime } from './real-time.ts';
import type { ClientSubject, NomadSubject } from './subject.ts';

const rules = {
  reader:
    'node { policy = "read" }\nagent { policy = "read" }\nnamespace "default" { capabilities = ["list-jobs", "read-job"] }',
  lifecycle: 'namespace "default" { capabilities = ["alloc-lifecycle"] }',
} as const;

const noConsul = { consul: { auto_advertise: false, client_auto_join: false, server_auto_join: false } };

/** A real Nomad server and two real clients on loopback, with a real engine; brought back to its first state by `reset`. */
export class RealNomad {
  readonly #program: string;
  readonly #folder: string;
  readonly #world: World;
  readonly #processes: Processes;
  readonly #management = randomUUID();
  readonly #clients: RealClient[] = [];
  readonly #ports: { readonly http: number; readonly rpc: number; readonly serf: number };
  #server: ProcessId | undefined;
  #subject: NomadSubject | undefined;

  private constructor(
    program: string,
    folder: string,
    engine: DockerEngine,
    ports: { http: number; rpc: number; serf: number },
  ) {
    this.#program = program;
    this.#folder = folder;
    this.#world = createWorld({
      tailscaledSocket: () => null,
      engineSocket: () => engine.socket,
      env: process.env,
    });
    this.#processes = new Processes(join(folder, 'processes'));
    this.#ports = ports;
  }

  /** Starts all of it under this folder. */
  static async start(program: string, folder: string, engine: DockerEngine): Promise<RealNomad> {
    const [http, rpc, serf] = [await somePort(), await somePort(), await somePort()];
    const pool = new RealNomad(program, folder, engine, { http, rpc, serf });
    try {
      await pool.#open();
    } catch (error) {
      await pool.stop();
      throw error;
    }
    return pool;
  }

  /** The pool as the statements see it. */
  get subject(): NomadSubject {
    if (this.#subject === undefined) throw new Error('the pool is not up');
    return this.#subject;
  }

  /** Everything runs, nothing is closed, no job is left. */
  async reset(): Promise<void> {
    if (this.#server === undefined || !isAlive(this.#server)) await this.#startServer();
    for (const client of this.#clients.splice(2)) await client.end();
    for (const client of this.#clients) await client.start();
    const { server } = this.subject;
    await until(
      'the nodes to be ready',
      async () => {
        const nodes = await Promise.all(this.#clients.map((one) => nodeOn(this.subject, one)));
        return nodes.every(({ Status }) => Status === 'ready');
      },
      { withinMs: 90_000 },
    );
    for (const { ID } of await get<{ ID: string }[]>(server, this.#management, '/v1/jobs')) {
      await ask(server, as(this.#management, `/v1/job/${ID}?purge=true`, 'DELETE'));
    }
    for (const client of this.#clients) {
      await get(server, this.#management, `/v1/node/${client.id()}/drain`, 'PUT', {
        DrainSpec: null,
        MarkEligible: true,
      });
    }
    await until('all containers to be gone', async () => (await this.#containers()).length === 0, {
      withinMs: 40_000,
    });
  }

  /** Ends everything and removes every file. */
  async stop(): Promise<void> {
    for (const client of this.#clients) await client.end();
    if (this.#server !== undefined) await end([this.#server], 2_000);
    await this.#processes.stop();
    for (const { Id } of await this.#containers().catch(() => [])) {
      await ask(this.#world.engine, { method: 'DELETE', path: `/containers/${Id}?force=true` });
    }
    await end(holding(this.#folder), 500);
    const mounts = (await readFile('/proc/mounts', 'utf8'))
      .split('\n')
      .map((line) => line.split(' ')[1] ?? '');
    for (const path of mounts.filter((one) => one.startsWith(`${this.#folder}/`)).reverse())
      await run('umount', [path]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #open(): Promise<void> {
    await mkdir(join(this.#folder, 'server'), { recursive: true });
    await writeFile(join(this.#folder, 'server', 'agent.json'), JSON.stringify(this.#serverSettings()));
    const server = this.#world.nomad(this.#ports.http);
    await this.#startServer();
    const tokens = await this.#makeTokens(server);
    const first = await this.#client('first', false);
    const second = await this.#client('second', false);
    let count = 0;
    this.#subject = {
      ...realTime,
      server,
      tokens,
      first,
      second,
      newcomer: () => this.#client(`newcomer${++count}`, true),
      engine: this.#world.engine,
      programs: this.#world.programs,
      folder: this.#folder,
      stopServer: async () => {
        if (this.#server !== undefined) await end([this.#server], 0);
      },
      startServer: () => this.#startServer(),
    };
    await this.reset();
  }

  async #startServer(): Promise<void> {
    const config = join(this.#folder, 'server', 'agent.json');
    this.#server = this.#processes.start(this.#program, ['agent', '-config', config], {
      log: join(this.#folder, 'server', 'log'),
    });
    const server = this.#world.nomad(this.#ports.http);
    await until(
      'the server to lead',
      async () => {
        const { status, text } = await ask(server, as('', '/v1/status/leader'));
        return status === 200 && text !== '""';
      },
      { withinMs: 40_000 },
    );
  }

  #serverSettings(): object {
    const at = (port: number): string => `127.0.0.1:${port}`;
    const { http, rpc, serf } = this.#ports;
    return {
      name: 'server1',
      region: 'global',
      datacenter: 'dc1',
      data_dir: join(this.#folder, 'server', 'data'),
      bind_addr: '127.0.0.1',
      ports: this.#ports,
      advertise: { http: at(http), rpc: at(rpc), serf: at(serf) },
      disable_update_check: true,
      server: { enabled: true, bootstrap_expect: 1 },
      acl: { enabled: true },
      ...noConsul,
    };
  }

  async #makeTokens(server: Fetch): Promise<NomadSubject['tokens']> {
    await until('the server to be bootstrapped', async () => {
      const body = { BootstrapSecret: this.#management };
      return (await ask(server, as('', '/v1/acl/bootstrap', 'PUT', body))).status === 200;
    });
    const mint = async (name: keyof typeof rules): Promise<string> => {
      await ask(
        server,
        as(this.#management, `/v1/acl/policy/${name}`, 'PUT', { Name: name, Rules: rules[name] }),
      );
      const token = { Name: name, Type: 'client', Policies: [name] };
      return (await get<{ SecretID: string }>(server, this.#management, '/v1/acl/token', 'PUT', token))
        .SecretID;
    };
    return { management: this.#management, reader: await mint('reader'), lifecycle: await mint('lifecycle') };
  }

  async #client(name: string, closed: boolean): Promise<RealClient> {
    const parts = {
      program: this.#program,
      folder: join(this.#folder, name),
      name,
      closed,
      processes: this.#processes,
      world: this.#world,
    };
    const client = await RealClient.make(parts, this.#ports.rpc);
    this.#clients.push(client);
    if (!closed) await client.start();
    return client;
  }

  /** Containers of allocations of these clients. */
  async #containers(): Promise<readonly Container[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: ['com.hashicorp.nomad.alloc_id'] }));
    const list = await get<(Container & { Labels: Record<string, string> })[]>(
      this.#world.engine,
      '',
      `/containers/json?all=true&filters=${filters}`,
    );
    const folders = await Promise.all(this.#clients.map((one) => one.allocationFolders()));
    const ours = new Set(folders.flat());
    return list.filter((one) => ours.has(one.Labels['com.hashicorp.nomad.alloc_id'] ?? ''));
  }
}

interface ClientParts {
  readonly program: string;
  readonly folder: string;
  readonly name: string;
  readonly closed: boolean;
  readonly processes: Processes;
  readonly world: World;
}

/** A real client agent. */
class RealClient implements ClientSubject {
  readonly name: string;
  readonly http: Fetch;
  readonly #parts: ClientParts;
  #agent: ProcessId | undefined;

  private constructor(parts: ClientParts, http: Fetch) {
    this.name = parts.name;
    this.http = http;
    this.#parts = parts;
  }

  static async make(parts: ClientParts, serverPort: number): Promise<RealClient> {
    const port = await somePort();
    await mkdir(parts.folder, { recursive: true });
    await writeFile(
      join(parts.folder, 'agent.json'),
      JSON.stringify(clientSettings(parts, port, serverPort)),
    );
    return new RealClient(parts, parts.world.nomad(port));
  }

  id(): string {
    return readFileSync(join(this.#parts.folder, 'state', 'client-id'), 'utf8');
  }

  secret(): string {
    return readFileSync(join(this.#parts.folder, 'state', 'secret-id'), 'utf8');
  }

  allocationFolders(): Promise<readonly string[]> {
    try {
      return Promise.resolve(readdirSync(join(this.#parts.folder, 'alloc')));
    } catch {
      return Promise.resolve([]);
    }
  }

  /** Starts it where it does not run, and waits until it has its identity. */
  async start(): Promise<void> {
    if (this.#agent !== undefined && isAlive(this.#agent)) return;
    const { folder, program, processes, name } = this.#parts;
    this.#agent = processes.start(program, ['agent', '-config', join(folder, 'agent.json')], {
      log: join(folder, 'log'),
    });
    await until(`the identity of ${name}`, () => Promise.resolve(this.id() !== '' && this.secret() !== ''));
  }

  async kill(): Promise<void> {
    if (this.#agent !== undefined) await end([this.#agent], 0);
  }

  /** Ends it with what it left: containers and helpers. */
  async end(): Promise<void> {
    await this.kill();
    for (const id of await this.allocationFolders()) {
      const filters = encodeURIComponent(JSON.stringify({ label: [`com.hashicorp.nomad.alloc_id=${id}`] }));
      for (const { Id } of await get<Container[]>(
        this.#parts.world.engine,
        '',
        `/containers/json?all=true&filters=${filters}`,
      )) {
        await ask(this.#parts.world.engine, { method: 'DELETE', path: `/containers/${Id}?force=true` });
      }
    }
    await end(holding(this.#parts.folder), 500);
  }
}

function clientSettings({ folder, name, closed }: ClientParts, port: number, serverPort: number): object {
  return {
    name,
    region: 'global',
    datacenter: 'dc1',
    data_dir: join(folder, 'data'),
    plugin_dir: join(folder, 'plugins'),
    bind_addr: '127.0.0.1',
    ports: { http: port, rpc: port + 1, serf: port + 2 },
    advertise: { http: `127.0.0.1:${port}`, rpc: `127.0.0.1:${port + 1}`, serf: `127.0.0.1:${port + 2}` },
    disable_update_check: true,
    leave_on_interrupt: false,
    leave_on_terminate: false,
    client: {
      enabled: true,
      server_join: { retry_join: [`127.0.0.1:${serverPort}`], retry_interval: '2s' },
      node_pool: 'contrib',
      network_interface: 'lo',
      state_dir: join(folder, 'state'),
      alloc_dir: join(folder, 'alloc'),
      alloc_mounts_dir: join(folder, 'mounts'),
      max_kill_timeout: '10s',
      default_ineligible: closed,
      disable_remote_exec: true,
      meta: { 'gpu-type': 'nvidia-geforce-rtx-4090', 'gpu-count': '1' },
      options: {
        'driver.allowlist': 'docker',
        'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean,consul,vault,cni',
      },
    },
    acl: { enabled: true },
    ...noConsul,
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
  };
}

/** Processes with a file open under this folder: an agent's helpers name it nowhere else. */
function holding(folder: string): readonly ProcessId[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const found = openFiles(pid).some((path) => path.startsWith(`${folder}/`))
        ? identify(Number(pid))
        : undefined;
      return found === undefined ? [] : [found];
    });
}

function openFiles(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        return [];
      }
    });
  } catch {
    return [];
  }
}
