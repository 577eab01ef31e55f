import { problem, type ProblemCode } from '../../../contract/problems.ts';
import { closedUnderOperator, ourDrainRuns, whoseClosing } from '../closing.ts';
import { fresh, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { attempt, factWaitMs, rest, waiting, type Plan } from '../planning.ts';
import type { AgentSample, NodeSample } from '../ports/nomad.ts';
import { expired } from './credentials.ts';

/** How long a started agent may take to appear in the pool, ms. */
export const registrationMs = 60_000;

/** Answers of the pool that waiting does not change. */
const refusals: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'introduction-missing',
  'introduction-expired',
  'introduction-refused',
]);

/** This computer as the pool knows it: registered, ready, and opened where that is ours to do. */
export function planNode(intent: Intent, facts: Facts, now: number, agent: AgentSample): Plan {
  const node = fresh(facts, 'node', now);
  if (node === null) {
    const started = agent.startedAt ?? facts.memory.agentSince ?? now;
    const trouble = facts.node.known ? null : facts.node.problem;
    const refused = trouble !== null && refusals.has(trouble.code) ? trouble : expired(agent, now);
    if (refused !== null) return waiting('pool', now + factWaitMs, refused);
    if (now - started < registrationMs)
      return waiting('registration', Math.min(started + registrationMs, now + factWaitMs));
    return waiting('pool', now + factWaitMs, trouble);
  }
  if (node.status !== 'ready') return waiting('pool', now + factWaitMs);
  return openIt(intent, facts, now, node);
}

function openIt(intent: Intent, facts: Facts, now: number, node: NodeSample): Plan {
  switch (whoseClosing(node, intent.openAnywayAt)) {
    case 'open':
      return rest('reached');
    case 'ours':
      // Nobody is let in before somebody watches.
      if (!facts.guard.known || facts.guard.value.state !== 'watching')
        return waiting('facts', now + factWaitMs, facts.guard.known ? facts.guard.value.problem : null);
      return attempt({ kind: 'open', eligible: true }, intent, facts, now);
    case 'operator':
      // Only what we laid on top is taken away; the rest is theirs to open.
      return closedUnderOperator(node) && ourDrainRuns(node)
        ? attempt({ kind: 'open', eligible: false }, intent, facts, now)
        : rest('reached');
    case 'unclear':
      return rest('owner', null, problem('closing-unclear'));
  }
}
