import { toldFirst } from '../../../contract/usual.ts';
import { type Problem, ProblemError } from '../../../contract/problems.ts';
import { withLimits } from '../budget/limits.ts';
import { fresh, type Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import {
  attempt,
  factWaitMs,
  lookAgainMs,
  rest,
  waiting,
  waitingWith,
  type Plan,
  type Rules,
} from '../planning.ts';
import type { AgentSample, AgentWanted } from '../ports/nomad.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { wantedAgent } from '../wanted.ts';
import { credentialsFault } from './credentials.ts';
import { planNode } from './node.ts';
import { awaitServers, planProgram } from './program.ts';
import { planTrial } from './trial.ts';

/** An agent that dies within this after its start has a reason that another start will not mend at once, ms. */
const shortLifeMs = 60_000;
/** How long a change that the owner did not click is shown before the agent starts anew for it, ms; jobs go on. */
const tellMs = 10_000;
const restAfterDeathMs = 30_000;

/** The agent: its program, its configuration, its process, its node. */
export function planAgent(
  intent: Intent,
  pool: PoolIntent,
  facts: Facts,
  now: number,
  rules: Rules,
  tailnet: TailnetSample,
): Plan {
  const agent = fresh(facts, 'agent', now);
  if (agent === null)
    return waiting('facts', now + factWaitMs, facts.agent.known ? null : facts.agent.problem);
  const trial = planTrial(intent, facts, now, agent);
  if (trial !== null) return trial;
  const found = planProgram(intent, pool, facts, agent, now);
  if (!('program' in found)) return found;
  const { program } = found;

  const wanted = withLimits(
    wantedAgent(intent, pool, facts, tailnet, rules.hostname, now),
    rules.limits?.() ?? null,
  );
  if (wanted === null)
    return waitingWith(
      'network',
      now + factWaitMs,
      'tailnet-unreachable',
      pool.invite.nomad.servers.map((s) => s.host).join(', '),
    );
  const hash = hashFor(rules, wanted, program.version);
  if (typeof hash !== 'string') return waiting('facts', now + lookAgainMs, hash);
  // Without its line (a damaged footprint) the configuration is written anew, and the line with it.
  const noted = facts.footprint.known && findLine(facts.footprint.value, 'agent') !== null;
  if (agent.configHash !== hash || !noted) return attempt({ kind: 'configure', wanted }, intent, facts, now);
  const fault = credentialsFault(pool, agent, now);
  if (agent.process === null)
    return (
      (fault === null ? null : rest('owner', now + lookAgainMs, fault)) ??
      afterShortLife(intent, facts, now, agent) ??
      attempt({ kind: 'start-agent', httpPort: wanted.httpPort }, intent, facts, now)
    );
  if (agent.runningHash !== hash && isBeingTold(facts, now))
    return waiting('telling', (facts.configured?.at ?? now) + tellMs);
  if (agent.runningHash !== hash || startsBetterAnew(agent, fault))
    return attempt({ kind: 'restart-agent' }, intent, facts, now);
  return awaitServers(facts, now, agent) ?? planNode(intent, facts, now, agent);
}

/** Whether what the running agent is about to start anew for was told only just now; the owner's own clicks are done at once. */
function isBeingTold({ configured }: Facts, now: number): boolean {
  if (configured === null || configured.at === null || !toldFirst(configured)) return false;
  const since = now - configured.at;
  return since >= 0 && since < tellMs;
}

/** A fresh invite's certificates and introduction are read at a start alone; what is known to be bad stays unread. */
const startsBetterAnew = ({ credentials }: AgentSample, fault: Problem | null): boolean =>
  credentials?.changed === true && fault === null;

/** The fingerprint of what is wanted, or why this version cannot be told it. */
function hashFor(rules: Rules, wanted: AgentWanted, version: string): string | Problem {
  try {
    return rules.hash(wanted, version);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
}

/** An agent that started well and died soon after is not started over and over; its last words are said. */
function afterShortLife(intent: Intent, facts: Facts, now: number, { died }: AgentSample): Plan | null {
  const started = facts.attempts['start-agent'];
  if (died === null || started === undefined || died.at - started.lastAt > shortLifeMs) return null;
  const until = died.at + restAfterDeathMs;
  if (now >= until || (intent.retryAt !== undefined && intent.retryAt > died.at)) return null;
  return waitingWith('backoff', until, 'nomad-died', died.lastLines.join('\n') || null);
}
