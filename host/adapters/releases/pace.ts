import type { Progress } from '../../../contract/node-state.ts';
import type { Clock } from '../../core/ports/clock.ts';

/** How often progress is told, ms. */
const everyMs = 250;

/** How much the newest stretch counts in the rate. */
const newest = 0.3;

/** How far a download is, how fast, and how much longer. */
export class Pace {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #total: number | null;
  readonly #report: (progress: Progress) => void;
  #lastAt: number;
  #lastDone: number;
  #perSecond: number | null = null;

  constructor(
    clock: Pick<Clock, 'monotonic'>,
    from: number,
    total: number | null,
    report: (progress: Progress) => void,
  ) {
    this.#clock = clock;
    this.#total = total !== null && total > 0 ? total : null;
    this.#report = report;
    this.#lastAt = clock.monotonic();
    this.#lastDone = from;
    report({ done: from, total: this.#total, unit: 'bytes' });
  }

  /** So many bytes are there now. */
  at(done: number): void {
    const now = this.#clock.monotonic();
    const passed = now - this.#lastAt;
    // The end is told also where all came at once.
    if (done === this.#total && passed < everyMs) this.#report({ done, total: this.#total, unit: 'bytes' });
    if (passed < everyMs) return;
    const rate = ((done - this.#lastDone) * 1000) / passed;
    this.#perSecond = this.#perSecond === null ? rate : this.#perSecond * (1 - newest) + rate * newest;
    this.#lastAt = now;
    this.#lastDone = done;
    const left = this.#total === null ? null : this.#total - done;
    this.#report({
      done,
      total: this.#total,
      unit: 'bytes',
      perSecond: Math.round(this.#perSecond),
      ...(left !== null && this.#perSecond > 0
        ? { leftMs: Math.round((left * 1000) / this.#perSecond) }
        : {}),
    });
  }
}
