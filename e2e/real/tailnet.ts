import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Headscale } from './headscale.ts';
import { LocalApi } from './local-api.ts';
import { type Computer, inside, Network, processesInside, runInside } from './network.ts';
import { end, type ProcessId } from './processes.ts';
import { type Answer, must, type RunOptions, until } from './run.ts';

const daemonEnv = {
  TS_NO_LOGS_NO_SUPPORT: 'true',
  TS_DISABLE_PORTMAPPER: '1',
  TS_PANIC_IF_HIT_MAIN_CONTROL: '1',
  TS_ASSUME_NETWORK_UP_FOR_TEST: '1',
  TS_DEBUG_USE_DERP_HTTP: '1',
};

/** How a computer joins the network when it is added. */
export interface SignIn {
  readonly key: string;
  readonly controlUrl?: string;
  readonly shieldsUp?: boolean;
}

/** A computer with a real tailscaled in a namespace of its own. */
export class TailnetNode {
  readonly name: string;
  readonly computer: Computer;
  /** The daemon's socket: an ordinary file, reachable from every namespace. */
  readonly socket: string;
  readonly localApi: LocalApi;
  readonly #network: Network;
  readonly #programs: string;
  #daemon: ProcessId | undefined;

  constructor(network: Network, programs: string, name: string, computer: Computer) {
    this.name = name;
    this.computer = computer;
    this.#network = network;
    this.#programs = programs;
    this.socket = join(this.folder, 'ts.sock');
    this.localApi = new LocalApi(this.socket);
  }

  /** The daemon's state and log. */
  get folder(): string {
    return join(this.#network.folder, this.name);
  }

  /** Starts the daemon, or starts it again after `stop` or `kill`. */
  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const argv = inside(this.computer.namespace, [
      join(this.#programs, 'tailscaled'),
      '--tun=tailscale0',
      `--statedir=${this.folder}`,
      `--socket=${this.socket}`,
      '--port=41641',
      '--no-logs-no-support',
    ]);
    const [file = '', ...args] = argv;
    this.#daemon = this.#network.processes.start(file, args, {
      log: join(this.folder, 'log'),
      env: { ...process.env, ...daemonEnv, TS_LOGS_DIR: this.folder },
    });
    await until(
      `tailscaled of ${this.name}`,
      async () => existsSync(this.socket) && (await this.localApi.status()) !== undefined,
    );
  }

  /** Ends the daemon: with SIGTERM, so that it cleans up, or with SIGKILL. */
  async stop({ hard = false } = {}): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = undefined;
    if (daemon !== undefined) await end([daemon], hard ? 0 : 5_000);
  }

  /** Signs in with a key through the command line, as a person would. */
  async signIn({
    key,
    controlUrl,
    shieldsUp = false,
  }: SignIn & { readonly controlUrl: string }): Promise<void> {
    const file = join(this.folder, 'key');
    await writeFile(file, key, { mode: 0o600 });
    try {
      await this.cli(
        'up',
        `--login-server=${controlUrl}`,
        `--auth-key=file:${file}`,
        `--hostname=${this.name}`,
        '--accept-dns=false',
        '--timeout=40s',
        ...(shieldsUp ? ['--shields-up'] : []),
      );
    } finally {
      await rm(file, { force: true });
    }
  }

  /** Runs `tailscale` against this daemon. */
  cli(...words: string[]): Promise<string> {
    const [file = '', ...args] = inside(this.computer.namespace, [
      join(this.#programs, 'tailscale'),
      `--socket=${this.socket}`,
      ...words,
    ]);
    return must(file, args, { timeoutMs: 60_000 });
  }

  /** Its IPv4 address on the tailnet in use. */
  async address(): Promise<string> {
    const { TailscaleIPs } = await this.localApi.status();
    const found = TailscaleIPs?.find((one) => one.includes('.'));
    if (found === undefined) throw new Error(`${this.name} has no address`);
    return found;
  }

  /** Runs a program on this computer as root. */
  run(argv: readonly string[], options?: RunOptions): Promise<Answer> {
    return runInside(this.computer.namespace, argv, options);
  }

  /** Starts a long-lived program on this computer as root; it is ended with the tailnet. */
  spawn(argv: readonly string[], log: string, env?: NodeJS.ProcessEnv): ProcessId {
    const [file = '', ...args] = inside(this.computer.namespace, argv);
    return this.#network.processes.start(file, args, { log, ...(env === undefined ? {} : { env }) });
  }

  /** What runs on this computer now, its daemon left out. */
  async processes(): Promise<readonly (ProcessId & { readonly command: string })[]> {
    return (await processesInside(this.computer.namespace)).filter(({ pid }) => pid !== this.#daemon?.pid);
  }
}

/** A real tailnet: Headscale in a hub and computers with tailscaled, each in a namespace. */
export class Tailnet {
  readonly network: Network;
  readonly headscale: Headscale;
  /** The computer on which the pool's server runs. */
  readonly server: TailnetNode;
  readonly #programs: string;

  private constructor(network: Network, headscale: Headscale, server: TailnetNode, programs: string) {
    this.network = network;
    this.headscale = headscale;
    this.server = server;
    this.#programs = programs;
  }

  /** Starts Headscale and the server's computer, signed in as `tag:nomad-server`. */
  static async start(programs: string): Promise<Tailnet> {
    const network = await Network.create();
    try {
      const headscale = await Headscale.start(network, join(programs, 'headscale'));
      const server = new TailnetNode(network, programs, 'server', await network.add('server'));
      const tailnet = new Tailnet(network, headscale, server, programs);
      await server.start();
      await server.signIn({
        key: await headscale.mintKey({ tag: 'tag:nomad-server' }),
        controlUrl: headscale.url,
      });
      return tailnet;
    } catch (error) {
      await network.remove();
      throw error;
    }
  }

  /** Adds a computer: fresh, with no profile at all, unless told how it signs in; `programs`: another version's folder. */
  async add(name: string, signIn?: SignIn, programs = this.#programs): Promise<TailnetNode> {
    const node = new TailnetNode(this.network, programs, name, await this.network.add(name));
    await node.start();
    if (signIn !== undefined) await node.signIn({ controlUrl: this.headscale.url, ...signIn });
    return node;
  }

  /** A second control server beside the pool's, as the owner's own network has: everybody may reach everybody. */
  ownNetwork(): Promise<Headscale> {
    return Headscale.start(this.network, join(this.#programs, 'headscale'), {
      name: 'own',
      port: 8081,
      policy: { grants: [{ src: ['*'], dst: ['*'], ip: ['*'] }] },
    });
  }

  /** Ends all programs and removes all namespaces and files. */
  stop(): Promise<void> {
    return this.network.remove();
  }
}

/** Starts a tailnet with the programs in this folder (`prepare.mjs` makes it). */
export const startTailnet = (programs: string): Promise<Tailnet> => Tailnet.start(programs);
