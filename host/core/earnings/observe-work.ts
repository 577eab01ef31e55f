import type { Invite } from '../../../pool/contract/invite.ts';
import { pricePerGpuHour } from '../../../pool/contract/invite.ts';
import { gpuSlug } from '../cards/slug.ts';
import type { GpuSample } from '../ports/gpus.ts';
import type { AllocationSample } from '../ports/nomad.ts';
import type { Observation } from './observation.ts';

/** Of a stretch that goes on, one observation in this time, ms: what a power cut may cost. */
export const aliveEveryMs = 60_000;

/** A wall clock that ran away from the steady one by more than this leapt, or the machine slept, ms. */
const leapMs = 5_000;

/** What is looked at: the ledger's memory, the world, and the price. */
export interface WorkSeen {
  /** The newest observation of each stretch after which more may follow (the ledger's `open`). */
  readonly open: readonly Observation[];
  /** Allocations whose end was recorded lately: they are still in the pool's list, and are not recorded twice. */
  readonly ended: ReadonlySet<string>;
  /** Allocations that were stopped here for what they asked. */
  readonly stopped?: ReadonlySet<string>;
  /** This computer's allocations, complete; null: the pool is not seen now. */
  readonly work: readonly AllocationSample[] | null;
  /** Allocations with a running container, for when the pool is not seen; null: not seen either. */
  readonly running: ReadonlySet<string> | null;
  /** When each allocation was last seen to run here, epoch ms by our own clock: finer than what is written down. */
  readonly lastSeen: ReadonlyMap<string, number>;
  /** Our own pause ended the work without the pool: it runs again elsewhere. */
  readonly takenBack: boolean;
  readonly gpus: readonly Pick<GpuSample, 'uuid' | 'name'>[];
  /** UUIDs of the shared cards. */
  readonly sharedGpus: readonly string[];
  readonly prices: Invite['pool']['prices'];
  /** Names the price list that held. */
  readonly priceVersion: string;
  readonly source: 'allocation' | 'demo';
  /** When this was seen, epoch ms by our own clock. */
  readonly now: number;
  /** How far the wall clock went ahead (or, negative, back) of the steady one since the last look; 0 at the first. */
  readonly leaptMs: number;
}

/**
 * What is new about the work on this computer's GPUs: stretches that begin, still hold, or end. Pure.
 *
 * A stretch runs while a task of its allocation runs. It is timed by the agent's clock where the pool says when, else by
 * ours, and then it ends when it was last seen: what nobody saw is not counted. Over a leap of the clock or a sleep of the
 * machine one stretch ends and another begins, so that neither becomes time of use.
 *
 * Without a device plugin the pool names no cards: such work counts for the shared card where exactly one is shared, else
 * for none.
 */
export function observeWork(seen: WorkSeen): readonly Observation[] {
  const known = new Map<string, Observation[]>();
  for (const o of seen.open) known.set(o.allocation, [...(known.get(o.allocation) ?? []), o]);
  const found: Observation[] = [];
  for (const last of seen.open) {
    const allocation = seen.work?.find((a) => a.id === last.allocation);
    if (seen.work === null) found.push(...unseenByPool(seen, last));
    else if (allocation === undefined)
      found.push(end(seen, last, { ...lastKnown(seen, last), ended: 'lost' }));
    else found.push(...carryOn(seen, last, allocation));
  }
  for (const allocation of seen.work ?? []) {
    if (seen.ended.has(allocation.id) && !runs(allocation)) continue;
    const held = known.get(allocation.id) ?? [];
    for (const gpu of gpusOf(seen, allocation, held))
      if (!held.some((o) => o.gpu === gpu)) found.push(...discover(seen, allocation, gpu));
  }
  return found;
}

/** The ledger's `open` after these observations were appended. */
export function openAfter(
  open: readonly Observation[],
  appended: readonly Observation[],
): readonly Observation[] {
  const byKey = new Map(open.map((o) => [`${o.allocation} ${o.gpu}`, o]));
  for (const o of appended) {
    const key = `${o.allocation} ${o.gpu}`;
    if (o.what === 'end' && o.ended !== null) byKey.delete(key);
    else if (o.what === 'start' || byKey.has(key)) byKey.set(key, o);
  }
  return [...byKey.values()];
}

/** A stretch of before, its allocation still in the pool's list. */
function carryOn(seen: WorkSeen, last: Observation, allocation: AllocationSample): readonly Observation[] {
  if (!runs(allocation)) return stopped(seen, last, allocation);
  if (last.what === 'end') return [start(seen, allocation, last.gpu, last)];
  const leap = overLeap(seen, last);
  if (leap !== null) return [leap, start(seen, allocation, last.gpu, leap)];
  if (seen.now - last.seenAt < aliveEveryMs) return [];
  return [
    {
      ...last,
      what: 'alive',
      at: seen.now,
      clock: 'host',
      seenAt: seen.now,
      source: seen.source,
      restarts: restartsOf(allocation),
    },
  ];
}

/** The allocation runs no task now: its stretch ends, and its job perhaps. */
function stopped(seen: WorkSeen, last: Observation, allocation: AllocationSample): readonly Observation[] {
  const ended = endOf(seen, allocation);
  if (last.what === 'end' && ended === null) return [];
  const finishedAt = finishOf(allocation, seen.now);
  // An end earlier than what was seen is of another task (one that ran before), or of a clock that leapt.
  const byAgent = last.what !== 'end' && finishedAt !== null && finishedAt >= last.at;
  const when = byAgent ? { at: finishedAt, clock: 'agent' as const } : lastKnown(seen, last);
  return [{ ...end(seen, last, { ...when, ended }), restarts: restartsOf(allocation) }];
}

/** The pool is not seen: the engine may still tell that the work goes on, or that our own pause ended it. */
function unseenByPool(seen: WorkSeen, last: Observation): readonly Observation[] {
  if (last.what === 'end')
    return last.ended === null && seen.takenBack
      ? [end(seen, last, { at: last.at, clock: last.clock, ended: 'moved' })]
      : [];
  const leap = overLeap(seen, last);
  if (leap !== null) return [leap];
  if (seen.takenBack && seen.running !== null && !seen.running.has(last.allocation))
    return [end(seen, last, { ...lastKnown(seen, last), ended: 'moved' })];
  if (!seen.running?.has(last.allocation) || seen.now - last.seenAt < aliveEveryMs) return [];
  return [
    {
      ...last,
      what: 'alive',
      at: seen.now,
      clock: 'host',
      seenAt: seen.now,
      source: seen.source === 'demo' ? 'demo' : 'engine',
    },
  ];
}

/** Work not known before: it runs, or it began and ended since the last look. */
function discover(seen: WorkSeen, allocation: AllocationSample, gpu: string): readonly Observation[] {
  if (runs(allocation)) return [start(seen, allocation, gpu, null)];
  const began = earliest(allocation.tasks.map((t) => t.startedAt));
  const ended = endOf(seen, allocation);
  if (ended === null || began === null || began > seen.now) return [];
  const first: Observation = { ...start(seen, allocation, gpu, null), at: began, clock: 'agent' };
  const finishedAt = finishOf(allocation, seen.now) ?? began;
  return [first, end(seen, first, { at: Math.max(began, finishedAt), clock: 'agent', ended })];
}

/** Until when a stretch is known to have lasted. */
function lastKnown(seen: WorkSeen, last: Observation): Pick<Observation, 'at' | 'clock'> {
  const at = last.what === 'end' ? undefined : seen.lastSeen.get(last.allocation);
  return at !== undefined && at > last.at ? { at, clock: 'host' } : { at: last.at, clock: last.clock };
}

/** The end of a stretch over which the clock leapt or the machine slept, or null where it did not. */
function overLeap(seen: WorkSeen, last: Observation): Observation | null {
  const wentBack = seen.now < last.seenAt - leapMs;
  if (Math.abs(seen.leaptMs) <= leapMs && !wentBack) return null;
  // What the clock would show now, had it not leapt.
  const at = Math.abs(seen.leaptMs) > leapMs ? Math.max(last.at, seen.now - seen.leaptMs) : last.at;
  return end(seen, last, { at, clock: 'host', ended: null });
}

function start(
  seen: WorkSeen,
  allocation: AllocationSample,
  gpu: string,
  before: Observation | null,
): Observation {
  const startedAt = earliest(allocation.tasks.map((t) => (t.state === 'running' ? t.startedAt : null)));
  // A task that has run on since before the last end goes on from now; a restarted one from its own start.
  const byAgent = startedAt !== null && startedAt <= seen.now && (before === null || startedAt > before.at);
  const gpuName = seen.gpus.find((g) => g.uuid === gpu)?.name ?? before?.gpuName ?? '';
  const microsPerHour = gpu === '' ? null : pricePerGpuHour(seen.prices, gpuSlug(gpuName));
  return {
    allocation: allocation.id,
    gpu,
    what: 'start',
    at: byAgent ? startedAt : seen.now,
    clock: byAgent ? 'agent' : 'host',
    seenAt: seen.now,
    source: seen.source,
    priceVersion: microsPerHour === null ? null : seen.priceVersion,
    microsPerHour,
    currency: microsPerHour === null ? null : (seen.prices?.currency ?? null),
    job: allocation.job,
    jobType: allocation.type,
    gpuName,
    image: allocation.tasks.find((t) => t.image !== null)?.image ?? null,
    restarts: restartsOf(allocation),
    ended: null,
  };
}

const end = (
  seen: WorkSeen,
  last: Observation,
  how: Pick<Observation, 'at' | 'clock' | 'ended'>,
): Observation => ({
  ...last,
  ...how,
  what: 'end',
  seenAt: seen.now,
  source: seen.source,
});

const isOver = (a: AllocationSample) =>
  a.client === 'complete' || a.client === 'failed' || a.client === 'lost';

const runs = (a: AllocationSample) => !isOver(a) && a.tasks.some((t) => t.state === 'running');

const restartsOf = (a: AllocationSample) => a.tasks.reduce((sum, t) => sum + t.restarts, 0);

/** Why a job ended, or null while it may go on. */
function endOf(seen: WorkSeen, a: AllocationSample): Observation['ended'] {
  if (a.client === 'lost') return 'lost';
  if (a.client === 'failed') return seen.stopped?.has(a.id) === true ? 'stopped' : 'failed';
  if (a.client !== 'complete') return null;
  return a.desired === 'run' ? 'finished' : 'moved';
}

/** When the last task ended by the agent's clock; null where it does not say, or says a time to come. */
function finishOf(a: AllocationSample, now: number): number | null {
  const times = a.tasks.map((t) => t.finishedAt).filter((t) => t !== null);
  const latest = times.length === 0 ? null : Math.max(...times);
  return latest === null || latest > now ? null : latest;
}

/** The cards of an allocation: as the pool names them, as it was counted before, or the one shared card. */
function gpusOf(seen: WorkSeen, a: AllocationSample, held: readonly Observation[]): readonly string[] {
  if (a.gpus.length > 0) return a.gpus;
  if (held.length > 0) return held.map((o) => o.gpu);
  return seen.sharedGpus.length === 1 ? seen.sharedGpus : [''];
}

function earliest(times: readonly (number | null)[]): number | null {
  const known = times.filter((t) => t !== null);
  return known.length === 0 ? null : Math.min(...known);
}
