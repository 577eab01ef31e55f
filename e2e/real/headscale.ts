import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import { inside, type Network } from './network.ts';
import type { ProcessId } from './processes.ts';
import { end } from './processes.ts';
import { must, until } from './run.ts';

/** A computer as the control server lists it. */
export interface ListedNode {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly online: boolean;
  readonly expiry?: string;
}

/** What kind of key is minted: by default a one-off key of a tag. */
export interface KeyOptions {
  readonly tag?: string;
  readonly user?: string;
  readonly reusable?: boolean;
  readonly ephemeral?: boolean;
  readonly lifetime?: string;
}

/** Who may reach what: contributors reach the servers on Nomad's RPC port, and nothing else. */
export const poolPolicy = {
  groups: { 'group:pool-admins': ['poolop@'] },
  tagOwners: { 'tag:nomad-server': ['group:pool-admins'], 'tag:nomad-client': ['group:pool-admins'] },
  grants: [
    {
      src: ['tag:nomad-server'],
      dst: ['tag:nomad-server'],
      ip: ['tcp:4646', 'tcp:4647', 'tcp:4648', 'udp:4648'],
    },
    { src: ['tag:nomad-client'], dst: ['tag:nomad-server'], ip: ['tcp:4647'] },
  ],
} as const;

/** What tells several control servers on one network apart, and who may reach whom. */
export interface HeadscaleOptions {
  readonly name?: string;
  readonly port?: number;
  readonly policy?: unknown;
}

/** A real Headscale with an embedded relay, in the hub of a network. Several may run there side by side. */
export class Headscale {
  readonly url: string;
  readonly #network: Network;
  readonly #program: string;
  readonly #folder: string;
  readonly #port: number;
  #process: ProcessId | undefined;

  private constructor(network: Network, program: string, name: string, port: number) {
    this.#network = network;
    this.#program = program;
    this.#folder = join(network.folder, name);
    this.#port = port;
    this.url = `http://${network.hubAddress}:${port}`;
  }

  /** Starts one with the given policy; `port` keeps several apart (its STUN port is `port - 4602`). */
  static async start(
    network: Network,
    program: string,
    { name = 'hs', port = 8080, policy = poolPolicy }: HeadscaleOptions = {},
  ): Promise<Headscale> {
    const headscale = new Headscale(network, program, name, port);
    mkdirSync(headscale.#folder, { mode: 0o700 });
    await writeFile(headscale.#config, JSON.stringify(headscale.#settings(), null, 2));
    await headscale.resume();
    await headscale.addUser('poolop');
    await headscale.setPolicy(policy);
    return headscale;
  }

  get #config(): string {
    // Headscale reads JSON as the YAML that it is.
    return join(this.#folder, 'config.yaml');
  }

  #settings(): unknown {
    const file = (name: string): string => join(this.#folder, name);
    const { hubAddress } = this.#network;
    return {
      server_url: this.url,
      listen_addr: `${hubAddress}:${this.#port}`,
      metrics_listen_addr: '',
      noise: { private_key_path: file('noise.key') },
      prefixes: { v4: '100.64.0.0/10', v6: 'fd7a:115c:a1e0::/48', allocation: 'sequential' },
      database: { type: 'sqlite', sqlite: { path: file('db.sqlite') } },
      dns: { magic_dns: true, override_local_dns: false, base_domain: 'rigshare.test' },
      derp: {
        urls: [],
        auto_update_enabled: false,
        server: {
          enabled: true,
          region_id: 999,
          region_code: 'local',
          region_name: 'Local',
          stun_listen_addr: `${hubAddress}:${this.#port - 4602}`,
          private_key_path: file('derp.key'),
          verify_clients: false,
          ipv4: hubAddress,
          automatically_add_embedded_derp_region: true,
        },
      },
      disable_check_updates: true,
      logtail: { enabled: false },
      unix_socket: file('hs.sock'),
      unix_socket_permission: '0700',
      policy: { mode: 'database' },
    };
  }

  /** Runs `headscale` with these words and answers its output. */
  command(...words: string[]): Promise<string> {
    return must(this.#program, ['-c', this.#config, ...words], { timeoutMs: 20_000 });
  }

  /** Ends the server and its relay; computers keep what they know. */
  async pause(): Promise<void> {
    if (this.#process !== undefined) await end([this.#process]);
    this.#process = undefined;
  }

  /** Starts the server (again) with the same keys and records. */
  async resume(): Promise<void> {
    const [file = '', ...args] = inside(this.#network.hub, [this.#program, '-c', this.#config, 'serve']);
    this.#process = this.#network.processes.start(file, args, { log: join(this.#folder, 'log') });
    await until(
      'Headscale to answer',
      async () => (await this.command('users', 'list', '-o', 'json')) !== '',
    );
  }

  /** Adds a person. */
  async addUser(name: string): Promise<void> {
    await this.command('users', 'create', name);
  }

  /** Puts a policy in force. */
  async setPolicy(policy: unknown): Promise<void> {
    const file = join(this.#folder, 'policy.json');
    await writeFile(file, JSON.stringify(policy));
    await this.command('policy', 'set', '-f', file);
  }

  /** Mints a key: one-off and for `tag:nomad-client`, unless said otherwise. */
  async mintKey({
    tag = 'tag:nomad-client',
    user,
    reusable,
    ephemeral,
    lifetime = '1h',
  }: KeyOptions = {}): Promise<string> {
    const whose = user === undefined ? ['--tags', tag] : ['--user', await this.#userId(user)];
    const text = await this.command(
      'preauthkeys',
      'create',
      ...whose,
      '-e',
      lifetime,
      ...(reusable === true ? ['--reusable'] : []),
      ...(ephemeral === true ? ['--ephemeral'] : []),
      '-o',
      'json',
    );
    return (JSON.parse(text) as { key: string }).key;
  }

  async #userId(name: string): Promise<string> {
    const users = JSON.parse(await this.command('users', 'list', '-o', 'json')) as {
      id: number;
      name: string;
    }[];
    const user = users.find((one) => one.name === name);
    if (user === undefined) throw new Error(`no user ${name}`);
    return String(user.id);
  }

  /** The computers it knows. */
  async nodes(): Promise<ListedNode[]> {
    type Raw = { id: number | string; given_name?: string; name: string; tags?: string[]; online?: boolean };
    const raw = JSON.parse(await this.command('nodes', 'list', '-o', 'json')) as Raw[] | null;
    return (raw ?? []).map((one) => ({
      id: String(one.id),
      name: one.given_name ?? one.name,
      tags: one.tags ?? [],
      online: one.online ?? false,
    }));
  }

  /** Forgets a computer for good; the computer itself isn't told. */
  async deleteNode(id: string): Promise<void> {
    await this.command('nodes', 'delete', '-i', id, '--force');
  }

  /** Expires a computer's key now. */
  async expireNode(id: string): Promise<void> {
    await this.command('nodes', 'expire', '-i', id);
  }

  /** Takes an expiry back. */
  async unexpireNode(id: string): Promise<void> {
    await this.command('nodes', 'expire', '-i', id, '-d');
  }

  /** Replaces a computer's tags. */
  async setTags(id: string, ...tags: string[]): Promise<void> {
    await this.command('nodes', 'tag', '-i', id, '-t', tags.join(','));
  }

  /** Approves a sign-in that waits in a browser, as this person. */
  async approve(signInUrl: string, user: string): Promise<void> {
    const id = signInUrl.split('/').at(-1) ?? '';
    await this.command('auth', 'register', '--auth-id', id, '--user', user);
  }
}
