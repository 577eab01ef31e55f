import type { NodeState, PauseReason } from '../../../contract/node-state.ts';
import { neverStarted, provenEmpty } from '../empty.ts';
import { fresh, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { endsAt, ownHow, reasonsToPause } from '../pausing/reasons.ts';
import { brokerMs, killTimeoutMs } from '../plan-closing.ts';

/** The pause that holds: `paused` only where nothing new can come and nothing is left. */
export function pausedState(intent: Intent, facts: Facts, now: number, left: number): readonly NodeState[] {
  const reasons = [...reasonsToPause(intent, facts, now)];
  if (reasons.length === 0) return [];
  if (closedFor(facts, now) && provenEmpty(facts, now) === 'empty')
    return [{ kind: 'paused', reasons, until: endsAt(reasons), ends: whatEnds(reasons) }];
  const since = Math.max(...reasons.map((r) => r.since));
  const frees =
    ownHow(reasons) === 'now' ? (facts.memory.closing?.at ?? now) + brokerMs + killTimeoutMs : null;
  return [{ kind: 'pausing', reasons, since, left, freesAt: frees }];
}

/** No new work can come: the agent is down, or the pool knows that this computer is closed. */
function closedFor(facts: Facts, now: number): boolean {
  if (neverStarted(facts, now)) return true;
  const agent = fresh(facts, 'agent', now);
  if (agent === null) return false;
  if (agent.process === null) return true;
  const node = fresh(facts, 'node', now);
  return node !== null && !node.eligible;
}

function whatEnds(reasons: readonly PauseReason[]): 'owner' | 'time' | 'cause' | 'operator' {
  if (reasons.some((r) => r.until === null && (r.reason === 'you' || r.problem?.remedy === 'resume')))
    return 'owner';
  if (reasons.some((r) => r.reason === 'operator')) return 'operator';
  return reasons.every((r) => r.until !== null) ? 'time' : 'cause';
}

/** What is wrong behind a pause, with its remedy: what all checks found where jobs failed one after the other. */
export function behindPause(intent: Intent, facts: Facts, now: number): readonly NodeState[] {
  const problem = reasonsToPause(intent, facts, now).find((r) => r.problem !== undefined)?.problem;
  if (problem === undefined) return [];
  const found = problem.code === 'jobs-failing' ? (facts.checked?.problem ?? problem) : problem;
  return [{ kind: 'attention', problem: found }];
}
