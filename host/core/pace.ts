import type { Facts } from './facts.ts';
import type { Plan } from './planning.ts';

/** What a fault has held up for so long is not looked at several times a second any more, ms. */
const hurryMs = 60_000;

/** Whether something is being brought about, so that the world is looked at often. */
export function isBusy(next: Plan, facts: Facts, now: number): boolean {
  if ('do' in next) return true;
  if (!('wait' in next) || next.wait === 'backoff' || next.problem?.code === 'tailnet-other') return false;
  const since = facts.memory.closing?.at ?? facts.memory.holds.machine?.since ?? null;
  const isStuck = next.wait === 'facts' && next.problem !== null;
  return !(isStuck && since !== null && now - since > hurryMs);
}
