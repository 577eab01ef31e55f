import type { Clock } from '../core/ports/clock.ts';

/** What is to happen later in one thing's life, and ends with it. */
export class Timers {
  readonly #clock: Clock;
  readonly #cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls after this long. */
  later(ms: number, call: () => void): void {
    const cancel = this.#clock.after(ms, () => {
      this.#cancels.delete(cancel);
      call();
    });
    this.#cancels.add(cancel);
  }

  /** What is to be ended together with the timers. */
  own(cancel: () => void): void {
    this.#cancels.add(cancel);
  }

  /** Nothing of it happens any more. */
  stop(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}
