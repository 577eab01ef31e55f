import { nodeStateOrder, type JoinStep, type NodeState } from '../../contract/node-state.ts';
import type { AppState, PoolSummary, Settings, TailnetSummary } from '../../contract/app-state.ts';
import type { Joining } from '../../contract/joining.ts';
import type { Problem } from '../../contract/problems.ts';
import { viewLimits, type Hardware } from './budget/limits.ts';
import { viewOwnNetwork } from './view/own-network.ts';
import { wantsOwnNetwork } from './opening/own-network.ts';
import { isResidue } from './empty.ts';
import { fresh, type Facts } from './facts.ts';
import { findLine } from './footprint.ts';
import { stoppedIn } from './guard/sample.ts';
import type { Intent, PoolIntent } from './intent.ts';
import { network } from './network/network.ts';
import { reasonsToPause } from './pausing/reasons.ts';
import { joinsMeanwhile, plan } from './plan.ts';
import { brokerMs, killTimeoutMs } from './plan-closing.ts';
import { credentialNotices } from './opening/credentials.ts';
import { registrationMs } from './opening/node.ts';
import { isAside } from './opening/program.ts';
import type { Plan, Rules } from './planning.ts';
import type { AllocationSample } from './ports/nomad.ts';
import { viewGpus, viewOtherCards, viewWhenIdle } from './view/gpus.ts';
import { viewJoining } from './view/join.ts';
import { viewPath } from './view/path.ts';
import { leavingState } from './view/leaving.ts';
import { behindPause, pausedState } from './view/pause.ts';
import { viewUpdate } from './view/update.ts';
import { viewEngine } from './view/engine.ts';
import { viewWork } from './view/work.ts';
import { isLeft } from './work.ts';

/** What `view` needs beside intent and facts. */
export interface Setting extends Rules {
  readonly version: string;
  readonly settings: Settings;
  readonly demo: boolean;
  /** The invite that the demo's pool hands out, where it is joined by hand. */
  readonly demoInvite?: string | null;
  /** What this machine is made of; null or absent: not known. */
  readonly hardware?: Hardware | null;
}

/** What people see; pure. Unknown or old facts are never good news: no `sharing`, no `paused`. */
export function view(
  intent: Intent,
  facts: Facts,
  now: number,
  revision: number,
  setting: Setting,
): AppState {
  const next = plan(intent, facts, now, setting);
  const holds = statesThatHold(intent, facts, now, next);
  const isFirst = intent.pool === null && !isResidue(facts);
  const [node, ...notes] = nodeStateOrder.flatMap((kind) => holds.filter((s) => s.kind === kind));
  return {
    revision,
    version: setting.version,
    node: node ?? { kind: 'looking' },
    notes,
    pool: intent.pool === null ? null : poolSummary(intent.pool),
    tailnet: intent.pool === null ? null : tailnetSummary(intent.pool, facts, now),
    ownNetwork: viewOwnNetwork(intent, facts, now),
    gpus: viewGpus(intent, facts),
    otherCards: viewOtherCards(facts),
    whenIdle: viewWhenIdle(intent, facts),
    gpuProblem: facts.gpus.known ? null : facts.gpus.problem,
    work: workHere(facts).map((one) => viewWork(one, now, stoppedIn(facts))),
    engine: viewEngine(facts, now),
    today: facts.today,
    settings: setting.settings,
    limits: viewLimits(setting.hardware ?? null, setting.settings, facts.budget),
    notices: [...facts.notices, ...credentialNotices(intent, facts, now)],
    demo: setting.demo,
    firstRun: isFirst && (!setting.demo || setting.demoInvite != null),
    joining: joiningOf(intent, facts, now, setting, next, holds),
    configChange: configChangeOf(facts, next),
    demoInvite: setting.demoInvite ?? null,
    update: viewUpdate(intent, facts),
  };
}

/** The last change; while it is told and not taken yet, one without a time. */
function configChangeOf({ configured }: Facts, next: Plan): AppState['configChange'] {
  const isTold = 'wait' in next && next.wait === 'telling';
  return configured !== null && isTold ? { ...configured, at: null } : configured;
}

/** The way to sharing, where one is under way. */
function joiningOf(
  intent: Intent,
  facts: Facts,
  now: number,
  rules: Rules,
  next: Plan,
  holds: readonly NodeState[],
): Joining | null {
  if (intent.pool === null || !holds.some((s) => s.kind === 'joining')) return null;
  const problem = holds.find((s) => s.kind === 'attention')?.problem ?? null;
  return viewJoining({ intent, pool: intent.pool, facts, now, rules, next, problem });
}

function statesThatHold(intent: Intent, facts: Facts, now: number, next: Plan): readonly NodeState[] {
  if (!facts.footprint.known) return [{ kind: 'looking' }];
  const entries = facts.footprint.value;
  const left = leftCount(facts);
  const joined = findLine(entries, 'opened') !== null;
  const trouble = attention(facts, next, joined);
  if (intent.pool === null && intent.lost && isResidue(facts)) return trouble;
  if (intent.pool === null)
    return isResidue(facts) ? [leavingState(intent, facts, left), ...trouble] : [{ kind: 'new' }];
  const paused = pausedState(intent, facts, now, left);
  if (joined && notLookedYet(facts)) return [{ kind: 'looking' }, ...paused];
  const ready =
    paused.length > 0 && joinsMeanwhile(reasonsToPause(intent, facts, now), facts) && 'rest' in next;
  const others = [
    ...paused,
    ...(trouble.length === 0 && (joined || ready) ? behindPause(intent, facts, now) : trouble),
    ...(joined && !wantsOwnNetwork(intent, now) ? offline(intent.pool, facts, now) : []),
    ...(paused.length === 0 ? sharing(intent.pool, facts, now) : []),
  ];
  // A computer that was opened before is on its way again after a pause, a start or an outage.
  return (joined || ready) && others.length > 0 ? others : [joining(intent.pool, facts, now), ...others];
}

function joining(pool: PoolIntent, facts: Facts, now: number): NodeState {
  return {
    kind: 'joining',
    step: joinStep(pool, facts, now),
    progress: facts.running?.progress ?? null,
    signInUrl: facts.running?.signInUrl ?? null,
    personUntil: facts.running?.personUntil ?? null,
    approval: facts.running?.approval ?? false,
  };
}

/** Something must have been seen of each once, before anything is said. */
function notLookedYet(facts: Facts): boolean {
  return [facts.tailnet, facts.agent, facts.gpus].some((f) => f.at === null);
}

/** What runs here by the pool's word; of an agent that is down nothing is said, since what it told is over. */
function workHere(facts: Facts): readonly AllocationSample[] {
  const agentDown = facts.agent.known && facts.agent.value.process === null;
  return facts.work.known && !agentDown ? facts.work.value.filter(isLeft) : [];
}

function leftCount(facts: Facts): number {
  if (facts.work.known && facts.agent.known && facts.agent.value.process !== null)
    return workHere(facts).length;
  return facts.engine.known ? facts.engine.value.containers.filter((c) => c.state === 'running').length : 0;
}

/** The problem that the plan meets, unless it only says that something is under way. */
function attention(facts: Facts, next: Plan, joined: boolean): readonly NodeState[] {
  const found: Problem | null = 'do' in next ? (facts.attempts[next.do.kind]?.problem ?? null) : next.problem;
  // While a step runs, facts change one by one: its own end says what is wrong.
  const midway = facts.running !== null && !('do' in next);
  const quiet =
    midway ||
    found === null ||
    ('do' in next && isAside(next.do)) ||
    (joined && isOutage(found)) ||
    (found.code === 'gpu-not-free' && 'wait' in next && freshlyClosing(facts));
  return quiet ? [] : [{ kind: 'attention', problem: found }];
}

/** Memory is given back within a second or so; only after ten it is worth a sentence. */
function freshlyClosing(facts: Facts): boolean {
  const at = facts.gpus.at;
  return (
    facts.memory.closing !== null &&
    at !== null &&
    at - facts.memory.closing.at < brokerMs + killTimeoutMs + 10_000
  );
}

/** Problems that pass by themselves once the other side answers: shown as offline. */
function isOutage(of: Problem): boolean {
  return (
    of.code === 'tailnet-unreachable' ||
    of.code === 'nomad-server-lost' ||
    of.code === 'nomad-agent-silent' ||
    of.code === 'tailscale-slow'
  );
}

function offline(pool: PoolIntent, facts: Facts, now: number): readonly NodeState[] {
  const cause = offlineCause(pool, facts, now);
  if (cause === null) return [];
  const nextTry = Object.values(facts.attempts)
    .map((a) => a.nextAt)
    .filter((t) => t > now);
  return [
    {
      kind: 'offline',
      since: facts.memory.offlineSince ?? now,
      nextTry: nextTry.length > 0 ? Math.min(...nextTry) : null,
      cause,
    },
  ];
}

function offlineCause(pool: PoolIntent, facts: Facts, now: number): 'tailnet' | 'server' | 'agent' | null {
  const net = network(facts, pool, now);
  if (net.is !== 'connected' && net.is !== 'outside') return 'tailnet';
  const agent = fresh(facts, 'agent', now);
  // An agent that is down for a pause is no outage; on the way up it is one only until the next look.
  if (agent === null || agent.process === null)
    return facts.memory.closing !== null || facts.running !== null ? null : 'agent';
  const node = fresh(facts, 'node', now);
  if (node !== null) return node.status === 'ready' ? null : 'server';
  // A fresh agent takes a moment until the pool knows it.
  return now - (agent.startedAt ?? 0) < registrationMs ? null : 'server';
}

function sharing(pool: PoolIntent, facts: Facts, now: number): readonly NodeState[] {
  const node = fresh(facts, 'node', now);
  const agent = fresh(facts, 'agent', now);
  const work = fresh(facts, 'work', now);
  if (node === null || agent === null || work === null || agent.process === null) return [];
  if (
    node.status !== 'ready' ||
    !node.eligible ||
    node.drain !== null ||
    network(facts, pool, now).is !== 'connected'
  )
    return [];
  return [{ kind: 'sharing', since: facts.memory.sharingSince ?? now, busy: work.some(isLeft) }];
}

/** Which step of joining is under way, by what is already true. */
function joinStep(pool: PoolIntent, facts: Facts, now: number): JoinStep {
  const gpus = fresh(facts, 'gpus', now);
  if (
    gpus === null ||
    gpus.gpus.every((g) => g.fault !== null) ||
    (!facts.engine.known && facts.engine.problem !== null)
  )
    return 'machine';
  const net = network(facts, pool, now);
  if (net.is === 'unknown') return 'tailscale';
  if (net.is !== 'connected') return 'sign-in';
  const agent = fresh(facts, 'agent', now);
  if (agent === null || agent.program === null || agent.programProblem !== null) return 'nomad';
  if (agent.process === null) return 'start';
  return 'ready';
}

function poolSummary({ invite }: PoolIntent): PoolSummary {
  const { id, name, operator, contact, prices } = invite.pool;
  return {
    id,
    name,
    operator,
    contact,
    currency: prices?.currency ?? null,
    ownersMayReadLogs: invite.nomad.ownersMayReadLogs,
  };
}

function tailnetSummary(pool: PoolIntent, facts: Facts, now: number): TailnetSummary | null {
  const sample = fresh(facts, 'tailnet', now);
  if (sample === null || sample.active !== 'ours') return null;
  return {
    connected: network(facts, pool, now).is === 'connected',
    address: sample.addresses.find((a) => a.includes('.')) ?? sample.addresses[0] ?? null,
    ...viewPath(facts, sample, now),
    controlOnline: sample.online,
  };
}
