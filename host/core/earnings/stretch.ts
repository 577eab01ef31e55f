import { amount } from './amount.ts';
import { splitByDay } from './days.ts';
import type { Observation } from './observation.ts';

/** One uninterrupted stretch in which one allocation held one GPU, derived from observations and from nothing else. */
export interface Stretch {
  /** The number of the observation that opened it. */
  readonly id: number;
  readonly allocation: string;
  readonly gpu: string;
  readonly startedAt: number;
  /** When it was last seen to hold, epoch ms. */
  readonly lastAt: number;
  /** Null while it goes on. */
  readonly endedAt: number | null;
  /** Why the job ended with it; null: it goes on, or may come back (a restart of its task, a leap of the clock). */
  readonly ended: Observation['ended'];
  readonly microsPerHour: number | null;
  readonly currency: string | null;
  readonly gpuName: string;
  /** The number of its newest observation. */
  readonly newest: number;
  /** More may follow: no later stretch of this job on this GPU, and no end of the job. */
  readonly pending: boolean;
}

/** What one more observation makes of the newest stretch of its allocation and GPU. */
export interface Followed {
  /** Stretches that are new or changed, oldest first. */
  readonly changed: readonly Stretch[];
  /** The stretch that ended by it and is to be counted now, once. */
  readonly closed: (Stretch & { readonly endedAt: number }) | null;
}

/** How long a stretch may count beyond its last observation while it goes on, ms: what nobody saw is not earned. */
export const unseenLimitMs = 180_000;

const nothing: Followed = { changed: [], closed: null };

/**
 * Carries on with observation number `id`. Pure, and the same whether done one by one, in batches, or anew from the
 * beginning. No observation makes a stretch of negative length, count twice, or lose what was counted.
 */
export function follow(previous: Stretch | null, o: Observation, id: number): Followed {
  const open = previous !== null && previous.endedAt === null ? previous : null;
  if (o.what === 'start') return begin(previous, open, o, id);
  if (o.what === 'alive') {
    if (open === null) return nothing;
    return { changed: [{ ...open, lastAt: Math.max(open.lastAt, o.at), newest: id }], closed: null };
  }
  if (open !== null) {
    // An end before its own start is of a clock set back: then what was seen until then holds.
    const endedAt = o.at >= open.startedAt ? o.at : open.lastAt;
    const closed = {
      ...open,
      lastAt: endedAt,
      endedAt,
      ended: o.ended,
      newest: id,
      pending: o.ended === null,
    };
    return { changed: [closed], closed };
  }
  if (previous === null || !previous.pending || o.ended === null) return nothing;
  return { changed: [{ ...previous, ended: o.ended, newest: id, pending: false }], closed: null };
}

/** A part of a stretch in one local day, with what it earned. */
export interface Share {
  readonly day: string;
  readonly gpuMs: number;
  readonly micros: number | null;
}

/**
 * Cuts a stretch that ends (or is counted) at `until` into local days. The amounts are differences of the running amount,
 * so that the days of a stretch together earn exactly what the stretch does.
 */
export function sharesOf(stretch: Stretch, until: number, timeZone: string): readonly Share[] {
  const { startedAt, microsPerHour } = stretch;
  return splitByDay(startedAt, Math.max(startedAt, until), timeZone).map(({ day, from, to }) => {
    const before = amount(from - startedAt, microsPerHour);
    const after = amount(to - startedAt, microsPerHour);
    return {
      day,
      gpuMs: stretch.gpu === '' ? 0 : to - from,
      micros: before === null || after === null ? null : after - before,
    };
  });
}

/** Until when a stretch counts at `now`: its end, or the last that was seen of it and a little more. */
export function countsUntil(stretch: Stretch, now: number): number {
  if (stretch.endedAt !== null) return stretch.endedAt;
  return Math.max(stretch.startedAt, Math.min(Math.max(now, stretch.lastAt), stretch.lastAt + unseenLimitMs));
}

function begin(previous: Stretch | null, open: Stretch | null, o: Observation, id: number): Followed {
  // A start without the end of the one before (a crash between them): that one held until it was last seen.
  const closed = open === null ? null : { ...open, endedAt: open.lastAt, pending: false };
  const before = closed ?? (previous === null ? null : { ...previous, pending: false });
  const endBefore = before?.endedAt ?? null;
  // By the agent's clock a task may have begun before the stretch that was already counted ended: no time counts twice.
  const startedAt = o.clock === 'agent' && endBefore !== null ? Math.max(o.at, endBefore) : o.at;
  const begun: Stretch = {
    id,
    allocation: o.allocation,
    gpu: o.gpu,
    startedAt,
    lastAt: startedAt,
    endedAt: null,
    ended: null,
    microsPerHour: o.microsPerHour,
    currency: o.currency,
    gpuName: o.gpuName,
    newest: id,
    pending: true,
  };
  return { changed: before === null || before === previous ? [begun] : [before, begun], closed };
}
