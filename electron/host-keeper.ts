import type { AppState } from '../contract/app-state.ts';
import type { Host } from '../client/connect.ts';
import type { Problem } from '../contract/problems.ts';
import { RestartBrake } from './restart-brake.ts';
import type { ShellState } from './shell-state.ts';

/** A host that answers. */
export interface ReachedHost {
  readonly host: Host;
  readonly close: () => void;
}

/** How a host is reached. */
export interface HostAccess {
  /** The host that runs, or null; throws a problem where something else is in its place. */
  readonly find: () => Promise<ReachedHost | null>;
  /** Starts a host and waits until it answers; throws a problem. */
  readonly start: () => Promise<ReachedHost>;
  /** What was thrown, as a problem. */
  readonly problemOf: (error: unknown) => Problem;
}

/** What the keeper depends on. */
export interface KeeperSetup {
  readonly access: HostAccess;
  /** The shell's version. */
  readonly version: string;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  /** Resolves after so many milliseconds, or sooner when the signal comes. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly changed: (state: ShellState) => void;
}

/** How often a host that vanished is started again. */
export const restarts = { most: 3, withinMs: 5 * 60_000 } as const;

const retryMs = 1000;
/** How often it is looked whether somebody else started one. */
const lookMs = 3000;

type Ending = 'stopped' | 'vanished';

/** Keeps a host within reach: finds or starts one, follows its state, starts it again when it vanished. One that was stopped on purpose stays so. */
export class HostKeeper {
  readonly #setup: KeeperSetup;
  readonly #brake = new RestartBrake(restarts.most, restarts.withinMs);
  #state: ShellState = { host: 'starting' };
  #reached: ReachedHost | null = null;
  #mayStart = true;
  #isStopping = false;
  #whyNot: Problem = { code: 'host-not-running', remedy: 'start-host', detail: null };
  #asked = new AbortController();
  readonly #whenEnded: (() => void)[] = [];

  constructor(setup: KeeperSetup) {
    this.#setup = setup;
  }

  /** What is known now. */
  get state(): ShellState {
    return this.#state;
  }

  /** The host's procedures while one is there. */
  get host(): Host | null {
    return this.#reached?.host ?? null;
  }

  /** What a call to the host threw, as a problem. */
  problemOf(error: unknown): Problem {
    return this.#setup.access.problemOf(error);
  }

  /** Starts a host after it was given up or stopped. */
  startAgain(): void {
    this.#brake.release();
    this.#mayStart = true;
    this.#asked.abort();
  }

  /** Shows that the GPU is being freed before quitting; the host that ends then is not started again. */
  beginStopping(): void {
    this.#isStopping = true;
    this.#mayStart = false;
    if (this.#state.host === 'up') this.#set({ host: 'stopping', app: this.#state.app });
  }

  /** The host refused to end: everything is as before. */
  goOn(): void {
    this.#isStopping = false;
    this.#mayStart = true;
    if (this.#state.host === 'stopping') this.#set(this.#shown(this.#state.app));
  }

  /** Resolves when no host is there any more. */
  ended(): Promise<void> {
    return this.#reached === null
      ? Promise.resolve()
      : new Promise((resolve) => this.#whenEnded.push(resolve));
  }

  /** Follows the host until the signal comes. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#reached = await this.#reach();
      if (this.#reached !== null) {
        const ending = await this.#follow(this.#reached, signal);
        this.#reached.close();
        this.#reached = null;
        for (const tell of this.#whenEnded.splice(0)) tell();
        if (signal.aborted) return;
        if (ending === 'stopped') this.#mayStart = false;
        this.#set({ host: this.#mayStart ? 'lost' : 'stopped' });
      }
      await this.#pause(signal);
    }
  }

  async #reach(): Promise<ReachedHost | null> {
    try {
      const found = await this.#setup.access.find();
      if (found !== null || !this.#mayStart) return found;
    } catch (error) {
      this.#set({ host: 'down', problem: this.#setup.access.problemOf(error) });
      return null;
    }
    return this.#start();
  }

  async #start(): Promise<ReachedHost | null> {
    if (!this.#brake.take(this.#setup.now())) {
      this.#mayStart = false;
      this.#set({ host: 'down', problem: this.#whyNot });
      return null;
    }
    try {
      return await this.#setup.access.start();
    } catch (error) {
      this.#whyNot = this.#setup.access.problemOf(error);
      return null;
    }
  }

  async #follow({ host }: ReachedHost, signal: AbortSignal): Promise<Ending> {
    try {
      for await (const app of await host.state({ live: false }, { signal })) this.#set(this.#shown(app));
      return isAtWork(this.#state) ? 'vanished' : 'stopped';
    } catch {
      return 'vanished';
    }
  }

  #shown(app: AppState): ShellState {
    if (this.#isStopping) return { host: 'stopping', app };
    return { host: 'up', app, sameVersion: app.version === this.#setup.version };
  }

  /** Until the next look, or until somebody asks for a start. */
  async #pause(signal: AbortSignal): Promise<void> {
    const asked = AbortSignal.any([signal, this.#asked.signal]);
    if (!asked.aborted) await this.#setup.wait(this.#mayStart ? retryMs : lookMs, asked);
    this.#asked = new AbortController();
  }

  #set(state: ShellState): void {
    this.#state = state;
    this.#setup.changed(state);
  }
}

/** A host that was told to stop gives the GPU back first; one that ends amid its work was ended by something else. */
function isAtWork(state: ShellState): boolean {
  return state.host === 'up' && (state.app.node.kind === 'sharing' || state.app.node.kind === 'joining');
}
