import { describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../contract/app-state.ts';
import { problem, type ProblemCode } from '../../../contract/problems.ts';
import { noFacts, seen, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { plan } from '../plan.ts';
import { reasonsToPause } from '../pausing/reasons.ts';
import type { Plan } from '../planning.ts';
import type { AgentSample } from '../ports/nomad.ts';
import { look } from '../testing/world-looks.ts';
import { act, freshWorld, joined, pass, rules, type World } from '../testing/world-model.ts';
import { view } from '../view.ts';
import { viewUpdate } from '../view/update.ts';

const pool = (versions: object): Intent => ({
  ...joined,
  pool: {
    ...joined.pool!,
    invite: { ...joined.pool!.invite, nomad: { ...joined.pool!.invite.nomad, ...versions } },
  },
});

const wanting = (to: string, at = 5): Intent => ({ ...joined, update: { to, at } });

/** A computer in the network, about to start its agent. */
function entered(change: Partial<World> = {}): World {
  const world: World = { ...freshWorld(), ...change };
  act(world, { kind: 'enter-tailnet', request: {} as never });
  return world;
}

const ask = (world: World, intent: Intent = joined, facts: Facts = look(noFacts, world)): Plan =>
  plan(intent, facts, world.now, rules);

function agentIs(facts: Facts, change: Partial<AgentSample>): Facts {
  return facts.agent.known
    ? { ...facts, agent: seen({ ...facts.agent.value, ...change }, facts.agent.at) }
    : facts;
}

/** Steps are done and time passes until nothing is to do; what was done. */
function live(world: World, intent: Intent = joined, forMs = 0): readonly string[] {
  const done: string[] = [];
  const until = world.now + forMs;
  let facts = noFacts;
  for (let i = 0; i < 1_000; i++) {
    facts = look(facts, world);
    const next = ask(world, intent, facts);
    if ('do' in next) {
      done.push(next.do.kind);
      act(world, next.do);
    } else if (world.now >= until && 'rest' in next) break;
    pass(world, 'do' in next ? 10 : 1_000);
  }
  return done;
}

const ours = (version: string, ...others: readonly string[]): Pick<World, 'program' | 'programs'> => ({
  program: false,
  programs: {
    installed: [version, ...others],
    chosen: version,
    trial: null,
    failed: [],
    devicePlugin: 'here',
  },
});

describe('the pool’s program', () => {
  it('on PATH that fits is used, and nothing is downloaded', () => {
    expect(ask(entered())).toMatchObject({ do: { kind: 'configure' } });
  });

  it.each([
    ['that is not here', { program: false }, joined],
    ['on PATH that is older than the pool wants', {}, pool({ minimumVersion: '2.1.0' })],
    ['on PATH that is newer than the pool’s pin', {}, pool({ pinnedVersion: '2.0.4' })],
    [
      'on PATH that is newer than the pool’s servers',
      { versions: { oldestServer: '2.0.4', published: null } },
      joined,
    ],
    [
      'of ours that was damaged',
      { program: false, programs: { ...ours('2.0.5').programs, installed: [] } },
      joined,
    ],
  ] as const)('%s is downloaded in the newest version that the pool takes', (_, change, intent) => {
    expect(ask(entered(change), intent)).toEqual({
      do: { kind: 'install-nomad', nomad: { version: null }, devicePlugin: false },
    });
  });

  it.each([
    ['nomad-missing', { program: null, programProblem: 'nomad-missing' }, {}],
    ['nomad-too-old', { program: { path: '/x', version: '2.0.3' }, programProblem: 'nomad-too-old' }, {}],
    ['nomad-too-old', { program: { path: '/x', version: '2.0.5' } }, { minimumVersion: '2.0.6' }],
    ['nomad-newer-than-pool', { program: { path: '/x', version: '2.0.5' } }, { pinnedVersion: '2.0.4' }],
  ] as const)('that the owner named is neither replaced nor passed over: %s', (code, sample, versions) => {
    const world = entered();
    const facts = agentIs(look(noFacts, world), { ...sample, programFrom: 'setting' });
    expect(ask(world, pool(versions), facts)).toMatchObject({ wait: 'facts', problem: { code } });
  });

  it('is fetched together with the device plugin where cards are here and none is found', () => {
    expect(ask(entered({ program: false, devicePlugin: false }))).toMatchObject({
      do: { kind: 'install-nomad', nomad: { version: null }, devicePlugin: true },
    });
    expect(ask(entered({ devicePlugin: false }))).toMatchObject({
      do: { kind: 'install-nomad', nomad: null, devicePlugin: true },
    });
    const none = { ...freshWorld().programs, devicePlugin: 'none' as const };
    expect(ask(entered({ devicePlugin: false, programs: none }))).toMatchObject({
      do: { kind: 'configure' },
    });
  });

  it('goes on without a device plugin that cannot be had now, says nothing of it in the state, and tries again', () => {
    const world = entered({ devicePlugin: false });
    const failed = {
      failures: 1,
      lastAt: world.now,
      problem: problem('releases-unreachable'),
      nextAt: world.now,
    };
    const facts = { ...look(noFacts, world), attempts: { 'install-nomad': failed } };
    expect(ask(world, joined, facts)).toMatchObject({ do: { kind: 'configure' } });
    const retried = { ...joined, retryAt: world.now + 1 };
    expect(ask(world, retried, facts)).toMatchObject({ do: { kind: 'install-nomad', nomad: null } });
    world.now += 31 * 60_000;
    const later = { ...look(noFacts, world), attempts: { 'install-nomad': failed } };
    expect(ask(world, joined, later)).toMatchObject({ do: { kind: 'install-nomad', nomad: null } });
    const { node, notes } = view(joined, later, world.now, 1, {
      ...rules,
      version: '',
      settings: defaultSettings,
      demo: false,
    });
    expect([node, ...notes].map(({ kind }) => kind)).not.toContain('attention');
  });

  it.each<ProblemCode>([
    'release-signature-wrong',
    'release-key-unknown',
    'release-key-expired',
    'release-sum-wrong',
    'release-unsafe',
  ])('is not downloaded again by itself after %s, only at the owner’s word', (code) => {
    const world = entered({ program: false });
    const failed = { failures: 1, lastAt: world.now, problem: problem(code), nextAt: world.now };
    const facts = { ...look(noFacts, world), attempts: { 'install-nomad': failed } };
    expect(ask(world, joined, facts)).toMatchObject({ rest: 'owner', problem: { code } });
    expect(ask(world, { ...joined, retryAt: world.now + 1 }, facts)).toMatchObject({
      do: { kind: 'install-nomad' },
    });
  });

  it('of ours is not opened before the servers told their version, or had time enough to', () => {
    const world = entered(ours('2.0.5'));
    expect(live(world).at(-1)).toBe('open');
    expect(world.now - world.agentStartedAt).toBeGreaterThanOrEqual(15_000);
    const told = entered({ ...ours('2.0.5'), versions: { oldestServer: '2.0.5', published: null } });
    live(told);
    expect(told.now - told.agentStartedAt).toBeLessThan(5_000);
  });
});

describe('another version of it', () => {
  const versions = { oldestServer: '2.0.7', published: ['2.0.5', '2.0.6', '2.0.7', '2.0.8'] };
  const sharing = (change: Partial<World> = {}): World => {
    const world = entered({ ...ours('2.0.5'), versions, ...change });
    live(world);
    return world;
  };

  it('is offered: the newest that the servers allow, of a program of ours alone', () => {
    const world = sharing();
    expect(viewUpdate(joined, look(noFacts, world))).toEqual({
      from: '2.0.5',
      to: '2.0.7',
      underWay: false,
      progress: null,
    });
    const path = entered({ versions });
    expect(viewUpdate(joined, look(noFacts, path))).toBeNull();
    expect(
      viewUpdate(joined, look(noFacts, sharing({ versions: { ...versions, oldestServer: null } }))),
    ).toBeNull();
  });

  it('is fetched while sharing goes on, then swapped in once nothing runs, and kept', () => {
    const world = sharing();
    expect(live(world, wanting('2.0.7'), 60_000)).toEqual([
      'install-nomad',
      'close',
      'swap-nomad',
      'configure',
      'start-agent',
      'settle-nomad',
      'open',
    ]);
    expect(world.programs).toMatchObject({ chosen: '2.0.7', trial: null, installed: ['2.0.7'] });
  });

  it('closes nothing while it cannot be fetched', () => {
    const world = sharing({ site: 'away' });
    const facts = look(noFacts, world);
    const failed = {
      failures: 3,
      lastAt: world.now,
      problem: problem('releases-unreachable'),
      nextAt: world.now + 9,
    };
    const next = ask(world, wanting('2.0.7'), { ...facts, attempts: { 'install-nomad': failed } });
    expect(next).toMatchObject({ rest: 'reached', until: world.now + 9 });
    expect(reasonsToPause(wanting('2.0.7'), facts, world.now)).toEqual([]);
  });

  it('is given up when it is not ready in two minutes, and never wished for again', () => {
    const world = sharing({ broken: ['2.0.7'] });
    const done = live(world, wanting('2.0.7'), 300_000);
    expect(done).toContain('revert-nomad');
    expect(done).not.toContain('settle-nomad');
    expect(world.programs).toMatchObject({ chosen: '2.0.5', failed: ['2.0.7'], trial: null });
    expect(world.node.eligible).toBe(true);
    expect(viewUpdate(wanting('2.0.7'), look(noFacts, world))).toEqual({
      from: '2.0.5',
      to: '2.0.6',
      underWay: false,
      progress: null,
    });
  });

  it('takes the place of one that the pool takes no longer, without the owner’s word', () => {
    const world = sharing({ versions: { ...versions, oldestServer: '2.0.5' } });
    world.versions = { ...versions, oldestServer: '2.0.4', published: ['2.0.4', '2.0.5'] };
    expect(live(world, joined, 60_000)).toContain('swap-nomad');
    expect(world.programs.chosen).toBe('2.0.4');
  });

  it('is said to be lacking where none of the pool’s versions is published', () => {
    const world = sharing();
    world.versions = { oldestServer: '2.0.4', published: ['2.0.5'] };
    expect(ask(world)).toMatchObject({ problem: { code: 'nomad-newer-than-pool' } });
  });

  it('on trial is not judged by a pause, nor by an outage', () => {
    const world = sharing({ broken: ['2.0.7'] });
    world.programs = { ...ours('2.0.7', '2.0.5').programs, trial: { from: '2.0.5', since: world.now } };
    const later = look(look(noFacts, world), { ...world, now: world.now + 300_000 });
    const at = world.now + 300_000;
    const resumed = { ...wanting('2.0.7'), resumedAt: at - 60_000 };
    expect(plan(resumed, later, at, rules)).not.toMatchObject({ do: { kind: 'revert-nomad' } });
    const back = { ...later, memory: { ...later.memory, connectedSince: at - 60_000 } };
    expect(plan(wanting('2.0.7'), back, at, rules)).not.toMatchObject({ do: { kind: 'revert-nomad' } });
    expect(plan(wanting('2.0.7'), later, at, rules)).toMatchObject({ do: { kind: 'revert-nomad' } });
  });

  it('that dies at its start, or cannot be configured, is given up as well', () => {
    const world = sharing();
    world.agentUp = false;
    world.programs = { ...ours('2.0.7', '2.0.5').programs, trial: { from: '2.0.5', since: world.now } };
    const start = look(noFacts, world);
    world.now += 130_000;
    const facts = look(start, world);
    expect(ask(world, joined, facts)).not.toMatchObject({ do: { kind: 'revert-nomad' } });
    const died = agentIs(facts, { died: { at: world.now - 10_000, lastLines: ['panic'] } });
    expect(ask(world, joined, died)).toMatchObject({ do: { kind: 'revert-nomad' } });
    const refused = { failures: 1, lastAt: world.now, problem: problem('nomad-config-refused'), nextAt: 0 };
    expect(ask(world, joined, { ...facts, attempts: { configure: refused } })).toMatchObject({
      do: { kind: 'revert-nomad' },
    });
  });
});
