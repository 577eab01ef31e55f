import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { end, type ProcessId, Processes } from './processes.ts';
import { until } from './run.ts';

/** A real Nomad server on loopback ports of its own, with ACL on, that admits introduced computers alone. */
export class LoopbackPool {
  readonly rpcPort: number;
  readonly #program: string;
  readonly #folder: string;
  readonly #processes: Processes;
  readonly #httpPort: number;
  readonly #token = randomUUID();
  #server: ProcessId | undefined;

  private constructor(program: string, folder: string, ports: readonly [number, number]) {
    this.#program = program;
    this.#folder = folder;
    this.#processes = new Processes(join(folder, 'processes'));
    [this.#httpPort, this.rpcPort] = ports;
  }

  /** Starts the server under this folder; with certificates it speaks TLS to its clients. */
  static async start(program: string, folder: string, tls?: ServerCertificates): Promise<LoopbackPool> {
    await mkdir(folder, { recursive: true });
    const [http, rpc, serf] = [await somePort(), await somePort(), await somePort()];
    const pool = new LoopbackPool(program, folder, [http, rpc]);
    await writeFile(
      join(folder, 'agent.json'),
      JSON.stringify({
        ...settings(join(folder, 'data'), { http, rpc, serf }),
        ...(tls === undefined ? {} : { tls: encrypted(tls) }),
      }),
    );
    pool.resume();
    await until('the server to be bootstrapped', async () => {
      const body = JSON.stringify({ BootstrapSecret: pool.#token });
      return (await fetch(pool.#url('/v1/acl/bootstrap'), { method: 'PUT', body })).ok;
    });
    return pool;
  }

  /** One request with the management token; the answer must be 2xx. */
  async request<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.#url(path), {
      method,
      headers: { 'X-Nomad-Token': this.#token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** What introduces a computer of this name for a while (a Go duration). */
  async introduce(name: string, nodePool: string, ttl = '5m'): Promise<string> {
    const body = { TTL: ttl, NodeName: name, NodePool: nodePool };
    // The keys that it is signed with come a moment after the server's first answer.
    const path = '/v1/acl/identity/client-introduction-token';
    const { JWT } = await until('an introduction', () => this.request<{ JWT: string }>('PUT', path, body));
    return JWT;
  }

  /** Ends the server as a power cut would. */
  async interrupt(): Promise<void> {
    if (this.#server !== undefined) await end([this.#server], 0);
  }

  /** Starts it, anew or again. */
  resume(): void {
    const log = join(this.#folder, 'log');
    this.#server = this.#processes.start(
      this.#program,
      ['agent', '-config', join(this.#folder, 'agent.json')],
      { log },
    );
  }

  /** Ends it for good. */
  stop(): Promise<void> {
    return this.#processes.stop();
  }

  #url(path: string): string {
    return `http://127.0.0.1:${this.#httpPort}${path}`;
  }
}

/** Files of a server's certificate, its key, and the authority behind both sides. */
export interface ServerCertificates {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
}

const encrypted = ({ ca, certificate, key }: ServerCertificates): object => ({
  http: false,
  rpc: true,
  ca_file: ca,
  cert_file: certificate,
  key_file: key,
  verify_server_hostname: true,
});

/** A loopback port that was free a moment ago. */
export function somePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function settings(folder: string, ports: Readonly<Record<'http' | 'rpc' | 'serf', number>>): object {
  return {
    name: 'server1',
    region: 'global',
    datacenter: 'dc1',
    data_dir: folder,
    bind_addr: '127.0.0.1',
    ports,
    advertise: {
      http: `127.0.0.1:${ports.http}`,
      rpc: `127.0.0.1:${ports.rpc}`,
      serf: `127.0.0.1:${ports.serf}`,
    },
    disable_update_check: true,
    server: {
      enabled: true,
      bootstrap_expect: 1,
      client_introduction: { enforcement: 'strict', default_identity_ttl: '5m', max_identity_ttl: '30m' },
    },
    acl: { enabled: true },
    consul: { auto_advertise: false, client_auto_join: false, server_auto_join: false },
  };
}
