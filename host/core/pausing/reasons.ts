import type { PauseHow, PauseReason } from '../../../contract/node-state.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { disk } from './disk.ts';
import { idle } from './idle.ts';
import { machine } from './machine.ts';
import { operator } from './operator.ts';
import { unwatched } from './unwatched.ts';
import { update } from './update.ts';
import { you } from './you.ts';

/** Every reason, most telling first; each is pure and level-triggered. */
const all = [you, machine, unwatched, disk, idle, update, operator] as const;

/** Why sharing is paused now; empty: it is not. */
export function reasonsToPause(intent: Intent, facts: Facts, now: number): readonly PauseReason[] {
  return all.map((reason) => reason(intent, facts, now)).filter((r) => r !== null);
}

/** What we ourselves are to bring about: the strongest of the reasons that are ours, or null. */
export function ownHow(reasons: readonly PauseReason[]): PauseHow | null {
  const ours = reasons.filter((r) => r.reason !== 'operator');
  if (ours.length === 0) return null;
  return ours.some((r) => r.how === 'now') ? 'now' : 'finish';
}

/** When a pause ends by itself: the latest of its times, null where a reason has none. */
export function endsAt(reasons: readonly PauseReason[]): number | null {
  const times = reasons.map((r) => r.until);
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.filter((t) => t !== null));
}
