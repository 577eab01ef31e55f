import type { CheckResult } from '../../contract/checks.ts';
import type { Application } from '../core/application.ts';
import { failuresInARow } from '../core/pausing/failures.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/stores.ts';
import type { Reconciler } from '../core/reconciler.ts';

/** What the attendant acts through. */
export interface AttendantParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly reconciler: Reconciler;
  readonly application: () => Application;
  readonly checks: (signal: AbortSignal) => AsyncIterable<CheckResult>;
}

/** Beside the loop: keeps in mind which cards drive a display, and examines the whole machine when jobs fail one after the other. */
export class Attendant {
  readonly #parts: AttendantParts;
  readonly #ending = new AbortController();
  #isNoting = false;
  /** The last failure of the row that was examined. */
  #examined = 0;

  constructor(parts: AttendantParts) {
    this.#parts = parts;
  }

  /** Something changed. */
  follow(): void {
    const { reconciler, log } = this.#parts;
    if (reconciler.intent.pool === null) return;
    const complain = (error: unknown): void => log.warn('the attendant failed', { error: String(error) });
    if (!this.#isNoting) this.#noteDisplays().catch(complain);
    const failed = failuresInARow(reconciler.facts.memory.ends, reconciler.intent.resumedAt ?? 0);
    if (failed === null || failed.at <= this.#examined) return;
    this.#examined = failed.at;
    this.#examine(failed.jobs).catch(complain);
  }

  close(): void {
    this.#ending.abort();
  }

  async #noteDisplays(): Promise<void> {
    this.#isNoting = true;
    try {
      await this.#parts.application().noteDisplays();
    } finally {
      this.#isNoting = false;
    }
  }

  /** Every check; the first problem found is told beside the pause. */
  async #examine(jobs: readonly string[]): Promise<void> {
    const { clock, log, reconciler, checks } = this.#parts;
    const found: CheckResult[] = [];
    for await (const result of checks(this.#ending.signal)) if (result.problem !== null) found.push(result);
    if (this.#ending.signal.aborted) return;
    log.warn('jobs failed one after the other', {
      jobs: jobs.join(', '),
      found: found.map((one) => one.id).join(', '),
    });
    reconciler.see({ checked: { at: clock.now(), problem: found[0]?.problem ?? null } });
  }
}
