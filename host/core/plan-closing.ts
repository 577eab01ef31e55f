import { problem } from '../../contract/problems.ts';
import { ourDrainRuns, whoseClosing } from './closing.ts';
import { fresh } from './facts.ts';
import {
  emptyWithoutDriver,
  emptyWithoutEngine,
  neverStarted,
  provenEmpty,
  unseenContainers,
} from './empty.ts';
import { gpuFree } from './cards/free.ts';
import { endsAt, reasonsToPause } from './pausing/reasons.ts';
import {
  attempt,
  factWaitMs,
  heldBack,
  rest,
  waiting,
  waitingWith,
  type ClosingGoal,
  type Plan,
} from './planning.ts';
import type { NodeSample } from './ports/nomad.ts';
import { isLeft, isPulling } from './work.ts';

/** How long the pool's broker has to stop the work, ms; after three pauses without one it is no longer waited for. */
export const brokerMs = 2_000;
const brokerMissesLimit = 3;

/** How long a task may take to end after SIGTERM, ms; the agent is configured with the same limit. */
export const killTimeoutMs = 10_000;

/** What the engine and the agent may add to the kill timeout, ms. */
const killSlackMs = 3_000;

/** How soon the emptiness of the GPU is looked at again, ms. */
const lookMs = 250;

/** The way to a closed computer, and for `now` to a free GPU: close, ask the pool, take it back, verify. */
export function planClosing(goal: ClosingGoal): Plan {
  const { facts, now } = goal;
  // Without an agent ever started nothing of the pool can run here.
  if (neverStarted(facts, now)) return afterwards(goal);
  const agent = fresh(facts, 'agent', now);
  if (agent === null)
    return waiting('facts', now + factWaitMs, facts.agent.known ? null : facts.agent.problem);
  return agent.process === null ? withoutAgent(goal) : withAgent(goal);
}

/** The agent is down: what is left of its work runs on until it is taken back. */
function withoutAgent(goal: ClosingGoal): Plan {
  const { intent, facts, now, how } = goal;
  switch (provenEmpty(facts, now)) {
    case 'empty':
      return afterwards(goal);
    case 'work':
      return attempt({ kind: 'take-back', how, killAfterMs: killTimeoutMs }, intent, facts, now);
    case 'memory':
      return waitingWith('gpu-free', now + lookMs, 'gpu-not-free');
    case 'unknown':
      if (goal.then === 'leave' && (emptyWithoutEngine(intent, facts, now) || emptyWithoutDriver(facts, now)))
        return afterwards(goal);
      return waiting('facts', now + factWaitMs, whyUnknown(goal));
  }
}

function withAgent(goal: ClosingGoal): Plan {
  const { intent, facts, now, how } = goal;
  const node = fresh(facts, 'node', now);
  if (node === null) {
    if (facts.node.at === null) return waiting('facts', now + factWaitMs);
    // The servers are out of reach: `finish` cannot be told to them, `now` needs nobody.
    if (how === 'now') return takeBack(goal);
    return waiting('pool', now + factWaitMs, facts.node.known ? null : facts.node.problem);
  }
  const close = closeFirst(goal, node);
  if (close !== null) {
    if (!('do' in close) && how === 'now' && heldBack('close', intent, facts, now) !== null)
      return takeBack(goal);
    return close;
  }
  return how === 'now' ? untilFree(goal, node) : untilFinished(goal);
}

/** The drain that closes, where one of ours is missing or says another `how`; null where the closing stands. */
function closeFirst(goal: ClosingGoal, node: NodeSample): Plan | null {
  const { intent, facts, now, how } = goal;
  const whose = whoseClosing(node, intent.openAnywayAt);
  const workLeft = (fresh(facts, 'work', now) ?? []).some(isLeft);
  const step = (under: 'operator' | null): Plan =>
    attempt({ kind: 'close', meta: { how, reason: reasonName(goal), under } }, intent, facts, now);
  if (whose === 'open') return step(null);
  if (node.drain !== null && !ourDrainRuns(node)) return null; // another's drain stands: ours would replace it
  if (!workLeft) return null;
  const ours = node.drain !== null || whose === 'ours';
  if (ours && node.lastDrain?.meta['how'] === how) return null;
  const under = whose === 'operator' ? 'operator' : null;
  return step(under);
}

function untilFinished(goal: ClosingGoal): Plan {
  const { facts, now } = goal;
  const work = fresh(facts, 'work', now);
  if (work === null) return waiting('facts', now + factWaitMs, facts.work.known ? null : facts.work.problem);
  if (work.some(isLeft)) return waiting('work-ends', now + 60_000);
  return untilEmpty(goal);
}

/** `now`, with the agent up: the broker's two seconds, then the kill timeout, then we take it back. */
function untilFree(goal: ClosingGoal, node: NodeSample): Plan {
  const { facts, now } = goal;
  const since = facts.memory.closing?.at ?? now;
  const work = fresh(facts, 'work', now);
  if (work === null) return now - since < brokerMs ? waiting('facts', since + brokerMs) : takeBack(goal);
  const left = work.filter(isLeft);
  if (left.length === 0) return untilEmpty(goal);
  // Over another's running drain we put none, so no broker is asked.
  if (node.drain !== null && !ourDrainRuns(node)) return takeBack(goal);
  const stopping = left.every((a) => a.desired !== 'run');
  const patience = facts.memory.brokerMisses >= brokerMissesLimit ? 0 : brokerMs;
  if (!stopping) return now - since < patience ? waiting('broker', since + patience) : takeBack(goal);
  if (left.some(isPulling))
    return now - since < brokerMs ? waiting('broker', since + brokerMs) : takeBack(goal);
  const limit = since + brokerMs + killTimeoutMs + killSlackMs;
  return now < limit ? waiting('work-ends', limit) : takeBack(goal);
}

/** Work is said to have ended: is it so? */
function untilEmpty(goal: ClosingGoal): Plan {
  const { facts, now, how } = goal;
  switch (provenEmpty(facts, now)) {
    case 'empty':
      return afterwards(goal);
    case 'work': {
      const limit = (facts.memory.closing?.at ?? now) + brokerMs + killTimeoutMs + killSlackMs;
      if (how === 'now' && now >= limit) return takeBack(goal);
      return waiting('work-ends', how === 'now' ? limit : now + factWaitMs);
    }
    case 'memory':
      return waitingWith('gpu-free', now + lookMs, 'gpu-not-free');
    case 'unknown':
      if (goal.then === 'leave' && emptyWithoutDriver(facts, now)) return afterwards(goal);
      // Work is over by the pool's word. An engine that is gone says nothing more; the agent goes all the same.
      if (goal.then === 'leave' && !facts.engine.known && facts.engine.problem !== null)
        return takeBack(goal);
      return waiting('facts', now + lookMs, whyUnknown(goal));
  }
}

/** The GPU is free: rest, or go on to what closing was for. */
function afterwards(goal: ClosingGoal): Plan {
  const { intent, facts, now, then } = goal;
  const agentUp = facts.agent.known && facts.agent.value.process !== null;
  if (then === 'stay') return rest('reached', endsAt(reasonsToPause(intent, facts, now)));
  if (agentUp) return takeBack(goal);
  if (then === 'stop') return rest('stopped');
  return attempt({ kind: 'leave' }, intent, facts, now);
}

function takeBack(goal: ClosingGoal): Plan {
  return attempt(
    { kind: 'take-back', how: goal.how, killAfterMs: killTimeoutMs },
    goal.intent,
    goal.facts,
    goal.now,
  );
}

function whyUnknown({ facts, now, then }: ClosingGoal) {
  if (then === 'leave' && unseenContainers(facts, now)) return problem('containers-unseen');
  const missing = [facts.engine, facts.local, facts.gpus].find((f) => !f.known && f.problem !== null);
  if (missing !== undefined && !missing.known) return missing.problem;
  // The driver answers, and what it says proves nothing.
  const untold = fresh(facts, 'gpus', now) !== null && gpuFree(facts, now) === 'unknown';
  return untold ? problem('gpu-not-free') : null;
}

function reasonName({ intent, facts, now, then }: ClosingGoal): string {
  if (then !== 'stay') return then;
  return reasonsToPause(intent, facts, now).find((r) => r.reason !== 'operator')?.reason ?? 'you';
}
