import { describe, expect, it } from 'vitest';
import type { LogChunk } from '../../contract/logs.ts';
import { ProblemError } from '../../contract/problems.ts';
import { AgentReader } from './agent-reader.ts';
import type { AgentLimits } from './budget/limits.ts';
import { noFacts, seen, type Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import type { AgentSettings, AgentWanted } from './ports/nomad.ts';
import { look } from './testing/world-looks.ts';
import { act, freshWorld, gpuId, joined, pass, place, rules, type World } from './testing/world-model.ts';
import { plan } from './plan.ts';

let limits: AgentLimits | null = null;
const never = new AbortController().signal;
const wish = { lines: 10, follow: true };
const open: Intent = {
  ...joined,
  pool: joined.pool && {
    ...joined.pool,
    invite: { ...joined.pool.invite, nomad: { ...joined.pool.invite.nomad, ownersMayReadLogs: true } },
  },
};

function opened(): World {
  const world = freshWorld();
  for (let i = 0; i < 12; i++) {
    const next = plan(joined, look(noFacts, world), world.now, rules);
    if (!('do' in next)) break;
    act(world, next.do);
    pass(world, 10);
  }
  return world;
}

/** A reader over these facts; what it asked of the files and of the adapter. */
function reader(intent: Intent, facts: Facts, now: number, settings: Partial<AgentSettings> = {}) {
  const asked: unknown[] = [];
  const wanted: (AgentWanted | null)[] = [];
  let isOver: () => boolean = () => false;
  const parts = { intent, facts };
  const agent = new AgentReader({
    clock: { now: () => now },
    rules: { hostname: 'rig', limits: () => limits },
    reconciler: parts,
    logs: {
      async *ofJob(id, stream, how, _signal, over): AsyncGenerator<LogChunk> {
        asked.push([id, stream, how]);
        isOver = over;
        yield { task: 'main', text: 'x\n', at: now, skipped: 0 };
      },
      async *ofAgent(how): AsyncGenerator<LogChunk> {
        asked.push(how);
        yield { task: '', text: 'y\n', at: now, skipped: 0 };
      },
    },
    nomad: {
      settings: (one) => {
        wanted.push(one);
        return Promise.resolve({ version: '2.0.5', now: [], next: null, ...settings });
      },
    },
  });
  return { agent, asked, wanted, isOver: () => isOver(), parts };
}

async function read(log: AsyncIterable<LogChunk>): Promise<string> {
  let text = '';
  for await (const chunk of log) text += chunk.text;
  return text;
}
const codeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof ProblemError ? error.problem.code : error;
  }
};

describe('what a job writes', () => {
  it('is read only where the pool’s word allows it, and in a pool at all', async () => {
    const facts = look(noFacts, opened());
    const ask = (intent: Intent) => () =>
      reader(intent, facts, 1).agent.jobLog({ id: 'a', stream: 'stdout', ...wish }, never);
    expect(codeOf(ask(joined))).toBe('logs-not-allowed');
    expect(codeOf(ask({ ...joined, pool: null }))).toBe('not-joined');
    const { agent, asked } = reader(open, facts, 1);
    expect(await read(agent.jobLog({ id: 'a', stream: 'stderr', ...wish }, never))).toBe('x\n');
    expect(asked).toEqual([['a', 'stderr', wish]]);
  });

  it('is over when its job is, as far as that is known', async () => {
    const world = opened();
    place(world, { id: 'a' });
    const { agent, isOver, parts } = reader(open, look(noFacts, world), world.now);
    await read(agent.jobLog({ id: 'a', stream: 'stdout', ...wish }, never));
    expect(isOver()).toBe(false);
    parts.facts = { ...parts.facts, work: seen([], world.now) };
    expect(isOver()).toBe(true);
    parts.facts = { ...parts.facts, work: { known: false, at: null, problem: null } };
    expect(isOver()).toBe(false);
  });
});

it('reads what the agent writes whatever the pool says', async () => {
  const { agent } = reader(joined, noFacts, 1);
  expect(await read(agent.agentLog(wish, never))).toBe('y\n');
});

describe('the configuration', () => {
  const line = (value: string) => [{ key: 'client.meta.gpu-count', value }];

  it('is as it is, with what is pending', async () => {
    const world = opened();
    const facts = look(noFacts, world);
    const same = reader(joined, facts, world.now, { now: line('1'), next: line('1') });
    expect(await same.agent.configuration({ gpu: null, limits: null })).toEqual({
      version: '2.0.5',
      lines: line('1'),
      pending: null,
    });
    const other = reader(joined, facts, world.now, { now: line('1'), next: line('0') });
    expect((await other.agent.configuration({ gpu: null, limits: null })).pending).toEqual({
      why: ['gpus'],
      lines: [{ key: 'client.meta.gpu-count', from: '1', to: '0' }],
      at: null,
    });
  });

  it('keeps back what the owner keeps, as the agent is told', async () => {
    const world = opened();
    limits = { cpuMhz: 2_000, memoryMib: 4_096, diskMib: 10_240, jobs: 3 };
    const { agent, wanted } = reader(joined, look(noFacts, world), world.now);
    await agent.configuration({ gpu: null, limits: null });
    limits = null;
    expect(wanted[0]).toMatchObject({ reserved: { memoryMib: 4_096 }, maxJobs: 3 });
  });

  it('is looked at as if a card were kept', async () => {
    const world = opened();
    const { agent, wanted } = reader(joined, look(noFacts, world), world.now);
    await agent.configuration({ gpu: null, limits: null });
    await agent.configuration({ gpu: { uuid: gpuId, share: false }, limits: null });
    expect(wanted.map((one) => one?.ignoredGpus)).toEqual([[], [gpuId]]);
  });

  it('is not guessed while another network is used, or without a pool', async () => {
    const world = opened();
    world.tailnet.active = 'other';
    const away = reader(joined, look(noFacts, world), world.now, { now: line('1') });
    expect((await away.agent.configuration({ gpu: null, limits: null })).pending).toBeNull();
    const none = reader({ ...joined, pool: null }, look(noFacts, world), world.now);
    await none.agent.configuration({ gpu: null, limits: null });
    expect([...away.wanted, ...none.wanted]).toEqual([null, null]);
  });
});
