import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../contract/app-state.ts';
import type { Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import { observe } from './observe.ts';
import { idleAfterMs } from './pausing/idle.ts';
import { plan } from './plan.ts';
import type { Step } from './step.ts';
import { look, lookAfter, nothingSeen } from './testing/world-looks.ts';
import {
  act,
  freshWorld,
  heldByWork,
  joined,
  operatorCloses,
  operatorOpens,
  pass,
  place,
  rules,
  type World,
} from './testing/world-model.ts';
import { view } from './view.ts';

const setting = { ...rules, version: '0', demo: false, settings: defaultSettings };

interface Run {
  world: World;
  facts: Facts;
  intent: Intent;
  readonly steps: Step['kind'][];
}

const start = (world: World, intent: Intent): Run => ({
  world,
  intent,
  facts: look(nothingSeen, world),
  steps: [],
});

/** One turn of the loop: a step, or the time until the next look. Checks what must never be. */
function turn(run: Run): 'did' | 'waited' | 'rested' {
  const { world, intent } = run;
  const next = plan(intent, run.facts, world.now, rules);
  if (!('do' in next)) {
    const ms = Math.min(Math.max(1, (('until' in next && next.until) || world.now + 5000) - world.now), 5000);
    pass(world, ms);
    run.facts = look(run.facts, world);
    neverLies(run);
    return 'wait' in next ? 'waited' : 'rested';
  }
  forbidden(next.do, world);
  run.steps.push(next.do.kind);
  const ended = act(world, next.do);
  pass(world, 100);
  run.facts = observe(
    lookAfter(run.facts, world, next.do),
    { step: next.do.kind, ended, jitter: 0.5 },
    world.now,
  );
  neverLies(run);
  return 'did';
}

function forbidden(step: Step, world: World): void {
  if (step.kind === 'open' && step.eligible)
    expect(world.operatorClosed, 'opened what the operator closed').toBe(false);
  if (step.kind === 'start-agent')
    expect(world.tailnet.tagged && world.tailnet.active === 'ours', 'started without the tag').toBe(true);
  if (step.kind === 'close')
    expect(world.node.drain === null || world.node.drain.ours, "replaced another's drain").toBe(true);
  if (step.kind === 'open' && step.eligible && world.display)
    expect(world.now - (world.lastInputAt ?? world.now), 'opened while it was used').toBeGreaterThanOrEqual(
      idleAfterMs,
    );
  if (step.kind === 'switch-tailnet') expect.unreachable('switched networks unasked');
}

function neverLies({ intent, facts, world }: Run): void {
  const shown = view(intent, facts, world.now, 0, setting);
  const all = [shown.node, ...shown.notes];
  if (all.some((s) => s.kind === 'paused'))
    expect(heldByWork(world), 'paused while work holds the GPU').toBe(false);
  if (all.some((s) => s.kind === 'sharing'))
    expect(world.agentUp && world.node.eligible, 'sharing while closed').toBe(true);
}

/** Runs until nothing is left to do for a minute, or fails to come to rest. */
function settle(run: Run, turns = 400): void {
  let quiet = 0;
  let steps = 0;
  for (let i = 0; i < turns && quiet < 15; i++) {
    const did = turn(run);
    quiet = did === 'rested' ? quiet + 1 : 0;
    steps += did === 'did' ? 1 : 0;
  }
  expect(steps, `did not come to rest: ${run.steps.join(' ')}`).toBeLessThan(40);
}

/** The problem that is shown, or null. */
function trouble({ intent, facts, world }: Run): string | null {
  const shown = view(intent, facts, world.now, 0, setting);
  const found = [shown.node, ...shown.notes].find((s) => s.kind === 'attention' || s.kind === 'offline');
  return found === undefined ? null : found.kind === 'attention' ? found.problem.code : found.cause;
}

const worlds = fc
  .record({
    tailnet: fc.record({
      installed: fc.boolean(),
      active: fc.constantFrom('other' as const, 'none' as const),
      tagged: fc.boolean(),
      serverUp: fc.boolean(),
    }),
    keyWorks: fc.boolean(),
    administrator: fc.boolean(),
    program: fc.boolean(),
    engineUp: fc.boolean(),
    gpuAnswers: fc.boolean(),
    broker: fc.boolean(),
  })
  .map((some): World => {
    const world = freshWorld();
    return { ...world, ...some, tailnet: { ...world.tailnet, ...some.tailnet } };
  });

const sharing = (broker: boolean): Run => {
  const run = start({ ...freshWorld(), broker }, joined);
  settle(run);
  return run;
};

const jobs = fc.array(
  fc.record({
    type: fc.constantFrom('batch' as const, 'service' as const, 'system' as const),
    state: fc.constantFrom('running' as const, 'pulling' as const),
    killMs: fc.constantFrom(100, 5_000, 40_000),
  }),
  { maxLength: 4 },
);

describe('from any start', () => {
  it('joining reaches sharing or says what stands in the way', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const run = start(world, joined);
        settle(run);
        if (!world.node.eligible) expect(trouble(run)).not.toBeNull();
        else expect(view(run.intent, run.facts, world.now, 0, setting).node.kind).toBe('sharing');
      }),
    );
  });
  it('a computer where everything works comes to share in few steps', () => {
    const run = sharing(true);
    expect(run.steps).toEqual(['enter-tailnet', 'configure', 'start-agent', 'open']);
  });
});

describe('a pause', () => {
  it('frees the GPU with and without a broker, servers or network, whatever runs', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), jobs, (broker, serverUp, work) => {
        const run = sharing(broker);
        const { world } = run;
        work.forEach((job, i) => place(world, { id: `a${i}`, ...job }));
        world.tailnet.serverUp = serverUp;
        run.facts = look(run.facts, world);
        run.intent = { ...joined, pause: { how: 'now', since: world.now, until: null } };
        const began = world.now;
        let free: number | null = null;
        for (let i = 0; i < 400 && world.now - began < 120_000; i++) {
          turn(run);
          const shown = view(run.intent, run.facts, world.now, 0, setting);
          if (free === null && [shown.node, ...shown.notes].some((s) => s.kind === 'paused'))
            free = world.now;
        }
        expect(free, run.steps.join(' ')).not.toBeNull();
        expect(free! - began).toBeLessThanOrEqual(20_000);
      }),
      { numRuns: 60 },
    );
  });
  it('and its resume bring work back, and end where they began', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        jobs,
        fc.constantFrom('now' as const, 'finish' as const),
        (broker, work, how) => {
          const run = sharing(broker);
          const { world } = run;
          work.forEach((job, i) => place(world, { id: `a${i}`, ...job }));
          run.facts = look(run.facts, world);
          run.intent = { ...joined, pause: { how, since: world.now, until: null } };
          for (let i = 0; i < 30; i++) turn(run);
          run.intent = joined;
          settle(run);
          expect(world.node.eligible, run.steps.join(' ')).toBe(true);
          expect(world.agentUp).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
  it('is begun at the very next question, from any world', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const run = start(world, { ...joined, pause: { how: 'now', since: 1, until: null } });
        const next = plan(run.intent, run.facts, world.now, rules);
        expect('do' in next && next.do.kind !== 'close' && next.do.kind !== 'take-back').toBe(false);
      }),
    );
  });
  it('to finish lets running work end', () => {
    const run = sharing(true);
    const { world } = run;
    place(world, { id: 'a', finishesAt: world.now + 60_000 });
    run.facts = look(run.facts, world);
    run.intent = { ...joined, pause: { how: 'finish', since: world.now, until: null } };
    for (let i = 0; i < 9; i++) turn(run);
    expect(world.work[0]?.state).toBe('running');
    for (let i = 0; i < 40; i++) turn(run);
    expect(world.work[0]).toMatchObject({ state: 'dead', desired: 'run' });
    expect(view(run.intent, run.facts, world.now, 0, setting).node.kind).toBe('paused');
  });
});

describe('what the operator closed', () => {
  const acts = fc.array(
    fc.constantFrom(
      'ineligible',
      'drain',
      'open',
      'pause-now',
      'pause-finish',
      'resume',
      'wait',
      'job',
      'server-away',
      'server-back',
      'kill-agent',
    ),
    { maxLength: 14 },
  );
  it('stays closed through any mix of pauses, resumes, outages and crashes', () => {
    fc.assert(
      fc.property(acts, fc.boolean(), (script, broker) => {
        const run = sharing(broker);
        const { world } = run;
        script.forEach((what, i) => {
          if (what === 'ineligible' || what === 'drain') operatorCloses(world, what);
          if (what === 'open') operatorOpens(world);
          if (what === 'pause-now')
            run.intent = { ...joined, pause: { how: 'now', since: world.now, until: null } };
          if (what === 'pause-finish')
            run.intent = { ...joined, pause: { how: 'finish', since: world.now, until: null } };
          if (what === 'resume') run.intent = joined;
          if (what === 'job') place(world, { id: `j${i}` });
          if (what === 'server-away') world.tailnet.serverUp = false;
          if (what === 'server-back') world.tailnet.serverUp = true;
          if (what === 'kill-agent') world.agentUp = false;
          run.facts = look(run.facts, world);
          for (let t = 0; t < 6; t++) turn(run);
        });
        run.intent = joined;
        world.tailnet.serverUp = true;
        run.facts = look(run.facts, world);
        settle(run);
        if (!world.operatorClosed && trouble(run) !== 'closing-unclear')
          expect(world.node.eligible, run.steps.join(' ')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('leaving', () => {
  it('leaves nothing behind from wherever joining stood', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 0, max: 12 }), jobs, (world, turns, work) => {
        const run = start(world, joined);
        for (let i = 0; i < turns; i++) turn(run);
        work.forEach((job, i) => place(world, { id: `a${i}`, ...job }));
        world.engineUp = true;
        world.gpuAnswers = true;
        world.administrator = true;
        run.facts = look(run.facts, world);
        run.intent = { ...joined, pool: null, retryAt: world.now };
        settle(run);
        expect(world.entries, run.steps.join(' ')).toEqual([]);
        expect(heldByWork(world) || world.agentUp).toBe(false);
      }),
    );
  });
});

describe('a computer whose only card drives the display', () => {
  it('becomes ready while it is used, and is shared only while it is not', () => {
    const touches = fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(touches, jobs, (pauses, work) => {
        const world = { ...freshWorld(), display: true };
        world.lastInputAt = world.now;
        const run = start(world, joined);
        settle(run);
        expect(run.steps).toEqual(['enter-tailnet', 'configure', 'start-agent']);
        let opened = false;
        for (const ms of pauses) {
          for (const end = world.now + ms; world.now < end;) turn(run);
          if (!opened && world.node.eligible) work.forEach((job, i) => place(world, { id: `a${i}`, ...job }));
          opened ||= world.node.eligible;
          world.lastInputAt = world.now;
          run.facts = look(run.facts, world);
          turn(run);
          expect(world.node.eligible, 'open to new work while it is used').toBe(false);
        }
        for (const end = world.now + idleAfterMs + 60_000; world.now < end;) turn(run);
        expect(world.node.eligible, run.steps.join(' ')).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

describe('ending the host', () => {
  it('frees the GPU and stops the agent before it says stopped', () => {
    const run = sharing(false);
    const { world } = run;
    place(world, { id: 'a' });
    run.facts = look(run.facts, world);
    run.intent = { ...joined, stopping: true };
    for (let i = 0; i < 100; i++) turn(run);
    expect(plan(run.intent, run.facts, world.now, rules)).toMatchObject({ rest: 'stopped' });
    expect(world.agentUp || heldByWork(world)).toBe(false);
  });
});

describe('old or unknown facts', () => {
  it('are never shown as sharing or paused', () => {
    const run = sharing(true);
    expect(view(run.intent, run.facts, run.world.now, 0, setting).node.kind).toBe('sharing');
    const later = view(run.intent, run.facts, run.world.now + 120_000, 0, setting);
    expect([later.node, ...later.notes].map((s) => s.kind)).not.toContain('sharing');
    const paused: Intent = { ...joined, pause: { how: 'now', since: 1, until: null } };
    const blind = view(
      paused,
      look(run.facts, run.world, ['engine'], new Set(['engine'])),
      run.world.now,
      0,
      setting,
    );
    expect([blind.node, ...blind.notes].map((s) => s.kind)).not.toContain('paused');
  });
});
