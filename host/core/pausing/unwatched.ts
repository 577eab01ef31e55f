import type { PauseReason } from '../../../contract/node-state.ts';
import { problem } from '../../../contract/problems.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { wasOpened } from './opened.ts';

/** Nobody watches what jobs ask of the engine: what runs was looked at when it began and may end, no new work comes. */
export function unwatched(_intent: Intent, facts: Facts, _now: number): PauseReason | null {
  const { guard } = facts;
  if (!wasOpened(facts) || !guard.known || guard.value.state !== 'blind') return null;
  // Where the engine itself is gone, that is said.
  if (facts.memory.holds.machine?.since != null) return null;
  const detail = guard.value.problem?.detail ?? null;
  return {
    reason: 'machine',
    how: 'finish',
    since: guard.value.since,
    until: null,
    name: detail,
    problem: problem('engine-unwatched', detail),
  };
}
