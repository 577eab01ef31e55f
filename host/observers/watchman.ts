import type { FactName } from '../core/facts.ts';
import { problem } from '../../contract/problems.ts';
import { unknown } from '../core/facts.ts';
import type { Sample } from '../core/observe.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Log } from '../core/ports/stores.ts';
import type { Observer, Pace } from './observer.ts';

/** What the watchman needs. */
export interface WatchmanParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly observers: readonly Observer[];
  /** Hands a sample to the loop. */
  readonly see: (sample: Sample) => void;
  readonly pace: () => Pace;
}

/** Triggers arrive in bursts; one look serves them all, ms. */
const gatherMs = 30;

/** Facts that others are read by. */
const foundations: ReadonlySet<FactName> = new Set<FactName>(['footprint', 'agent']);

interface Round {
  running: Promise<void> | null;
  cancel: () => void;
  lastAt: number;
}

/** Looks at each fact at its time, at once when something tells, and when asked. One look a fact at a time. */
export class Watchman {
  readonly #parts: WatchmanParts;
  readonly #rounds = new Map<FactName, Round>();
  readonly #control = new AbortController();

  constructor(parts: WatchmanParts) {
    this.#parts = parts;
    for (const { fact } of parts.observers)
      this.#rounds.set(fact, { running: null, cancel: () => undefined, lastAt: 0 });
  }

  /** Looks at everything once, in the order given (the agent before what is asked through it), then goes on. */
  async start(): Promise<void> {
    for (const observer of this.#parts.observers)
      observer.watch?.(() => this.#told(observer), this.#control.signal);
    await this.read(this.#parts.observers.map((o) => o.fact));
  }

  /** Reads these facts afresh; never rejects. What is asked through the agent comes after the agent. */
  async read(names: readonly FactName[]): Promise<void> {
    const asked = this.#parts.observers.filter((o) => names.includes(o.fact));
    const first = asked.filter((o) => foundations.has(o.fact));
    await Promise.all(first.map((o) => this.#look(o)));
    await Promise.all(asked.filter((o) => !foundations.has(o.fact)).map((o) => this.#look(o)));
  }

  /** The pace has changed: due times are set anew. */
  paceChanged(): void {
    for (const observer of this.#parts.observers) this.#schedule(observer);
  }

  close(): void {
    this.#control.abort();
    for (const round of this.#rounds.values()) round.cancel();
  }

  #round(observer: Observer): Round {
    return this.#rounds.get(observer.fact)!;
  }

  #told(observer: Observer): void {
    for (const one of this.#parts.observers)
      if (one === observer || observer.tells?.includes(one.fact)) this.#soon(one, gatherMs);
  }

  #soon(observer: Observer, ms: number): void {
    const round = this.#round(observer);
    round.cancel();
    if (!this.#control.signal.aborted)
      round.cancel = this.#parts.clock.after(ms, () => void this.#look(observer));
  }

  /** A look that began after this call: one under way may have seen the world of before. */
  async #look(observer: Observer): Promise<void> {
    const round = this.#round(observer);
    while (round.running !== null) await round.running;
    if (this.#control.signal.aborted) return;
    round.running = this.#lookNow(observer, round);
    await round.running;
  }

  async #lookNow(observer: Observer, round: Round): Promise<void> {
    round.cancel();
    try {
      const sample = await observer.look();
      if (!this.#control.signal.aborted) this.#parts.see(sample);
    } catch (error) {
      this.#parts.log.error('observer threw', {
        fact: observer.fact,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
      if (!this.#control.signal.aborted)
        this.#parts.see({
          fact: observer.fact,
          value: unknown(problem('internal', observer.fact), this.#parts.clock.now()),
        });
    } finally {
      round.running = null;
      round.lastAt = this.#parts.clock.now();
      this.#schedule(observer);
    }
  }

  #schedule(observer: Observer): void {
    const round = this.#round(observer);
    const every = observer.everyMs[this.#parts.pace()];
    if (round.running !== null || every === null) return;
    this.#soon(observer, Math.max(0, round.lastAt + every - this.#parts.clock.now()));
  }
}
