import type { Clock } from '../../../core/ports/clock.ts';
import type { World } from '../../../core/ports/world.ts';
import { httpTo } from '../../world/http.ts';
import { createWorld } from '../../world/index.ts';

/** A clock that stands until it is moved by hand. */
export class HandClock implements Clock {
  #now = 1_795_428_000_000;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const cancel = this.after(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }

  /** How long each timer still waits, the shortest first. */
  waits(): readonly number[] {
    return [...this.#timers].map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }

  /** Moves on, calling what is due on the way. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.call();
    }
    this.#now = end;
  }
}

/** The real world on another clock. */
export function worldOn(clock: Clock): World {
  const world = createWorld({ tailscaledSocket: () => null, engineSocket: () => null, env: process.env });
  return { ...world, clock, nomad: (port) => httpTo({ origin: `http://127.0.0.1:${port}` }, clock) };
}

/** Waits, in real time, until something is so. */
export async function until<T>(ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  for (let tries = 0; tries < 400; tries++) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not happen within four seconds');
}
