import { fresh, type Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';
import type { Intent } from '../intent.ts';
import { killTimeoutMs } from '../plan-closing.ts';
import { attempt, type Plan } from '../planning.ts';

/** Whether the owner's own pause holds now. */
const pauseHolds = ({ pause }: Intent, now: number): boolean =>
  pause !== null && (pause.until === null || now < pause.until);

/** Whether the owner wants to be in their own network now: as long as their pause lasts. */
export const wantsOwnNetwork = (intent: Intent, now: number): boolean =>
  intent.ownNetwork === 'wanted' && pauseHolds(intent, now);

/** Whether the owner went to their own network by our hand, and is to be brought back now. */
export const returnsToPool = (intent: Intent, now: number): boolean =>
  intent.ownNetwork != null && !wantsOwnNetwork(intent, now);

/** The way to the owner's own network, once nothing of the pool's runs here. Null: it is reached, or not wanted. */
export function planOwnNetwork(intent: Intent, facts: Facts, now: number): Plan | null {
  const sample = fresh(facts, 'tailnet', now);
  if (!wantsOwnNetwork(intent, now) || sample === null || !facts.footprint.known) return null;
  const { value: entries } = facts.footprint;
  if (findLine(entries, 'tailnet-entered') === null || sample.active === 'other') return null;
  const own = findLine(entries, 'tailnet-before')?.oldProfile ?? null;
  // An empty profile is nobody's network: without one of their own the connection is off.
  if (own === null && (sample.backend === 'stopped' || sample.active === 'none')) return null;
  const agent = fresh(facts, 'agent', now);
  // The pool's program has nobody to talk to there.
  if (agent !== null && agent.process !== null)
    return attempt({ kind: 'take-back', how: 'now', killAfterMs: killTimeoutMs }, intent, facts, now);
  return attempt({ kind: 'switch-tailnet', profile: own ?? 'off' }, intent, facts, now);
}
