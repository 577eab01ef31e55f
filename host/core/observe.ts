import type { ConfigChange } from '../../contract/configuration.ts';
import type { Today } from '../../contract/app-state.ts';
import type { Progress } from '../../contract/node-state.ts';
import type { Problem } from '../../contract/problems.ts';
import { whoseClosing } from './closing.ts';
import { rememberPath, seenOf, type ShownPath } from './network/path-quality.ts';
import { memorySlackMib, rememberProcesses } from './cards/free.ts';
import type { FactName, Facts, Memory, RunningStep } from './facts.ts';
import { rememberCauses } from './pausing/remember.ts';
import type { StepKind } from './step.ts';
import { isLeft } from './work.ts';

/** What a step tells besides how far it is. */
export type RunningMore = Pick<RunningStep, 'installing' | 'personUntil' | 'approval'>;

const nothingMore: RunningMore = { installing: null, personUntil: null, approval: false };

/** One thing seen: a fact read afresh, what a step does, or what runs beside the loop. */
export type Sample =
  | { [N in FactName]: { readonly fact: N; readonly value: Facts[N] } }[FactName]
  | { readonly step: StepKind; readonly began: true }
  | {
      readonly step: StepKind;
      readonly progress: Progress | null;
      readonly signInUrl: string | null;
      readonly more?: RunningMore;
    }
  /** `jitter` in [0, 1) spreads the next try. */
  | { readonly step: StepKind; readonly ended: Problem | null; readonly jitter: number }
  | { readonly step: StepKind; readonly aborted: true }
  | { readonly configured: ConfigChange }
  | { readonly today: Today }
  | { readonly budget: Facts['budget'] }
  | { readonly checked: Facts['checked'] }
  | { readonly notice: Problem }
  /** What this notice told of is over. */
  | { readonly over: Problem };

/** Longest time between two tries, ms. */
export const backoffCapMs = 300_000;

/** Steps that give the GPU back are tried again soon. */
const urgentCapMs = 5_000;
const urgent: ReadonlySet<StepKind> = new Set<StepKind>(['close', 'take-back']);

/** Folds one sample into the facts; pure. */
export function observe(facts: Facts, sample: Sample, now: number): Facts {
  if ('fact' in sample) {
    // The union keeps name and value together; the spread cannot see it.
    const next = { ...facts, [sample.fact]: sample.value } as Facts;
    const remembered = { ...next, memory: remember(next, facts, sample.fact, now) };
    return { ...remembered, memory: rememberCauses(remembered, sample.fact, now) };
  }
  if ('checked' in sample) return { ...facts, checked: sample.checked };
  if ('budget' in sample) return { ...facts, budget: sample.budget };
  if ('configured' in sample) return { ...facts, configured: sample.configured };
  if ('today' in sample) return { ...facts, today: sample.today };
  if ('over' in sample)
    return { ...facts, notices: facts.notices.filter((notice) => notice !== sample.over) };
  if ('notice' in sample) return { ...facts, notices: [...facts.notices, sample.notice].slice(-10) };
  return foldStep(facts, sample, now);
}

function foldStep(facts: Facts, sample: Extract<Sample, { step: StepKind }>, now: number): Facts {
  if ('began' in sample)
    return { ...facts, running: { kind: sample.step, since: now, progress: null, signInUrl: null } };
  if ('progress' in sample) {
    const running: RunningStep | null =
      facts.running === null
        ? null
        : {
            ...facts.running,
            progress: sample.progress,
            signInUrl: sample.signInUrl,
            ...nothingMore,
            ...sample.more,
          };
    return { ...facts, running };
  }
  if ('aborted' in sample) return { ...facts, running: null };
  const before = facts.attempts[sample.step];
  const failures = sample.ended === null ? 0 : (before?.failures ?? 0) + 1;
  const cap = urgent.has(sample.step) ? urgentCapMs : backoffCapMs;
  const delay =
    failures === 0 ? 0 : Math.min(cap, 1000 * 2 ** Math.min(failures, 12)) * (0.75 + sample.jitter / 4);
  const attempt = { failures, lastAt: now, problem: sample.ended, nextAt: now + Math.round(delay) };
  return { ...facts, running: null, attempts: { ...facts.attempts, [sample.step]: attempt } };
}

function remember(facts: Facts, before: Facts, name: FactName, now: number): Memory {
  const memory = facts.memory;
  switch (name) {
    case 'node':
      return { ...rememberClosing(facts, memory, now), ...rememberLink(facts, memory, now) };
    case 'work':
      return { ...memory, closing: brokerSeen(facts, memory) };
    case 'engine': {
      const ids = facts.engine.known ? facts.engine.value.containers.map((c) => c.id) : [];
      return { ...memory, containers: [...new Set([...ids, ...memory.containers])].slice(0, 200) };
    }
    case 'gpus':
      return {
        ...memory,
        ...rememberProcesses(facts, isWorking(facts), now),
        vram: rememberVram(facts, memory),
      };
    case 'agent':
      return rememberAgent(facts, before, memory, now);
    case 'tailnet':
    case 'path':
      return {
        ...memory,
        path: shownPath(facts, memory, name, now),
        connectedSince: connectedSince(facts, memory, now),
      };
    case 'local': {
      const unseen = facts.local.known && facts.local.value.inContainers === 'unseen';
      return { ...memory, unseenSince: unseen ? (memory.unseenSince ?? now) : null };
    }
    case 'footprint':
    case 'system':
    case 'guard':
    case 'otherCards':
    case 'health':
    case 'activity':
    case 'programs':
    case 'versions':
      return memory;
  }
}

/** Since when a server answers through the pool's network. */
function connectedSince({ tailnet }: Facts, memory: Memory, now: number): number | null {
  const connected = tailnet.known && tailnet.value.server !== null;
  return connected ? (memory.connectedSince ?? now) : null;
}

/** How packets go: by what the daemon says in passing, and by what trying it has shown. Another network's ways are none of ours. */
function shownPath(facts: Facts, { path }: Memory, name: 'tailnet' | 'path', now: number): ShownPath | null {
  if (facts.tailnet.known && facts.tailnet.value.active !== 'ours') return null;
  if (name === 'path') return facts.path.known ? rememberPath(path, seenOf(facts.path.value), now) : path;
  if (!facts.tailnet.known) return path;
  return rememberPath(path, { ...facts.tailnet.value.path, ms: null, tried: false }, now);
}

/** When our closing began, and whether a broker answered the last one. */
function rememberClosing(facts: Facts, memory: Memory, now: number): Memory {
  if (!facts.node.known) return memory;
  const node = facts.node.value;
  const whose = whoseClosing(node, undefined);
  if (whose === 'open')
    return {
      ...memory,
      closing: null,
      sharingSince: memory.sharingSince ?? now,
      brokerMisses: missed(memory),
    };
  const how = node.lastDrain?.meta['how'] === 'now' ? 'now' : 'finish';
  const same = memory.closing?.how === how;
  return {
    ...memory,
    sharingSince: null,
    closing: same ? memory.closing : { how, at: now, brokerAnswered: false },
  };
}

/** A pause that ended without a broker's answer counts against waiting for one; an answer forgives all. */
function missed(memory: Memory): number {
  if (memory.closing === null || memory.closing.how === 'finish') return memory.brokerMisses;
  return memory.closing.brokerAnswered ? 0 : memory.brokerMisses + 1;
}

function brokerSeen(facts: Facts, memory: Memory): Memory['closing'] {
  if (memory.closing === null || memory.closing.how !== 'now' || !facts.work.known) return memory.closing;
  const answered = facts.work.value.some(
    (a) => a.desired === 'stop' && a.modifiedAt >= memory.closing!.at - 60_000,
  );
  return answered ? { ...memory.closing, brokerAnswered: true } : memory.closing;
}

function rememberLink(facts: Facts, memory: Memory, now: number): { offlineSince: number | null } {
  const up = facts.node.known && facts.node.value.status === 'ready';
  return { offlineSince: up ? null : (memory.offlineSince ?? now) };
}

/** An agent that goes down ends what was said of sharing; a closing begun without any servers counts from here. */
function rememberAgent(facts: Facts, before: Facts, memory: Memory, now: number): Memory {
  if (!facts.agent.known) return memory;
  if (facts.agent.value.process === null) return { ...memory, sharingSince: null, agentSince: null };
  const wasUp = before.agent.known && before.agent.value.process !== null;
  return { ...memory, agentSince: wasUp ? memory.agentSince : now };
}

const isWorking = ({ work, engine }: Facts): boolean =>
  (work.known && work.value.some(isLeft)) ||
  (engine.known && engine.value.containers.some((c) => c.state === 'running'));

function rememberVram(facts: Facts, memory: Memory): Memory['vram'] {
  if (!facts.gpus.known) return memory.vram;
  const working = isWorking(facts);
  const entries = facts.gpus.value.gpus.map((gpu) => {
    const seen = memory.vram[gpu.uuid] ?? { idle: null, held: null, last: null };
    if (gpu.usedMib === null) return [gpu.uuid, seen] as const;
    if (!working) {
      if (seen.last === null) return [gpu.uuid, { ...seen, idle: gpu.usedMib }] as const;
      // Only memory that is back says that the work's share of it is over; the next work is measured anew.
      const back = seen.idle !== null && gpu.usedMib <= seen.idle + memorySlackMib;
      return [gpu.uuid, back ? { idle: gpu.usedMib, held: null, last: null } : seen] as const;
    }
    // While a pause runs a game may take memory: then only the total moves on, not what our work held.
    const held =
      memory.closing === null && seen.idle !== null
        ? Math.max(seen.held ?? 0, gpu.usedMib - seen.idle)
        : seen.held;
    return [gpu.uuid, { ...seen, held, last: Math.max(seen.last ?? 0, gpu.usedMib) }] as const;
  });
  return { ...memory.vram, ...Object.fromEntries(entries) };
}
