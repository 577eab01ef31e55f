import type { Work } from '../../../contract/app-state.ts';
import type { AllocationSample, PullSample } from '../ports/nomad.ts';
import { isPulling } from '../work.ts';

/** After this long the agent gives a try to fetch an image up, ms; it is configured so. */
export const pullLimitMs = 3_600_000;

/** How far a job's image is: what the agent said last, and what follows from it for this line. */
export function viewPull(allocation: AllocationSample, now: number): Pick<Work, 'progress' | 'pull'> {
  const task = isPulling(allocation) ? allocation.tasks.find((t) => t.pulling) : undefined;
  if (task === undefined) return { progress: null, pull: null };
  const pace = paceOf(task.pull ?? null);
  const attempt = task.restarts + 1;
  if (pace === null) return { progress: null, pull: { attempt, limitMs: pullLimitMs, tooSlow: false } };
  const { done, total, perSecond, at } = pace;
  const needsMs = total === null || perSecond === 0 ? null : (total / perSecond) * 1_000;
  const leftMs = total === null || perSecond === 0 ? null : ((total - done) / perSecond) * 1_000 - (now - at);
  return {
    progress: {
      done,
      total: total === 0 ? null : total,
      unit: 'bytes',
      perSecond,
      ...(leftMs === null ? {} : { leftMs: Math.max(0, Math.round(leftMs)) }),
    },
    pull: { attempt, limitMs: pullLimitMs, tooSlow: needsMs !== null && needsMs > pullLimitMs },
  };
}

interface Pace {
  readonly at: number;
  readonly done: number;
  readonly total: number | null;
  readonly perSecond: number;
}

function paceOf(pull: PullSample | null): Pace | null {
  if (pull === null || pull.seen === null || pull.since === null || pull.seen.at <= pull.since) return null;
  const { at, done, total } = pull.seen;
  return { at, done, total, perSecond: Math.round((done / (at - pull.since)) * 1_000) };
}
