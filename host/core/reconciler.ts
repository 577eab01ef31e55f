import { problem, ProblemError, type Problem } from '../../contract/problems.ts';
import { noFacts, type FactName, type Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import { observe, type Sample } from './observe.ts';
import { plan } from './plan.ts';
import type { Plan, Rules } from './planning.ts';
import type { Clock } from './ports/clock.ts';
import type { Log } from './ports/stores.ts';
import type { StepContext } from './steps/context.ts';
import { firm, touches, unhurried, type Step } from './step.ts';

/** How long reading after a step may take, ms. */
const readLimitMs = 2_000;

/** What the loop needs. */
export interface ReconcilerParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly rules: Rules;
  /** Runs one step to its end. */
  readonly run: (step: Step, context: Omit<StepContext, 'ports'>) => Promise<void>;
  /** Reads these facts afresh and hands them to `see`; never rejects. */
  readonly read: (names: readonly FactName[]) => Promise<void>;
  /** A number in [0, 1), for spreading tries. */
  readonly random: () => number;
  /** A short reference for the log and the screen of an unexpected failure. */
  readonly reference: () => string;
}

/** The loop: asks `plan`, runs its step, wakes when facts or intent change or at the plan's own time. */
export class Reconciler {
  #facts: Facts = noFacts;
  #intent: Intent;
  #wake: () => void = () => undefined;
  #closed = false;
  #listeners = new Set<() => void>();
  #running: { readonly step: Step; readonly control: AbortController } | null = null;
  readonly #parts: ReconcilerParts;

  constructor(intent: Intent, parts: ReconcilerParts) {
    this.#intent = intent;
    this.#parts = parts;
  }

  get facts(): Facts {
    return this.#facts;
  }

  get intent(): Intent {
    return this.#intent;
  }

  /** What the plan says now. */
  plan(): Plan {
    return plan(this.#intent, this.#facts, this.#parts.clock.now(), this.#parts.rules);
  }

  /** Calls at every change of intent or facts; answers how to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The owner wants something else from now on. */
  want(intent: Intent): void {
    this.#intent = intent;
    this.#changed();
  }

  /** Something was seen. */
  see(sample: Sample): void {
    this.#facts = observe(this.#facts, sample, this.#parts.clock.now());
    this.#changed();
  }

  /** Runs until closed; a running step is aborted then. */
  async loop(): Promise<void> {
    while (!this.#closed) {
      const next = this.plan();
      if ('do' in next) await this.#do(next.do);
      else await this.#rest('wait' in next ? next.until : next.until);
    }
  }

  close(): void {
    this.#closed = true;
    this.#running?.control.abort();
    this.#wake();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
    this.#preempt();
    this.#wake();
  }

  /** A different answer aborts the running step, unless it is one that finishes first. */
  #preempt(): void {
    if (this.#running === null || firm.has(this.#running.step.kind)) return;
    const { kind } = this.#running.step;
    const next = this.plan();
    if ('wait' in next || ('do' in next && next.do.kind === kind)) return;
    // A pause does not break it off; what only the owner's word can have brought about does.
    if ('rest' in next && next.problem === null && unhurried.has(kind)) return;
    this.#running.control.abort();
  }

  #rest(until: number | null): Promise<void> {
    return new Promise((resolve) => {
      let cancel = (): void => undefined;
      this.#wake = () => {
        cancel();
        this.#wake = () => undefined;
        resolve();
      };
      if (this.#closed) return this.#wake();
      if (until !== null)
        cancel = this.#parts.clock.after(Math.max(0, until - this.#parts.clock.now()), () => this.#wake());
    });
  }

  async #do(step: Step): Promise<void> {
    const control = new AbortController();
    this.#running = { step, control };
    const began = this.#parts.clock.monotonic();
    this.#parts.log.info('step', { step: step.kind });
    this.see({ step: step.kind, began: true });
    const ended = await this.#run(step, control.signal);
    this.#running = null;
    await this.#read(touches[step.kind]);
    const ms = Math.round(this.#parts.clock.monotonic() - began);
    if (control.signal.aborted && ended !== null) {
      this.#parts.log.info('step broken off', { step: step.kind, ms });
      this.see({ step: step.kind, aborted: true });
      return;
    }
    if (ended === null) this.#parts.log.info('step done', { step: step.kind, ms });
    else this.#parts.log.warn('step failed', { step: step.kind, ms, code: ended.code, detail: ended.detail });
    this.see({ step: step.kind, ended, jitter: this.#parts.random() });
  }

  /** What the step touched is read before the loop asks again; a silent world holds the loop up no longer than this. */
  async #read(names: readonly FactName[]): Promise<void> {
    const limit = new AbortController();
    await Promise.race([this.#parts.read(names), this.#parts.clock.sleep(readLimitMs, limit.signal)]);
    limit.abort();
  }

  async #run(step: Step, signal: AbortSignal): Promise<Problem | null> {
    const report: StepContext['report'] = (progress, signInUrl = null, more = {}) =>
      this.see({ step: step.kind, progress, signInUrl, more });
    try {
      await this.#parts.run(step, {
        intent: this.#intent,
        facts: this.#facts,
        signal,
        report,
        see: (sample) => this.see(sample),
      });
      return null;
    } catch (error) {
      if (error instanceof ProblemError) return error.problem;
      const reference = this.#parts.reference();
      this.#parts.log.error('step threw', {
        step: step.kind,
        reference,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      return problem('internal', reference);
    }
  }
}
