import type { Clock } from '../core/ports/clock.ts';
import { type Fetch, type ProcessId, Unreachable } from '../core/ports/world.ts';
import type { Chance } from './chance.ts';
import { type CardModel, Cards, type Drawer } from './cards.ts';
import { Containers } from './containers.ts';
import { Agent, type AgentMemory, type Link } from './nomad/agent.ts';
import { agentApi } from './nomad/agent-api.ts';
import type { AgentConfig } from './nomad/agent-config.ts';
import { realDisk } from './nomad/disk.ts';
import { nomadVersion } from './nomad/node-offer.ts';
import type { Pool } from './pool.ts';
import { Processes } from './processes.ts';
import { print, readConfigFile } from './programs.ts';
import type { Scenario } from './scenario.ts';
import { playedAt } from './releases/played-programs.ts';
import { Service } from './service.ts';

/** How long the program takes to give up on a bad configuration, ms. */
const refusesAfterMs = 90;

/** What the owner's machine is made of; `wire` is the clock of those who ask. */
export interface DeskParts {
  readonly clock: Clock;
  readonly wire: Clock;
  readonly chance: Chance;
  readonly scenario: Scenario;
  readonly pool: Pool;
  readonly link: Link;
}

/** The simulated machine of the owner: cards, containers, processes, and the agent when it is started. */
export class Desk {
  readonly clock: Clock;
  readonly cards: Cards;
  readonly processes: Processes;
  readonly containers: Containers;
  readonly #wire: Clock;
  readonly #chance: Chance;
  readonly #pool: Pool;
  readonly #link: Link;
  readonly #memories = new Map<string, AgentMemory>();
  readonly #agents = new Map<number, { readonly agent: Agent; readonly service: Service }>();
  readonly #fetches = new Map<number, Fetch>();

  constructor(parts: DeskParts) {
    const { clock, chance, scenario } = parts;
    this.clock = clock;
    this.#wire = parts.wire;
    this.#chance = chance;
    this.#pool = parts.pool;
    this.#link = parts.link;
    const models = typeof scenario.cards === 'string' ? [] : scenario.cards;
    this.cards = new Cards(models, clock, chance);
    if (scenario.cards === 'driver-fails') this.cards.fault = driverFault;
    this.processes = new Processes(clock);
    this.cards.drawers = models.flatMap((card) => desktopOn(card, this.processes));
    this.containers = new Containers(clock, chance, this.processes, this.cards);
  }

  /** The agent that listens on this port, or null. */
  agent(port: number): Agent | null {
    const found = this.#agents.get(port)?.agent ?? null;
    return found?.listening === true ? found : null;
  }

  /** The newest agent that runs, listening already or not. */
  get running(): Agent | null {
    return [...this.#agents.values()].at(-1)?.agent ?? null;
  }

  /** The local agent on a port: refused while none listens there. */
  nomad(port: number): Fetch {
    const known = this.#fetches.get(port);
    if (known !== undefined) return known;
    const fetch: Fetch = (request) => {
      const service = this.agent(port) === null ? undefined : this.#agents.get(port)?.service;
      return service === undefined
        ? Promise.reject(new Unreachable('refused', `127.0.0.1:${port}`))
        : service.fetch(request);
    };
    this.#fetches.set(port, fetch);
    return fetch;
  }

  /** A port that no agent listens on, this one if it is free. */
  freePort(preferred: number): number {
    let port = preferred;
    while (this.#agents.has(port)) port++;
    return port;
  }

  /** Starts `nomad agent` with these configuration files; it prints as the program does and ends on a bad one. */
  startAgent(
    program: string,
    args: readonly string[],
    configs: readonly string[],
    outputFile: string,
  ): ProcessId {
    const read = configs.map(readConfigFile);
    const bad = read.find((one) => 'error' in one);
    const config = read.flatMap((one) => ('config' in one ? [one.config] : [])).at(-1);
    const id: ProcessId = this.processes.start({
      parent: 1,
      executable: program,
      command: [program, ...args],
      onSignal: (signal) => this.#signalled(id, signal),
    });
    const played = playedAt(program);
    const complaint =
      played?.works === false
        ? 'panic: this version does not work here'
        : bad !== undefined && 'error' in bad
          ? `==> Error loading configuration from ${configs[0] ?? ''}: ${bad.error}`
          : config === undefined
            ? '==> Must specify either server, client or dev mode for the agent.'
            : config.startFault !== null
              ? `==> Error starting agent: ${config.startFault}`
              : this.#agents.has(config.httpPort)
                ? `==> Error starting agent: Failed to start HTTP server: failed to start HTTP listener: listen tcp 127.0.0.1:${config.httpPort}: bind: address already in use`
                : null;
    if (complaint !== null || config === undefined) {
      this.clock.after(refusesAfterMs, () => {
        print(outputFile, `${complaint ?? ''}\n`);
        this.processes.end(id.pid);
      });
      return id;
    }
    this.#run({ ...config, version: played?.version ?? nomadVersion }, id, configs[0] ?? '', outputFile);
    return id;
  }

  #run(config: AgentConfig, id: ProcessId, path: string, outputFile: string): void {
    const outputs = [outputFile, ...(config.logFile === null ? [] : [config.logFile])];
    const memory = this.#memories.get(config.stateDir) ?? new Map();
    this.#memories.set(config.stateDir, memory);
    const { processes, containers } = this;
    const computer = {
      clock: this.clock,
      chance: this.#chance,
      processes,
      containers,
      images: containers.stock,
    };
    const disk = realDisk(config.stateDir, config.allocDir, this.#chance);
    const parts = {
      computer,
      cards: this.cards.models,
      servers: this.#pool.servers,
      link: this.#link,
      disk,
      memory,
      say: (line: string) => this.#log(outputs, line),
    };
    const agent = new Agent(parts, config, id.pid);
    const service = new Service(this.#wire, agentApi(agent, this.#pool.api, this.#pool.tokens), () =>
      agent.listening ? null : 'refused',
    );
    this.#agents.set(config.httpPort, { agent, service });
    if (config.plugins.some((name) => name.includes('nvidia'))) {
      const plugin = `${config.pluginDir}/nomad-device-nvidia`;
      processes.start({ parent: id.pid, executable: plugin, command: [plugin] });
    }
    print(outputFile, banner(config, path));
    this.#log(outputs, `[INFO]  client: using state directory: state_dir=${config.stateDir}`);
    this.#log(outputs, `[INFO]  client: using alloc directory: alloc_dir=${config.allocDir}`);
    void agent.registered().then(() => this.#log(outputs, '[INFO]  client: node registration complete'));
  }

  #log(files: readonly string[], line: string): void {
    for (const file of files) print(file, `    ${new Date(this.clock.now()).toISOString()} ${line}\n`);
  }

  /** Both signals end it: at once, or after a moment; its tasks and helpers run on. */
  #signalled(id: ProcessId, signal: 'SIGTERM' | 'SIGKILL'): void {
    const end = (): void => {
      for (const [port, { agent, service }] of this.#agents) {
        if (agent.pid !== id.pid) continue;
        this.#agents.delete(port);
        agent.kill();
        service.cut();
      }
      this.processes.end(id.pid);
    };
    if (signal === 'SIGKILL') end();
    else this.clock.after(50, end);
  }
}

/** The desktop on a card that has one. */
function desktopOn(card: CardModel, processes: Processes): readonly Drawer[] {
  if (card.idleMib < 100) return [];
  return [
    ['/usr/lib/xorg/Xorg', 0.6],
    ['/usr/bin/gnome-shell', 0.3],
  ].map(([name, share]) => {
    const program = String(name);
    const { pid } = processes.start({ parent: 1, executable: program, command: [program] });
    return { card: card.uuid, pid, name: program, usedMib: Math.round(card.idleMib * Number(share)) };
  });
}

/** What it says when the driver's files were updated under the running kernel module. */
export const driverMismatch = {
  text: 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 575.57',
  exitCode: 18,
} as const;

/** What `nvidia-smi` says when the driver is not there. */
export const driverFault = {
  text: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make sure that the latest NVIDIA driver is installed and running.\n",
  exitCode: 9,
} as const;

const banner = (config: AgentConfig, path: string): string =>
  [
    '==> WARNING: mTLS is not configured - Nomad is not secure without mTLS!',
    `==> Loaded configuration from ${path}`,
    '==> Starting Nomad agent...',
    '==> Nomad agent configuration:',
    '',
    `       Advertise Addrs: HTTP: ${config.advertiseHttp}`,
    `            Bind Addrs: HTTP: [127.0.0.1:${config.httpPort}]`,
    '                Client: true',
    '                Server: false',
    `               Version: ${config.version ?? nomadVersion}`,
    '',
    '==> Nomad agent started! Log data will stream in below:',
    '',
    '',
  ].join('\n');
