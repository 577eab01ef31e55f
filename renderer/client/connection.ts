import type { AppState } from '../../contract/app-state.ts';
import { LockedError, type HostClient } from './rpc.ts';
import { remember, type Samples } from './samples.ts';

/** How the page stands with the host: on the way, in touch, out of touch, not let in, or ended by the owner. */
export type Link = 'connecting' | 'connected' | 'lost' | 'locked' | 'stopped';

/** What the page knows of the host; `state` is the last one seen, also while out of touch. */
export interface Snapshot {
  readonly link: Link;
  readonly state: AppState | null;
  readonly samples: Samples;
}

/** Waits before trying again, in milliseconds; the last one is kept. */
const waitsMs = [300, 700, 1500, 3000, 5000] as const;

/** Keeps the newest state at hand and comes back by itself after every loss. */
export class Connection {
  #snapshot: Snapshot = { link: 'connecting', state: null, samples: new Map() };
  readonly #listeners = new Set<() => void>();
  readonly #client: HostClient;
  #ended = new AbortController();
  #wake: (() => void) | null = null;
  #losses = 0;

  constructor(client: HostClient) {
    this.#client = client;
  }

  /** Begins to watch the host; returns how to stop. */
  readonly start = (): (() => void) => {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    void this.#watch(signal);
    return () => this.#ended.abort();
  };

  /** Calls the listener at each change; returns how to stop. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What is known now; the same object until something changes. */
  readonly snapshot = (): Snapshot => this.#snapshot;

  /** Tries again now instead of at the end of the wait. */
  readonly retryNow = (): void => this.#wake?.();

  /** The owner ended the host: its silence is no loss. */
  readonly stopped = (): void => {
    this.#ended.abort();
    this.#set({ link: 'stopped' });
  };

  async #watch(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const reason = await this.#follow(signal);
      if (signal.aborted) return;
      if (reason instanceof LockedError) return this.#set({ link: 'locked' });
      this.#losses += 1;
      // The first try after a loss comes at once; only when that fails too is it worth saying.
      if (this.#losses > 1) this.#set({ link: 'lost' });
      await this.#wait(waitsMs[Math.min(this.#losses, waitsMs.length) - 1] ?? 5000, signal);
    }
  }

  /** Follows the host's state until the stream ends; returns why it ended. */
  async #follow(signal: AbortSignal): Promise<unknown> {
    try {
      for await (const state of await this.#client.state(undefined, { signal })) {
        this.#losses = 0;
        this.#set({ link: 'connected', state, samples: remember(this.#snapshot.samples, state.gpus) });
      }
      return null;
    } catch (error) {
      return error;
    }
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }

  #set(change: Partial<Snapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of this.#listeners) listener();
  }
}
