import type { AppState } from '../../../contract/app-state.ts';
import { fresh, type Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';
import type { Intent } from '../intent.ts';
import { wantsOwnNetwork } from '../opening/own-network.ts';

/** A pause longer than this is worth going to one's own network for, ms. */
const offeredAfterMs = 3_600_000;

/** Going to the owner's own network, as people see it; null: this computer is in no pool's network. */
export function viewOwnNetwork(intent: Intent, facts: Facts, now: number): AppState['ownNetwork'] {
  if (intent.pool === null || !facts.footprint.known) return null;
  const { value: entries } = facts.footprint;
  if (findLine(entries, 'tailnet-entered') === null) return null;
  const sample = fresh(facts, 'tailnet', now);
  const wanted = wantsOwnNetwork(intent, now);
  const { pause } = intent;
  const long =
    pause !== null &&
    (pause.until === null || now < pause.until) &&
    (now - pause.since > offeredAfterMs || (pause.until !== null && pause.until - now > offeredAfterMs));
  return {
    wanted,
    there: sample !== null && (sample.active !== 'ours' || sample.backend === 'stopped'),
    none: (findLine(entries, 'tailnet-before')?.oldProfile ?? null) === null,
    offered: long && !wanted,
  };
}
