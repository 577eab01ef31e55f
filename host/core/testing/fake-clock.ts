import type { Clock } from '../ports/clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
}

/**
 * A clock that moves only when told. Timers fire in order of time, then of their making; between two of them
 * everything that can go on without time goes on: promises, streams and real file access.
 */
export class FakeClock implements Clock {
  #wall: number;
  #steady = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** Starts at this epoch time, by default an evening in November. */
  constructor(startMs = Date.UTC(2026, 10, 25, 18, 0)) {
    this.#wall = startMs;
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#steady;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#steady + Math.max(0, ms), order: this.#order++, call };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const wake = (): void => {
        cancel();
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const cancel = this.after(ms, wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Lets this much time pass. */
  async advance(ms: number): Promise<void> {
    const end = this.#steady + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#move(next.at);
      next.call();
      await settle();
    }
    this.#move(end);
  }

  /** Lets time pass in small steps until the condition holds; throws when it does not within the limit. */
  async until(condition: () => boolean | Promise<boolean>, withinMs: number, stepMs = 100): Promise<void> {
    const end = this.#steady + withinMs;
    while (!(await condition())) {
      if (this.#steady >= end) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
      await this.advance(Math.min(stepMs, end - this.#steady));
    }
  }

  /** Lets time pass until this promise is done. */
  async finish<T>(promise: Promise<T>, withinMs = 600_000, stepMs = 100): Promise<T> {
    let done = false;
    const watched = promise.finally(() => (done = true));
    watched.catch(() => undefined);
    await this.until(() => done, withinMs, stepMs);
    return watched;
  }

  /** The wall clock is set: timers and `monotonic` do not notice. */
  leap(ms: number): void {
    this.#wall += ms;
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size;
  }

  #next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > end) continue;
      if (
        first === undefined ||
        timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  }

  #move(to: number): void {
    if (to <= this.#steady) return;
    this.#wall += to - this.#steady;
    this.#steady = to;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const filesBusy = (): boolean =>
  process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq') || name === 'CloseReq');

/** Until nothing can go on without time. */
async function settle(): Promise<void> {
  await turn();
  do await turn();
  while (filesBusy());
}
