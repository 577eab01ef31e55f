import type { Problem } from '../../../contract/problems.ts';

/** Sharing held by a cause that was seen: what is wrong, since when, and whether it has passed. */
export interface Hold {
  readonly problem: Problem;
  /** When the cause was first seen without a break. */
  readonly seenAt: number;
  /** Since when it pauses; null: not yet confirmed. */
  readonly since: number | null;
  /** Since when the cause is gone; null: it holds. */
  readonly goneAt: number | null;
}

/** How a cause becomes a pause and ends it, ms. */
export interface HoldTimes {
  /** It must hold so long before it pauses: one bad look costs no job. */
  readonly confirmMs: number;
  /** A pause lasts at least so long: each costs a job its start. */
  readonly minimumMs: number;
  /** And so long after its cause is gone. */
  readonly exitMs: number;
}

/** What pauses by itself lasts at least two minutes, and one minute after its cause. */
export const usualHold: HoldTimes = { confirmMs: 0, minimumMs: 120_000, exitMs: 60_000 };

/** Folds one look at a cause into its hold: level-triggered, each look says the whole. */
export function foldHold(
  before: Hold | null,
  cause: Problem | null,
  now: number,
  times: HoldTimes,
): Hold | null {
  if (cause === null) {
    if (before === null || before.since === null) return null;
    const gone = { ...before, goneAt: before.goneAt ?? now };
    return isHeld(gone, now, times) ? gone : null;
  }
  const seenAt = before?.seenAt ?? now;
  const since = before?.since ?? (now - seenAt >= times.confirmMs ? now : null);
  return { problem: cause, seenAt, since, goneAt: null };
}

/** When a hold ends by itself; null: not before its cause. */
export function holdEnds({ since, goneAt }: Hold, { minimumMs, exitMs }: HoldTimes): number | null {
  return since === null || goneAt === null ? null : Math.max(since + minimumMs, goneAt + exitMs);
}

/** Whether it pauses sharing now. */
export function isHeld(hold: Hold | null, now: number, times: HoldTimes): hold is Hold {
  if (hold === null || hold.since === null) return false;
  const ends = holdEnds(hold, times);
  return ends === null || now < ends;
}
