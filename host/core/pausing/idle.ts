import type { PauseReason } from '../../../contract/node-state.ts';
import { problem } from '../../../contract/problems.ts';
import { fresh, type Facts, type Memory } from '../facts.ts';
import { idleOnly } from '../cards/choice.ts';
import type { Intent } from '../intent.ts';
import type { ActivitySample } from '../ports/activity.ts';

/** Nobody uses a computer that was not touched for so long, ms. */
export const idleAfterMs = 300_000;

/** How long work may go on when somebody comes back; whoever is still there then has the GPU at once, ms. */
export const graceMs = 60_000;

/** Input less long ago says that somebody is still there, ms. */
const stillThereMs = 30_000;

/** Somebody's use of this computer: since when, and when it was clear that they stay. */
export interface Use {
  readonly since: number;
  readonly stayedAt: number | null;
  readonly lastInputAt: number | null;
}

/** Folds one look for input into the use of this computer; null: nobody uses it. What is not known counts as use. */
export function foldUse(before: Use | null, { lastInputAt }: ActivitySample, now: number): Use | null {
  if (lastInputAt !== null && now - lastInputAt >= idleAfterMs) return null;
  // Between two looks they may have been away for long enough and come back.
  const isNew =
    before?.lastInputAt != null && lastInputAt !== null && lastInputAt - before.lastInputAt >= idleAfterMs;
  const since = before === null || isNew ? Math.min(now, lastInputAt ?? now) : before.since;
  const use: Use = { since, stayedAt: isNew ? null : (before?.stayedAt ?? null), lastInputAt };
  const stays = now - use.since >= graceMs && lastInputAt !== null && now - lastInputAt < stillThereMs;
  return stays && use.stayedAt === null ? { ...use, stayedAt: now } : use;
}

/**
 * Somebody uses a computer that is shared only while nobody does.
 *
 * Work gets a minute to end: a touched mouse costs no job. Whoever is still there then gets the GPU at once. Where
 * nothing tells of input, nothing is shared: idle was promised, and cannot be seen.
 */
export function idle(intent: Intent, facts: Facts, now: number): PauseReason | null {
  if (!idleOnly(intent, facts).on) return null;
  const seen = fresh(facts, 'activity', now);
  const lastInputAt = seen?.lastInputAt ?? null;
  if (lastInputAt !== null && now - lastInputAt >= idleAfterMs) return null;
  const use: Memory['use'] = facts.memory.use;
  return {
    reason: 'idle',
    how: use !== null && use.stayedAt !== null ? 'now' : 'finish',
    since: use?.since ?? facts.activity.at ?? now,
    until: null,
    name: null,
    ...(seen !== null && lastInputAt === null ? { problem: problem('idle-unknown') } : {}),
  };
}
