import { closedUnderOperator, ourDrainRuns, whoseClosing } from './closing.ts';
import { fresh, type Facts } from './facts.ts';
import { findLine } from './footprint.ts';
import type { Intent, PoolIntent } from './intent.ts';
import { network } from './network.ts';
import { attempt, factWaitMs, rest, waiting, waitingWith, type Plan, type Rules } from './planning.ts';
import type { AgentSample, NodeSample } from './ports/nomad.ts';
import type { TailnetSample } from './ports/tailnet.ts';
import { olderThan } from './version.ts';
import { nodeName, wantedAgent } from './wanted.ts';

/** How long a started agent may take to appear in the pool, ms. */
export const registrationMs = 60_000;

/** An agent that dies within this after its start has a reason that another start will not mend at once, ms. */
const shortLifeMs = 60_000;
const restAfterDeathMs = 30_000;

/** How often something out of our hands is looked at again, ms. */
const lookAgainMs = 30_000;

/** The way to an open computer: its machine, its network, its agent, its opening. */
export function planOpening(intent: Intent, pool: PoolIntent, facts: Facts, now: number, rules: Rules): Plan {
  const gpus = fresh(facts, 'gpus', now);
  if (gpus === null) return waiting('facts', now + factWaitMs, facts.gpus.known ? null : facts.gpus.problem);
  if (gpus.gpus.every((g) => g.fault !== null)) return waitingWith('facts', now + lookAgainMs, 'gpu-none');
  const engine = facts.engine;
  if (!engine.known && engine.problem !== null) return waiting('facts', now + lookAgainMs, engine.problem);

  const net = network(facts, pool, now);
  switch (net.is) {
    case 'unknown':
      return waiting('facts', now + factWaitMs, net.problem);
    case 'outside':
      return enter(intent, pool, facts, now, rules);
    case 'elsewhere':
      return back(intent, facts, now);
    case 'coming':
      return waiting('network', now + factWaitMs);
    case 'broken':
      return waiting('network', now + lookAgainMs, net.problem);
    case 'connected':
      return planAgent(intent, pool, facts, now, rules, net.sample);
  }
}

function enter(intent: Intent, pool: PoolIntent, facts: Facts, now: number, rules: Rules): Plan {
  const { controlUrl, tag, shieldsUp } = pool.invite.tailnet;
  const request = {
    controlUrl,
    tag,
    hostname: nodeName(pool, rules.hostname),
    shieldsUp,
    operator: rules.user,
  };
  return attempt({ kind: 'enter-tailnet', request }, intent, facts, now);
}

/** The owner went to another network of theirs: never switched back unasked. */
function back(intent: Intent, facts: Facts, now: number): Plan {
  const line = facts.footprint.known
    ? facts.footprint.value.findLast((e) => e.line.kind === 'tailnet-profile')?.line
    : undefined;
  const last = facts.attempts['switch-tailnet'];
  const asked =
    intent.retryAt !== undefined &&
    facts.tailnet.at !== null &&
    intent.retryAt > facts.tailnet.at - factWaitMs &&
    (last === undefined || intent.retryAt > last.lastAt);
  if (asked && line?.kind === 'tailnet-profile')
    return attempt({ kind: 'switch-tailnet', profile: line.newProfile }, intent, facts, now);
  return waitingWith('network', now + lookAgainMs, 'tailnet-other');
}

function planAgent(
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
  if (agent.program === null || agent.programProblem !== null)
    return waitingWith(
      'facts',
      now + lookAgainMs,
      agent.programProblem ?? 'nomad-missing',
      agent.program?.version ?? null,
    );
  const minimum = pool.invite.nomad.minimumVersion;
  if (minimum && olderThan(agent.program.version, minimum))
    return waitingWith('facts', now + lookAgainMs, 'nomad-too-old', `${agent.program.version} < ${minimum}`);
  const pinned = pool.invite.nomad.pinnedVersion;
  if (pinned && olderThan(pinned, agent.program.version))
    return waitingWith(
      'facts',
      now + lookAgainMs,
      'nomad-newer-than-pool',
      `${agent.program.version} > ${pinned}`,
    );

  const wanted = wantedAgent(intent, pool, facts, tailnet, rules.hostname);
  if (wanted === null)
    return waitingWith(
      'network',
      now + factWaitMs,
      'tailnet-unreachable',
      pool.invite.nomad.servers.map((s) => s.host).join(', '),
    );
  const hash = rules.hash(wanted, agent.program.version);
  // Without its line (a damaged footprint) the configuration is written anew, and the line with it.
  const noted = facts.footprint.known && findLine(facts.footprint.value, 'agent') !== null;
  if (agent.configHash !== hash || !noted) return attempt({ kind: 'configure', wanted }, intent, facts, now);
  if (agent.process === null)
    return (
      afterShortLife(intent, facts, now, agent) ??
      attempt({ kind: 'start-agent', httpPort: wanted.httpPort }, intent, facts, now)
    );
  if (agent.runningHash !== hash) return attempt({ kind: 'restart-agent' }, intent, facts, now);
  return planNode(intent, facts, now, agent);
}

/** An agent that started well and died soon after is not started over and over; its last words are said. */
function afterShortLife(intent: Intent, facts: Facts, now: number, { died }: AgentSample): Plan | null {
  const started = facts.attempts['start-agent'];
  if (died === null || started === undefined || died.at - started.lastAt > shortLifeMs) return null;
  const until = died.at + restAfterDeathMs;
  if (now >= until || (intent.retryAt !== undefined && intent.retryAt > died.at)) return null;
  return waitingWith('backoff', until, 'nomad-died', died.lastLines.join('\n') || null);
}

function planNode(intent: Intent, facts: Facts, now: number, agent: AgentSample): Plan {
  const node = fresh(facts, 'node', now);
  if (node === null) {
    const started = agent.startedAt ?? facts.memory.agentSince ?? now;
    const trouble = facts.node.known ? null : facts.node.problem;
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
      return attempt({ kind: 'open', eligible: true }, intent, facts, now);
    case 'operator':
      // Only what we laid on top is taken away; the rest is theirs to open.
      return closedUnderOperator(node) && ourDrainRuns(node)
        ? attempt({ kind: 'open', eligible: false }, intent, facts, now)
        : rest('reached');
    case 'unclear':
      return { ...rest('owner'), problem: { code: 'closing-unclear', remedy: 'open-anyway', detail: null } };
  }
}
