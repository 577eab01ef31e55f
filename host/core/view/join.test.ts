import { describe, expect, it } from 'vitest';
import { joinStageSchema, type JoinStage } from '../../../contract/joining.ts';
import { problem } from '../../../contract/problems.ts';
import { noFacts, unknown, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { observe } from '../observe.ts';
import { plan } from '../plan.ts';
import type { Rules } from '../planning.ts';
import { look } from '../testing/world-looks.ts';
import { act, freshWorld, joined, pass, rules as inline, type World } from '../testing/world-model.ts';
import { viewJoining } from './join.ts';

const own: Intent = { ...joined, nodeName: 'quiet-otter-4821' };
const rules: Rules = { ...inline, prompts: true };

function stages(facts: Facts, world: World, intent: Intent = own): readonly JoinStage[] {
  if (intent.pool === null) throw new Error('no pool');
  const next = plan(intent, facts, world.now, rules);
  const of = 'do' in next ? (facts.attempts[next.do.kind]?.problem ?? null) : next.problem;
  const view = { intent, pool: intent.pool, facts, now: world.now, rules, next, problem: of };
  return viewJoining(view).steps.map((stage) => joinStageSchema.parse(stage));
}

const states = (list: readonly JoinStage[]) => list.map(({ state }) => state);
const stage = (list: readonly JoinStage[], name: JoinStage['step']) => {
  const found = list.find(({ step }) => step === name);
  if (found === undefined) throw new Error(name);
  return found;
};
const keys = (lines: JoinStage['will']) => lines.map(({ key }) => key);

/** Takes the world one step further; false where the plan has none now. */
function further(world: World, facts: Facts): Facts {
  const next = plan(own, facts, world.now, rules);
  if ('do' in next) {
    const ended = act(world, next.do);
    pass(world, 100);
    return observe(look(facts, world), { step: next.do.kind, ended, jitter: 0 }, world.now);
  }
  pass(world, 1000);
  return look(facts, world);
}

describe('the way to sharing', () => {
  it('goes through its four steps in order, and stands after a restart where it stood', () => {
    const world = freshWorld();
    world.program = false;
    let facts = look(noFacts, world);
    const seen: string[] = [];
    for (let i = 0; i < 40; i++) {
      const now = states(stages(facts, world));
      if (seen.at(-1) !== now.join()) seen.push(now.join());
      expect(states(stages(look(noFacts, world), world))).toEqual(now);
      facts = further(world, facts);
    }
    expect(seen).toEqual([
      'done,doing,waiting,waiting',
      'done,done,doing,waiting',
      'done,done,done,doing',
      'done,done,done,done',
    ]);
  });

  it('says what each step will do and what it did', () => {
    const world = freshWorld();
    const first = stages(look(noFacts, world), world);
    expect(stage(first, 'network').will).toEqual([
      { key: 'joining.network.will', params: { name: 'quiet-otter-4821', network: 'head.pool.example' } },
      { key: 'joining.network.willKey', params: {} },
      { key: 'joining.prompt', params: {} },
    ]);
    expect(stage(first, 'machine').did).toEqual([
      { key: 'joining.machine.didCard', params: { name: 'NVIDIA GeForce RTX 4090' } },
      { key: 'joining.machine.didEngine.docker', params: { version: '28' } },
    ]);
    expect(stage(first, 'network').did).toEqual([]);
    const kept = stages(look(noFacts, world), world, { ...own, keptGpus: ['GPU-1'] });
    expect(keys(stage(kept, 'machine').did)).toContain('joining.machine.didKept');
    let facts = look(noFacts, world);
    for (let i = 0; i < 20; i++) facts = further(world, facts);
    const last = stages(facts, world);
    expect(keys(stage(last, 'network').did)).toEqual(['joining.network.did', 'joining.network.didKept']);
    expect(keys(stage(last, 'network').will)).not.toContain('joining.prompt');
    expect(keys(stage(last, 'start').did)).toEqual(['joining.start.did']);
  });

  it('names what will be installed at the step that lacks it, and the prompt at the first of them', () => {
    const world = freshWorld();
    world.tailnet.installed = false;
    world.engineUp = false;
    const list = stages(look(noFacts, world), world);
    expect(states(list)).toEqual(['doing', 'waiting', 'done', 'waiting']);
    expect(keys(stage(list, 'machine').will)).toEqual(
      expect.arrayContaining(['joining.install.engine', 'joining.prompt']),
    );
    expect(keys(stage(list, 'network').will)).toContain('joining.install.tailscale');
    expect(keys(stage(list, 'network').will)).not.toContain('joining.prompt');
  });

  it('needs somebody at a sign-in page, at a refused prompt and at what does not pass by itself', () => {
    const world = freshWorld();
    const facts = look(noFacts, world);
    const progress = { done: 1, total: 3, unit: 'steps' } as const;
    const running = { kind: 'enter-tailnet', since: world.now, progress, signInUrl: null } as const;
    const trying = stage(stages({ ...facts, running }, world), 'network');
    expect([trying.state, trying.progress]).toEqual(['doing', progress]);
    const page = { ...running, signInUrl: 'https://head.pool.example/a/1' };
    expect(stage(stages({ ...facts, running: page }, world), 'network').state).toBe('needs-you');
    const refused = observe(
      facts,
      { step: 'enter-tailnet', ended: problem('administrator-refused'), jitter: 0 },
      world.now,
    );
    expect(stage(stages(refused, world), 'network')).toMatchObject({
      state: 'needs-you',
      problem: { code: 'administrator-refused' },
    });
    expect(
      stage(stages({ ...refused, running }, world, { ...own, retryAt: world.now + 1 }), 'network'),
    ).toMatchObject({
      state: 'doing',
      problem: null,
    });
    const broken = { ...facts, gpus: unknown(problem('gpu-driver-error'), world.now) };
    expect(stages(broken, world)[0]).toMatchObject({
      step: 'machine',
      state: 'needs-you',
      problem: { code: 'gpu-driver-error' },
    });
  });

  it('goes on trying by itself, saying what is wrong meanwhile', () => {
    const world = freshWorld();
    let facts = look(noFacts, world);
    for (let i = 0; i < 3; i++) facts = further(world, facts);
    world.tailnet.serverUp = false;
    facts = look(facts, world);
    expect(stage(stages(facts, world), 'network')).toMatchObject({
      state: 'doing',
      problem: { code: 'tailnet-unreachable' },
    });
  });
});
