import { problem, ProblemError, type Problem } from '../../../contract/problems.ts';
import type { Sample } from '../observe.ts';
import type { Clock } from '../ports/clock.ts';
import type { ContainerSample, Engine } from '../ports/engine.ts';
import type { Nomad } from '../ports/nomad.ts';
import type { Log } from '../ports/stores.ts';
import { Inspector, type Suspect } from './inspector.ts';
import { type Breach, breaches, type HouseCards } from './rules.ts';
import { type GuardSample, guardOff } from './sample.ts';

/** What the guard watches with. */
export interface GuardParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly engine: Pick<Engine, 'look' | 'events' | 'inspect' | 'end'>;
  readonly nomad: Pick<Nomad, 'allocationIds' | 'allocationFolder'>;
  /** The cards as they are shared now; null: not seen. */
  readonly cards: () => HouseCards | null;
  /** Cards that the pool gave to an allocation. */
  readonly assigned: (allocation: string) => readonly string[];
  /** A job's name for people. */
  readonly nameOf: (allocation: string) => Promise<string>;
  /** Tells something once, or that it is over. */
  readonly see: (sample: Sample) => void;
}

/** Without the engine's stream for so long nobody is guarded, ms: an engine that is updated is back sooner. */
export const blindAfterMs = 10_000;

/** How soon a stream that broke is opened again, ms. */
const reconnectMs = { first: 250, last: 5_000 } as const;

/** How long it is told that a job was stopped, ms. */
const tellForMs = 86_400_000;

/** How many stopped allocations are remembered. */
const rememberedStops = 50;

/**
 * Watches the engine and ends each container of the pool's work that asks for what no job may have here: at its
 * making where that is quick enough, else right after its start. What ran before is looked at each time the stream opens.
 */
export class Guard {
  readonly #parts: GuardParts;
  readonly #inspector: Inspector;
  readonly #listeners = new Set<() => void>();
  readonly #told = new Map<string, { readonly notice: Problem; readonly cancel: () => void }>();
  #sample: GuardSample = guardOff;
  /** The last containers that were ended. */
  #over: readonly string[] = [];
  #control: AbortController | null = null;
  #cancelBlind: () => void = () => undefined;

  constructor(parts: GuardParts) {
    this.#parts = parts;
    this.#inspector = new Inspector(parts);
  }

  get sample(): GuardSample {
    return this.#sample;
  }

  /** Calls at each change of the sample, until aborted. */
  watch(onChange: () => void, signal: AbortSignal): void {
    this.#listeners.add(onChange);
    signal.addEventListener('abort', () => this.#listeners.delete(onChange), { once: true });
  }

  /** Watches from now on, or no longer. */
  set(on: boolean): void {
    if (on === (this.#control !== null)) return;
    this.#control?.abort();
    this.#control = on ? new AbortController() : null;
    this.#cancelBlind();
    if (this.#control === null) return this.#say({ state: 'off', problem: null });
    this.#connecting(null);
    void this.#run(this.#control.signal);
  }

  /** A look at the engine has seen these: one that no event told of is judged now. */
  seen(containers: readonly ContainerSample[]): void {
    if (this.#control === null || this.#sample.state !== 'watching') return;
    for (const one of containers)
      if (one.state === 'running' && !this.#inspector.knows(one.id))
        this.#judge({ id: one.id, allocation: one.allocation, began: false }).catch((error: unknown) =>
          this.#parts.log.warn('a container could not be judged', { error: String(error) }),
        );
  }

  close(): void {
    this.set(false);
    for (const { cancel } of this.#told.values()) cancel();
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let wait: number = reconnectMs.first; !signal.aborted; wait = Math.min(wait * 2, reconnectMs.last)) {
      const failed = await this.#follow(signal);
      if (signal.aborted) return;
      if (this.#sample.state === 'watching') wait = reconnectMs.first;
      this.#connecting(failed);
      await this.#parts.clock.sleep(wait, signal);
    }
  }

  /** One stream from its opening to its end; answers why it ended. */
  async #follow(outer: AbortSignal): Promise<Problem | null> {
    const control = new AbortController();
    const end = (): void => control.abort();
    outer.addEventListener('abort', end, { once: true });
    let failed: Problem | null = null;
    const failing = (error: unknown): void => {
      failed ??= problemOf(error);
      control.abort();
    };
    try {
      for await (const event of this.#parts.engine.events(control.signal)) {
        if (event.kind === 'listening') this.#sweep(control.signal).catch(failing);
        else {
          const { id, allocation } = event;
          this.#judge({ id, allocation, began: event.kind === 'created' }).catch(failing);
        }
      }
    } catch (error) {
      failing(error);
    } finally {
      outer.removeEventListener('abort', end);
      control.abort();
    }
    return failed;
  }

  /** What was made while nobody watched. */
  async #sweep(signal: AbortSignal): Promise<void> {
    const look = await this.#parts.engine.look(await this.#parts.nomad.allocationIds());
    if (!look.known)
      throw look.problem === null ? new Error('not looked at') : new ProblemError(look.problem);
    this.#inspector.ownCgroups = look.value.ownCgroups;
    const left = look.value.containers.filter(({ state }) => state !== 'exited' && state !== 'dead');
    await Promise.all(left.map(({ id, allocation }) => this.#judge({ id, allocation, began: false })));
    if (!signal.aborted) {
      this.#cancelBlind();
      this.#say({ state: 'watching', problem: null });
    }
  }

  async #judge(suspect: Suspect): Promise<void> {
    const began = this.#parts.clock.monotonic();
    const seen = await this.#inspector.inspect(suspect);
    if (seen === null) return;
    const found = breaches(seen.asked, seen.house);
    if (found.length === 0) return;
    const { id } = seen.asked;
    await this.#parts.engine.end(id);
    // Its making and its start are both told of, and both may be judged before it is gone.
    if (this.#over.includes(id)) return;
    this.#over = [...this.#over, id].slice(-rememberedStops);
    this.#ended(seen.house.allocation, found, seen.asked.name, this.#parts.clock.monotonic() - began);
  }

  #ended(allocation: string, found: readonly Breach[], container: string, ms: number): void {
    this.#parts.log.warn('ended a container that asked for what no job may have', {
      allocation,
      container,
      asked: found.map(({ rule, found: what }) => `${rule}: ${what}`),
      ms: Math.round(ms),
    });
    const first = found[0]!.rule;
    const stopped = Object.entries({
      ...this.#sample.stopped,
      [allocation]: this.#sample.stopped[allocation] ?? first,
    });
    this.#say({
      ended: this.#sample.ended + 1,
      stopped: Object.fromEntries(stopped.slice(-rememberedStops)),
    });
    // The pool's word for the job may come a moment after its container.
    this.#parts.nameOf(allocation).then(
      (job) => this.#tellOnce(job, found),
      () => this.#tellOnce(allocation, found),
    );
  }

  /** Nomad starts such a task over and over: it is told once, until none came for a day. */
  #tellOnce(job: string, found: readonly Breach[]): void {
    const { clock, see } = this.#parts;
    const key = `${job} ${found.map(({ rule }) => rule).join(' ')}`;
    const before = this.#told.get(key);
    before?.cancel();
    const notice = before?.notice ?? problem('job-hostile', detailOf(job, found));
    if (before === undefined) see({ notice });
    const cancel = clock.after(tellForMs, () => {
      this.#told.delete(key);
      see({ over: notice });
    });
    this.#told.set(key, { notice, cancel });
  }

  /** For a moment nobody watches; soon after nobody is guarded. */
  #connecting(why: Problem | null): void {
    if (this.#sample.state === 'blind' || this.#sample.state === 'connecting') {
      if (why !== null) this.#say({ problem: why });
      return;
    }
    this.#say({ state: 'connecting', problem: why });
    this.#cancelBlind();
    this.#cancelBlind = this.#parts.clock.after(blindAfterMs, () => this.#say({ state: 'blind' }));
  }

  #say(change: Partial<GuardSample>): void {
    const { state } = this.#sample;
    const since =
      change.state !== undefined && change.state !== state ? this.#parts.clock.now() : this.#sample.since;
    const next = { ...this.#sample, ...change, since };
    if (JSON.stringify(next) === JSON.stringify(this.#sample)) return;
    this.#sample = next;
    for (const listener of this.#listeners) listener();
  }
}

const detailOf = (job: string, found: readonly Breach[]): string =>
  `${job}: ${found.map(({ rule, found: what }) => `${rule} (${what})`).join('; ')}`;

const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError
    ? error.problem
    : problem('engine-error', error instanceof Error ? error.message : String(error));
