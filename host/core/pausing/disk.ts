import type { PauseReason } from '../../../contract/node-state.ts';
import { problem, type Problem } from '../../../contract/problems.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { foldHold, holdEnds, isHeld, usualHold, type Hold } from './hold.ts';
import { wasOpened } from './opened.ts';

/** Below this share of a disk no new work is taken. */
const leastFree = 0.1;

/** The disk that is almost full, or null. */
function fullDisk({ health }: Pick<Facts, 'health'>): Problem | null {
  const disks = health.known ? health.value.disks : [];
  const full = disks.find((d) => d.totalBytes > 0 && d.freeBytes / d.totalBytes < leastFree);
  if (full === undefined) return null;
  const gib = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  return problem('disk-low', `${full.path}: ${gib(full.freeBytes)} GiB / ${gib(full.totalBytes)} GiB`);
}

/** Folds what was seen of the disks into their hold. */
export function foldDisk(facts: Facts, now: number): Hold | null {
  return foldHold(facts.memory.holds.disk ?? null, fullDisk(facts), now, usualHold);
}

/** The disk is almost full: what runs may end, nothing new comes. */
export function disk(_: Intent, facts: Facts, now: number): PauseReason | null {
  const hold = facts.memory.holds.disk ?? null;
  if (!wasOpened(facts) || !isHeld(hold, now, usualHold)) return null;
  return {
    reason: 'disk',
    how: 'finish',
    since: hold.since ?? now,
    until: holdEnds(hold, usualHold),
    name: null,
    problem: hold.problem,
  };
}
