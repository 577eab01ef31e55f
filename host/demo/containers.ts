import type { Clock } from '../core/ports/clock.ts';
import type { Cards, Load } from './cards.ts';
import type { Chance } from './chance.ts';
import type { Processes } from './processes.ts';
import { Stock } from './stock.ts';

/** What is to run in a container. */
export interface ContainerWanted {
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** Ends by itself after this long with its exit code; null: runs until stopped. */
  readonly runMs: number | null;
  readonly exitCode: number;
  /** How long it takes to exit after SIGTERM; null: it ignores it. */
  readonly termMs: number | null;
  /** The card it computes on and what it does there. */
  readonly gpu: { readonly card: string; readonly load: Load } | null;
  /** Folders of the machine that it sees, as Docker writes them. */
  readonly binds?: readonly string[];
  /** What it asks of the engine beyond the usual: fields of Docker's HostConfig. */
  readonly asks?: Readonly<Record<string, unknown>>;
  /** Volumes that it has, by name; made with it where they are not there. */
  readonly volumes?: readonly string[];
  /** Variables beyond those that its image and its card bring. */
  readonly env?: readonly string[];
}

/** What the engine tells of a container as it happens. */
export type ContainerTold = (action: 'create' | 'start' | 'die' | 'destroy', container: Container) => void;

/** A simulated container. */
export interface Container {
  readonly id: string;
  readonly wanted: ContainerWanted;
  readonly createdAt: number;
  state: 'running' | 'exited';
  exitCode: number;
  finishedAt: number | null;
  readonly pid: number;
}

/** The simulated engine's containers; each has one process, which holds the card's memory. */
export class Containers {
  /** What the engine keeps beside them. */
  readonly stock: Stock;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #processes: Processes;
  readonly #cards: Cards;
  readonly #all = new Map<string, Container & { stop: (signal: 'SIGTERM' | 'SIGKILL') => void }>();
  readonly #listeners = new Map<string, Set<() => void>>();
  readonly #tellers = new Set<ContainerTold>();

  constructor(clock: Clock, chance: Chance, processes: Processes, cards: Cards) {
    this.#clock = clock;
    this.#chance = chance;
    this.#processes = processes;
    this.#cards = cards;
    this.stock = new Stock(clock, chance);
  }

  /** Creates and starts one. */
  run(wanted: ContainerWanted): Container {
    const id = this.#chance.hex(64);
    const stop = (signal: 'SIGTERM' | 'SIGKILL'): void => this.#signalled(id, signal);
    const { pid } = this.#processes.start({
      parent: 1,
      executable: `/proc/self/root${wanted.command[0] ?? '/bin/sh'}`,
      command: wanted.command,
      containers: [id],
      onSignal: stop,
    });
    const container = {
      id,
      wanted,
      createdAt: this.#clock.now(),
      state: 'running' as const,
      exitCode: 0,
      finishedAt: null,
      pid,
    };
    this.#all.set(id, { ...container, stop });
    const { gpu, runMs, exitCode } = wanted;
    if (gpu !== null) this.#cards.hold(gpu.card, pid, wanted.command[0] ?? 'python3', gpu.load);
    if (runMs !== null) this.#clock.after(runMs, () => this.#ended(id, exitCode));
    const made = this.find(id) ?? container;
    this.stock.made(made);
    this.#tell('create', made);
    this.#tell('start', made);
    return made;
  }

  /** Calls at every event of every container; answers how to stop listening. */
  onEvent(call: ContainerTold): () => void {
    this.#tellers.add(call);
    return () => void this.#tellers.delete(call);
  }

  /** By id, unambiguous beginning of one, or name. */
  find(key: string): Container | null {
    const found = [...this.#all.values()].filter((one) => one.id.startsWith(key) || one.wanted.name === key);
    return found.length === 1 ? (found[0] ?? null) : null;
  }

  /** All of them, ended ones too. */
  list(): readonly Container[] {
    return [...this.#all.values()];
  }

  /** Signals its process. */
  signal(id: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#all.get(id)?.stop(signal);
  }

  /** SIGTERM, then SIGKILL after the limit; resolves when it has ended. */
  async stop(id: string, killAfterMs: number): Promise<void> {
    const ended = this.ended(id);
    this.signal(id, 'SIGTERM');
    const cancel = this.#clock.after(killAfterMs, () => this.signal(id, 'SIGKILL'));
    await ended;
    cancel();
  }

  /** Resolves when it has ended, at once if it has. */
  ended(id: string): Promise<void> {
    if (this.#all.get(id)?.state !== 'running') return Promise.resolve();
    return new Promise((resolve) => this.onEnd(id, resolve));
  }

  /** Calls when it ends; answers how to stop listening. */
  onEnd(id: string, call: () => void): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(call));
    return () => void listeners.delete(call);
  }

  /** Removes an ended one. */
  remove(id: string): void {
    const container = this.#all.get(id);
    this.#all.delete(id);
    this.#listeners.delete(id);
    if (container !== undefined) this.#tell('destroy', container);
  }

  #tell(...told: Parameters<ContainerTold>): void {
    for (const call of [...this.#tellers]) call(...told);
  }

  #signalled(id: string, signal: 'SIGTERM' | 'SIGKILL'): void {
    const container = this.#all.get(id);
    if (container?.state !== 'running') return;
    const { termMs } = container.wanted;
    if (signal === 'SIGKILL') this.#clock.after(40, () => this.#ended(id, 137));
    else if (termMs !== null) this.#clock.after(termMs, () => this.#ended(id, 143));
  }

  /**
   * The container is seen to have ended at once, its process goes when the driver has freed the card's memory:
   * what "free" means is seen on the card alone.
   */
  #ended(id: string, exitCode: number): void {
    const container = this.#all.get(id);
    if (container?.state !== 'running') return;
    Object.assign(container, { state: 'exited', exitCode, finishedAt: this.#clock.now() });
    const gone = (): void => {
      this.#cards.release(container.pid);
      this.#processes.end(container.pid);
    };
    if (container.wanted.gpu === null) gone();
    else this.#clock.after(this.#cards.releaseMs(), gone);
    this.#tell('die', container);
    for (const call of [...(this.#listeners.get(id) ?? [])]) call();
  }
}
