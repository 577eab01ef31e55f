import { type Problem, ProblemError } from '../../contract/problems.ts';
import type { Observation } from './earnings/observation.ts';
import { observeWork, openAfter, type WorkSeen } from './earnings/observe-work.ts';
import { fresh, type Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import { stoppedIn } from './guard/sample.ts';
import { ownHow, reasonsToPause } from './pausing/reasons.ts';
import type { Clock } from './ports/clock.ts';
import type { GpuSample } from './ports/gpus.ts';
import type { Ledger, Log } from './ports/stores.ts';
import type { Reconciler } from './reconciler.ts';
import { sharedGpus } from './cards/choice.ts';

/** What the books are kept with. */
export interface BookkeepingParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
  readonly reconciler: Reconciler;
  readonly demo: boolean;
}

/** The pool lists an ended job for an hour, or longer; it is not recorded again by a host that started since, ms. */
const rememberEndedMs = 86_400_000;

/** How long until a ledger that could not be opened is tried again, ms. */
const beginAgainMs = 15_000;

/** How often today's sum is told while work runs, and while none does, ms. */
const tellMs = { busy: 2_000, idle: 60_000 } as const;

/** Beside the loop: writes what was seen of the work into the ledger, and tells today's sum as a fact. */
export class Bookkeeping {
  #open: readonly Observation[] = [];
  #ended = new Set<string>();
  /** The ledger's damage that was told already. */
  #damage: Problem | null = null;
  /** The notice that says so, as long as nothing fits into the ledger. */
  #full: Problem | null = null;
  #lastSeen = new Map<string, number>();
  #seenAt: number | null = null;
  #leap: { readonly wall: number; readonly steady: number } | null = null;
  #turn: Promise<void> = Promise.resolve();
  #stopListening: () => void = () => undefined;
  #cancelTelling: () => void = () => undefined;
  #closed = false;
  readonly #parts: BookkeepingParts;

  constructor(parts: BookkeepingParts) {
    this.#parts = parts;
  }

  /** Goes on from what the ledger still has open, then follows the facts. */
  start(): void {
    this.#turn = this.#begin().catch((error: unknown) => {
      this.#complain(error);
      // Without what it has still open nothing can be written down truly: a ledger on a full disk opens when there is room.
      if (!this.#closed) this.#cancelTelling = this.#parts.clock.after(beginAgainMs, () => this.start());
    });
  }

  async #begin(): Promise<void> {
    const { reconciler, ledger } = this.#parts;
    if (ledger.problem !== null && ledger.problem.code !== 'disk-full')
      reconciler.see({ notice: ledger.problem });
    this.#open = await ledger.open();
    this.#ended = new Set(await ledger.endedSince(this.#parts.clock.now() - rememberEndedMs));
    this.#damage = ledger.problem;
    this.#roomAgain();
    if (this.#closed) return;
    this.#stopListening = reconciler.onChange(() => this.#look());
    this.#tellLater(0);
  }

  /** Stops following; what was begun is written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#stopListening();
    this.#cancelTelling();
    await this.#turn;
  }

  /** One look at a time, and only at what is new. */
  #look(): void {
    const { facts } = this.#parts.reconciler;
    const at = facts.work.known ? facts.work.at : facts.engine.at;
    if (this.#closed || at === null || at === this.#seenAt) return;
    this.#seenAt = at;
    this.#turn = this.#turn.then(() => this.#write(facts)).catch((error: unknown) => this.#complain(error));
  }

  async #write(facts: Facts): Promise<void> {
    const seen = this.#seen(facts);
    const found = observeWork(seen);
    this.#remember(seen, facts);
    if (found.length === 0) return;
    const { ledger, reconciler } = this.#parts;
    await ledger.append(found);
    this.#roomAgain();
    this.#open = openAfter(this.#open, found);
    if (ledger.problem !== null && ledger.problem !== this.#damage) {
      // A ledger begun anew over a damaged one knows nothing of what was open: what still runs is found again at the next look.
      reconciler.see({ notice: ledger.problem });
      this.#open = await ledger.open();
      this.#damage = ledger.problem;
    }
    for (const o of found) if (o.what === 'end' && o.ended !== null) this.#ended.add(o.allocation);
    this.#tellLater(0);
  }

  #seen(facts: Facts): WorkSeen {
    const { clock, reconciler, demo } = this.#parts;
    const now = clock.now();
    const pool = reconciler.intent.pool?.invite.pool;
    const engine = fresh(facts, 'engine', now);
    return {
      open: this.#open,
      ended: this.#ended,
      stopped: new Set(Object.keys(stoppedIn(facts))),
      work: fresh(facts, 'work', now),
      running:
        engine === null
          ? null
          : new Set(engine.containers.filter((c) => c.state === 'running').map((c) => c.allocation)),
      gpus: facts.gpus.known ? facts.gpus.value.gpus.flatMap(withParts) : [],
      sharedGpus: sharedGpus(reconciler.intent, facts).map((g) => g.uuid),
      prices: pool?.prices ?? null,
      priceVersion: `${demo ? 'demo' : 'invite'}:${pool?.id ?? 'none'}@${reconciler.intent.pool?.acceptedAt ?? 0}`,
      lastSeen: this.#lastSeen,
      takenBack: takenBack(reconciler.intent, facts, now),
      source: demo ? 'demo' : 'allocation',
      now,
      leaptMs: this.#leapt(now, clock.monotonic()),
    };
  }

  /** What runs now is known to have lasted until now. */
  #remember({ work, running }: WorkSeen, facts: Facts): void {
    const ids =
      work === null
        ? [...(running ?? [])]
        : work.filter((a) => a.tasks.some((t) => t.state === 'running')).map((a) => a.id);
    const at = work === null ? facts.engine.at : facts.work.at;
    if (at !== null) for (const id of ids) this.#lastSeen.set(id, at);
    const open = new Set(this.#open.map((o) => o.allocation));
    for (const id of this.#lastSeen.keys()) if (!open.has(id) && !ids.includes(id)) this.#lastSeen.delete(id);
  }

  #leapt(wall: number, steady: number): number {
    const before = this.#leap;
    this.#leap = { wall, steady };
    return before === null ? 0 : Math.round(wall - before.wall - (steady - before.steady));
  }

  #tellLater(ms: number): void {
    this.#cancelTelling();
    if (this.#closed) return;
    this.#cancelTelling = this.#parts.clock.after(ms, () => {
      this.#turn = this.#turn.then(() => this.#tell());
    });
  }

  async #tell(): Promise<void> {
    if (this.#closed) return;
    const { clock, ledger } = this.#parts;
    try {
      const { days } = await ledger.summary(1, clock.now());
      const day = days.at(-1);
      if (day !== undefined) this.#tellIfNew({ gpuMs: day.gpuMs, micros: day.micros, jobs: day.jobs });
    } catch (error) {
      this.#complain(error);
    }
    this.#tellLater(this.#open.some((o) => o.what !== 'end') ? tellMs.busy : tellMs.idle);
  }

  #tellIfNew(today: Facts['today']): void {
    const told = this.#parts.reconciler.facts.today;
    if (told.gpuMs !== today.gpuMs || told.micros !== today.micros || told.jobs !== today.jobs)
      this.#parts.reconciler.see({ today });
  }

  #roomAgain(): void {
    if (this.#full !== null) this.#parts.reconciler.see({ over: this.#full });
    this.#full = null;
  }

  /** The ledger's trouble is said once and never stops sharing; what could not be written is seen again at the next look. */
  #complain(error: unknown): void {
    const { log, reconciler } = this.#parts;
    log.warn('ledger', { error: error instanceof Error ? error.message : String(error) });
    if (!(error instanceof ProblemError)) return;
    const { problem } = error;
    if (reconciler.facts.notices.some((n) => n.code === problem.code)) return;
    reconciler.see({ notice: problem });
    if (problem.code === 'disk-full') this.#full = problem;
  }
}

/** A pause (or the end, or leaving) put the agent down: what it ran is placed elsewhere by the pool. */
function takenBack(intent: Intent, facts: Facts, now: number): boolean {
  const agentDown = facts.agent.known && facts.agent.value.process === null;
  return agentDown && (intent.pool === null || ownHow(reasonsToPause(intent, facts, now)) === 'now');
}

/** A divided card's parts are named and priced as the card. */
const withParts = ({ uuid, name, mig }: GpuSample): readonly Pick<GpuSample, 'uuid' | 'name'>[] => [
  { uuid, name },
  ...mig.map((part) => ({ uuid: part.uuid, name })),
];
