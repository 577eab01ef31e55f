import { describe, expect, it } from 'vitest';
import type { ConfigReason } from '../../contract/configuration.ts';
import { problem } from '../../contract/problems.ts';
import { noFacts, type Attempt, type Facts } from './facts.ts';
import { emptyIntent, type Intent } from './intent.ts';
import { observe } from './observe.ts';
import { plan } from './plan.ts';
import type { StepKind } from './step.ts';
import { look } from './testing/world-looks.ts';
import {
  act,
  add,
  freshWorld,
  joined,
  operatorCloses,
  pass,
  place,
  rules,
  type World,
} from './testing/world-model.ts';

const ask = (world: World, intent: Intent = joined, facts: Facts = look(noFacts, world)) =>
  plan(intent, facts, world.now, rules);
const now: Intent = { ...joined, pause: { how: 'now', since: 1, until: null } };
const finish: Intent = { ...joined, pause: { how: 'finish', since: 1, until: null } };

function opened(change: Partial<World> = {}): World {
  const world: World = { ...freshWorld(), ...change };
  for (let i = 0; i < 10; i++) {
    const next = ask(world);
    if (!('do' in next)) break;
    act(world, next.do);
    pass(world, 10);
  }
  return world;
}

const failed = (kind: StepKind, attempt: Partial<Attempt>, facts: Facts): Facts => ({
  ...facts,
  attempts: { [kind]: { failures: 1, lastAt: 0, problem: problem('nomad-died'), nextAt: 0, ...attempt } },
});

describe('the way in', () => {
  it('waits for the footprint before anything else', () => {
    expect(plan(joined, noFacts, 0, rules)).toMatchObject({ wait: 'facts' });
  });
  it('rests where no pool is wanted and nothing is left', () => {
    expect(ask(freshWorld(), emptyIntent)).toEqual({ rest: 'reached', until: null, problem: null });
  });
  it.each([['gpu-driver-error', (w: World): void => void (w.gpuAnswers = false)]] as const)(
    'stops before the network for %s',
    (code, change) => {
      const world = freshWorld();
      change(world);
      expect(ask(world)).toMatchObject({ wait: 'facts', problem: { code } });
    },
  );
  it.each([
    'tailnet-tag-missing',
    'tailnet-key-refused',
    'administrator-refused',
    'control-server-in-use',
  ] as const)('does not repeat by itself what only the owner can mend: %s', (code) => {
    const world = freshWorld();
    const facts = failed(
      'enter-tailnet',
      { problem: problem(code), nextAt: 0, lastAt: 5 },
      look(noFacts, world),
    );
    expect(ask(world, joined, facts)).toMatchObject({ rest: 'owner', problem: { code } });
    expect(ask(world, { ...joined, retryAt: 6 }, facts)).toMatchObject({ do: { kind: 'enter-tailnet' } });
  });
  it('writes the metadata that jobs constrain on, and nothing under those names but them', () => {
    const world = freshWorld();
    act(world, { kind: 'enter-tailnet', request: {} as never });
    const next = ask(world);
    expect(next).toMatchObject({
      do: {
        kind: 'configure',
        wanted: { servers: [{ address: '100.64.0.1', port: 4647 }], address: '100.64.0.2' },
      },
    });
    const meta = 'do' in next && next.do.kind === 'configure' ? next.do.wanted.meta : {};
    expect(meta).toMatchObject({
      'tailscale-ip': '100.64.0.2',
      region: 'global',
      'gpu-type': 'nvidia-geforce-rtx-4090',
      'gpu-count': '1',
      'unique.tailscale-ip': '100.64.0.2',
    });
    expect(Object.keys(meta).filter((k) => !k.startsWith('rigshare.') && !k.startsWith('unique.'))).toEqual([
      'tailscale-ip',
      'region',
      'gpu-type',
      'gpu-count',
    ]);
  });
  it('restarts the agent alone when its configuration changed', () => {
    const world = opened();
    world.runningHash = 'old';
    expect(ask(world)).toEqual({ do: { kind: 'restart-agent' } });
  });
  it("tells a change that was nobody's click for ten seconds before a running agent starts anew for it", () => {
    const world = opened();
    world.runningHash = 'old';
    const told = (why: ConfigReason[], sinceMs: number, seen = look(noFacts, world)): Facts => ({
      ...seen,
      configured: { why, lines: [{ key: 'a', from: '1', to: '2' }], at: world.now - sinceMs },
    });
    const restart = { do: { kind: 'restart-agent' } };
    for (const why of [['invite'], ['program', 'gpus'], ['name']] satisfies ConfigReason[][]) {
      const waits = { wait: 'telling', until: world.now - 2_000 + 10_000, problem: null };
      expect(ask(world, joined, told(why, 2_000))).toEqual(waits);
      expect(ask(world, joined, told(why, 10_000))).toEqual(restart);
      // A clock that was set back does not make it wait longer.
      expect(ask(world, joined, told(why, -60_000))).toEqual(restart);
    }
    // The owner's own clicks, and what is broken until it is made.
    for (const why of [['gpus'], ['limits'], ['address', 'program']] satisfies ConfigReason[][])
      expect(ask(world, joined, told(why, 2_000))).toEqual(restart);
    world.agentUp = false;
    expect(ask(world, joined, told(['program'], 2_000))).toMatchObject({ do: { kind: 'start-agent' } });
  });
  it('starts an agent that died again', () => {
    const world = opened();
    world.agentUp = false;
    expect(ask(world)).toMatchObject({ do: { kind: 'start-agent' } });
  });
  it('does not start an agent over and over that dies as soon as it runs, and says its last words', () => {
    const world = opened();
    world.agentUp = false;
    const facts = look(noFacts, world);
    if (!facts.agent.known) throw new Error('the agent was not seen');
    const died = { at: world.now, lastLines: ['panic: no'] };
    const dead: Facts = {
      ...failed('start-agent', { failures: 0, problem: null, lastAt: world.now - 5_000 }, facts),
      agent: { ...facts.agent, value: { ...facts.agent.value, died } },
    };
    const brake = { wait: 'backoff', problem: { code: 'nomad-died', detail: 'panic: no' } };
    expect(ask(world, joined, dead)).toMatchObject(brake);
    expect(ask(world, { ...joined, retryAt: world.now + 1 }, dead)).toMatchObject({
      do: { kind: 'start-agent' },
    });
    const old = {
      ...dead,
      attempts: { 'start-agent': { ...dead.attempts['start-agent']!, lastAt: world.now - 600_000 } },
    };
    expect(ask(world, joined, old)).toMatchObject({ do: { kind: 'start-agent' } });
  });
  it('goes back to the pool’s network only when the owner says so', () => {
    const world = opened();
    world.tailnet.active = 'other';
    expect(ask(world)).toMatchObject({ wait: 'network', problem: { code: 'tailnet-other' } });
    expect(ask(world, { ...joined, retryAt: world.now })).toMatchObject({
      do: { kind: 'switch-tailnet', profile: 'new' },
    });
  });
  it('asks the owner where nobody can tell who closed this computer', () => {
    const world = opened();
    world.node.eligible = false;
    world.node.events = [{ at: 1, kind: 'other' }];
    expect(ask(world)).toMatchObject({ rest: 'owner', problem: { code: 'closing-unclear' } });
    expect(ask(world, { ...joined, openAnywayAt: world.now })).toMatchObject({
      do: { kind: 'open', eligible: true },
    });
  });
});

describe('a pause', () => {
  it('closes softly, with our mark', () => {
    const world = opened();
    place(world, { id: 'a' });
    expect(ask(world, now)).toEqual({
      do: { kind: 'close', meta: { how: 'now', reason: 'you', under: null } },
    });
    expect(ask(world, finish)).toEqual({
      do: { kind: 'close', meta: { how: 'finish', reason: 'you', under: null } },
    });
  });
  it('gives a broker two seconds, then takes the work back', () => {
    const world = opened({ broker: false });
    place(world, { id: 'a' });
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    const facts = look(noFacts, world);
    expect(ask(world, now, facts)).toMatchObject({ wait: 'broker', until: world.now + 2000 });
    pass(world, 2000);
    expect(ask(world, now, look(facts, world))).toMatchObject({ do: { kind: 'take-back' } });
  });
  it('no longer waits after three pauses without a broker', () => {
    const world = opened({ broker: false });
    place(world, { id: 'a' });
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    const facts = look(noFacts, world);
    expect(ask(world, now, { ...facts, memory: { ...facts.memory, brokerMisses: 3 } })).toMatchObject({
      do: { kind: 'take-back' },
    });
  });
  it('waits for stopped work as long as it may take to end, and no longer', () => {
    const world = opened();
    place(world, { id: 'a', killMs: 60_000 });
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    const facts = look(noFacts, world);
    pass(world, 100);
    expect(ask(world, now, look(facts, world))).toMatchObject({ wait: 'work-ends' });
    pass(world, 15_000);
    expect(ask(world, now, look(facts, world))).toMatchObject({ do: { kind: 'take-back' } });
  });
  it('ends a pull that goes on two seconds after the call, even with a broker', () => {
    const world = opened();
    place(world, { id: 'a', state: 'pulling' });
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    const facts = look(noFacts, world);
    pass(world, 2000);
    expect(ask(world, now, look(facts, world))).toMatchObject({ do: { kind: 'take-back' } });
  });
  it('takes back at once where no server can be told', () => {
    const world = opened();
    place(world, { id: 'a' });
    world.tailnet.serverUp = false;
    expect(ask(world, now)).toMatchObject({ do: { kind: 'take-back' } });
    expect(ask(world, finish)).toMatchObject({ wait: 'pool' });
  });
  it('changes from finish to now and back while it runs', () => {
    const world = opened({ broker: false });
    place(world, { id: 'a' });
    act(world, { kind: 'close', meta: { how: 'finish', reason: 'you', under: null } });
    expect(ask(world, finish)).toMatchObject({ wait: 'work-ends' });
    expect(ask(world, now)).toMatchObject({ do: { kind: 'close', meta: { how: 'now' } } });
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    expect(ask(world, finish)).toMatchObject({ do: { kind: 'close', meta: { how: 'finish' } } });
  });
  it("puts no drain over another's, and says on top of an ineligibility that it is not ours", () => {
    const drained = opened();
    place(drained, { id: 'a' });
    operatorCloses(drained, 'drain');
    expect(ask(drained, finish)).toMatchObject({ wait: 'work-ends' });
    expect(ask(drained, now)).toMatchObject({ do: { kind: 'take-back' } });
    const held = opened();
    place(held, { id: 'a' });
    operatorCloses(held, 'ineligible');
    expect(ask(held, now)).toMatchObject({ do: { kind: 'close', meta: { under: 'operator' } } });
    act(held, { kind: 'close', meta: { how: 'now', reason: 'you', under: 'operator' } });
    expect(ask(held, joined)).toMatchObject({ do: { kind: 'open', eligible: false } });
  });
  it('has nothing to do before any agent was ever started', () => {
    expect(ask(freshWorld(), now)).toMatchObject({ rest: 'reached' });
  });
  it('that ends by itself wakes the loop then', () => {
    const world = opened();
    const until = world.now + 1000;
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    expect(ask(world, { ...joined, pause: { how: 'now', since: 1, until } })).toEqual({
      rest: 'reached',
      until,
      problem: null,
    });
  });
  it('takes back what a dead agent left behind', () => {
    const world = opened();
    place(world, { id: 'a' });
    world.agentUp = false;
    expect(ask(world, now)).toMatchObject({ do: { kind: 'take-back' } });
  });
});

describe('failures', () => {
  it('are spread and capped, and forgotten after a success', () => {
    const once = observe(noFacts, { step: 'configure', ended: problem('disk-full'), jitter: 0 }, 1000);
    expect(once.attempts.configure).toMatchObject({ failures: 1, nextAt: 1000 + 1500 });
    const spread = observe(noFacts, { step: 'configure', ended: problem('disk-full'), jitter: 0.8 }, 1000);
    expect(spread.attempts.configure!.nextAt).toBeGreaterThan(once.attempts.configure!.nextAt);
    expect(
      observe(once, { step: 'configure', ended: null, jitter: 0 }, 2000).attempts.configure,
    ).toMatchObject({ failures: 0, problem: null });
    const many = Array.from({ length: 40 }).reduce<Facts>(
      (f) => observe(f, { step: 'close', ended: problem('nomad-error'), jitter: 1 }, 0),
      noFacts,
    );
    expect(many.attempts.close!.nextAt).toBe(5_000);
  });
});

describe('leaving', () => {
  it('begins with the work, then the agent, then the footprint', () => {
    const world = opened();
    place(world, { id: 'a' });
    const left: Intent = { ...joined, pool: null };
    expect(ask(world, left)).toMatchObject({ do: { kind: 'close', meta: { how: 'now', reason: 'leave' } } });
    act(world, { kind: 'take-back', how: 'now', killAfterMs: 1 });
    pass(world, 1000);
    expect(ask(world, left)).toMatchObject({ do: { kind: 'leave' } });
  });
  it.each([
    ['up', true],
    ['down', false],
  ])('needs no driver where the engine says that nothing is left, with the agent %s', (_, agentUp) => {
    const world = opened();
    place(world, { id: 'a' });
    world.agentUp = agentUp;
    world.gpuAnswers = false;
    let facts = noFacts;
    const steps: string[] = [];
    for (let i = 0; i < 200 && steps.at(-1) !== 'leave'; i++) {
      facts = look(facts, world);
      const next = ask(world, { ...joined, pool: null }, facts);
      if ('do' in next) {
        steps.push(next.do.kind);
        act(world, next.do);
      }
      pass(world, 100);
    }
    expect(steps.slice(-2)).toEqual(['take-back', 'leave']);
  });
  it('is what a pause is not: that waits for the driver’s word', () => {
    const world = opened();
    act(world, { kind: 'take-back', how: 'now', killAfterMs: 1 });
    world.gpuAnswers = false;
    expect(ask(world, now)).toMatchObject({ wait: 'facts', problem: { code: 'gpu-driver-error' } });
  });
  it('is never done by itself because the wish was lost with its files', () => {
    const world = opened();
    const lost: Intent = { ...emptyIntent, lost: problem('settings-damaged') };
    expect(ask(world, lost)).toMatchObject({ rest: 'owner', problem: { code: 'settings-damaged' } });
    expect(ask(world, { ...lost, stopping: true })).toMatchObject({ do: { kind: 'close' } });
    expect(ask(world, { ...lost, lost: null })).toMatchObject({
      do: { kind: 'close', meta: { reason: 'leave' } },
    });
  });
  it('undoes a residue without any pool, as after a crash on the way in', () => {
    const world = freshWorld();
    add(world, { kind: 'tailnet', controlUrl: 'https://x.example', tag: 'tag:x' });
    expect(ask(world, emptyIntent)).toMatchObject({ do: { kind: 'leave' } });
  });
});
