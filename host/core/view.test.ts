import { describe, expect, it } from 'vitest';
import { appStateSchema, defaultSettings } from '../../contract/app-state.ts';
import type { NodeState } from '../../contract/node-state.ts';
import { problem } from '../../contract/problems.ts';
import { noFacts, unknown, type Facts } from './facts.ts';
import { emptyIntent, type Intent } from './intent.ts';
import { observe } from './observe.ts';
import { plan } from './plan.ts';
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
import { view } from './view.ts';

const setting = { ...rules, version: '0.1.0', demo: false, settings: defaultSettings };

/** A world that shares, with what was seen on the way. */
function sharing(): { world: World; facts: Facts } {
  const world = freshWorld();
  let facts = look(noFacts, world);
  for (let i = 0; i < 12; i++) {
    const next = plan(joined, facts, world.now, rules);
    if (!('do' in next)) break;
    const ended = act(world, next.do);
    pass(world, 100);
    facts = observe(look(facts, world), { step: next.do.kind, ended, jitter: 0 }, world.now);
  }
  return { world, facts };
}

const shown = (intent: Intent, facts: Facts, now: number): readonly NodeState[] => {
  const state = view(intent, facts, now, 1, setting);
  appStateSchema.parse(JSON.parse(JSON.stringify(state)));
  return [state.node, ...state.notes];
};
const kinds = (intent: Intent, facts: Facts, now: number): string[] =>
  shown(intent, facts, now).map((s) => s.kind);
const paused = (how: 'now' | 'finish', until: number | null = null): Intent => ({
  ...joined,
  pause: { how, since: 1, until },
});

describe('what people see', () => {
  it('is looking before the footprint was read, and new without a pool', () => {
    const world = freshWorld();
    expect(kinds(emptyIntent, noFacts, world.now)).toEqual(['looking']);
    expect(kinds(emptyIntent, look(noFacts, world), world.now)).toEqual(['new']);
  });
  it('shows a change as about to come while it is told, with the work going on, and then with its time', () => {
    const { world } = sharing();
    world.runningHash = 'old';
    const change = { why: ['program' as const], lines: [{ key: 'a', from: '1', to: '2' }], at: world.now };
    const facts = observe(look(noFacts, world), { configured: change }, world.now);
    const at = (now: number) => view(joined, facts, now, 1, setting);
    expect(at(world.now + 5_000).configChange).toEqual({ ...change, at: null });
    expect(at(world.now + 5_000).node.kind).toBe('sharing');
    expect(at(world.now + 10_000).configChange).toEqual(change);
  });
  it('is looking after a restart until network, agent and GPU were seen', () => {
    const { world } = sharing();
    expect(kinds(joined, look(noFacts, world, ['footprint', 'tailnet']), world.now)[0]).toBe('looking');
    expect(kinds(joined, look(noFacts, world), world.now)[0]).toBe('sharing');
  });
  it.each([
    ['machine', (w: World): void => void (w.gpuAnswers = false)],
    ['machine', (w: World): void => void (w.engineUp = false)],
    ['tailscale', (w: World): void => void (w.tailnet.installed = false)],
    ['sign-in', () => undefined],
  ] as const)('says at which step joining stands: %s', (step, change) => {
    const world = freshWorld();
    change(world);
    expect(shown(joined, look(noFacts, world), world.now)[0]).toMatchObject({ kind: 'joining', step });
  });
  it('says what joining meets beside where it stands', () => {
    const world = { ...freshWorld(), gpuAnswers: false };
    const all = shown(joined, look(noFacts, world), world.now);
    expect(all[0]).toMatchObject({ kind: 'joining', step: 'machine' });
    expect(all[1]).toMatchObject({ kind: 'attention', problem: { code: 'gpu-driver-error' } });
  });
  it('is sharing, and busy when a job runs', () => {
    const { world, facts } = sharing();
    expect(shown(joined, facts, world.now)).toMatchObject([{ kind: 'sharing', busy: false }]);
    place(world, { id: 'a' });
    const busy = look(facts, world);
    expect(shown(joined, busy, world.now)).toMatchObject([{ kind: 'sharing', busy: true }]);
    expect(view(joined, busy, world.now, 1, setting).work).toMatchObject([{ id: 'a', state: 'running' }]);
  });
  it('is pausing while work is left, with when the GPU is free at the latest, or without one to finish', () => {
    const { world, facts } = sharing();
    place(world, { id: 'a' });
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    const seenNow = look(facts, world);
    expect(shown(paused('now'), seenNow, world.now)[0]).toMatchObject({
      kind: 'pausing',
      left: 1,
      freesAt: world.now + 12_000,
    });
    expect(shown(paused('finish'), seenNow, world.now)[0]).toMatchObject({
      kind: 'pausing',
      left: 1,
      freesAt: null,
    });
  });
  it('is paused only when the driver no longer names our work', () => {
    const { world, facts } = sharing();
    place(world, { id: 'a' });
    const working = look(facts, world);
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    act(world, { kind: 'take-back', how: 'now', killAfterMs: 1 });
    expect(kinds(paused('now'), look(working, world), world.now)[0]).toBe('pausing');
    pass(world, 500);
    expect(kinds(paused('now'), look(working, world), world.now)[0]).toBe('paused');
  });
  it('says what ends a pause', () => {
    const { world, facts } = sharing();
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    const closed = look(facts, world);
    const until = world.now + 60_000;
    expect(shown(paused('now'), closed, world.now)[0]).toMatchObject({
      kind: 'paused',
      ends: 'owner',
      until: null,
    });
    expect(shown(paused('now', until), closed, world.now)[0]).toMatchObject({
      kind: 'paused',
      ends: 'time',
      until,
    });
    expect(kinds(paused('now', until), closed, until)).not.toContain('paused');
  });
  it("says that the pool's operator closed this computer", () => {
    const { world, facts } = sharing();
    operatorCloses(world, 'ineligible');
    expect(shown(joined, look(facts, world), world.now)[0]).toMatchObject({
      kind: 'paused',
      ends: 'operator',
      reasons: [{ reason: 'operator' }],
    });
  });
  it('is offline with its cause when the network, the servers or the agent are out of reach', () => {
    const { world, facts } = sharing();
    const away = { ...world, tailnet: { ...world.tailnet, serverUp: false } };
    expect(shown(joined, look(facts, away), world.now)[0]).toMatchObject({
      kind: 'offline',
      cause: 'tailnet',
    });
    pass(world, 61_000);
    const lost: Facts = { ...look(facts, world), node: unknown(problem('nomad-server-lost'), world.now) };
    expect(shown(joined, lost, world.now)[0]).toMatchObject({ kind: 'offline', cause: 'server' });
    const dead = look(facts, { ...world, agentUp: false });
    expect(shown(joined, dead, world.now)[0]).toMatchObject({ kind: 'offline', cause: 'agent' });
  });
  it.each([
    [
      'a computer that the pool removed',
      'tailnet-removed',
      (w: World): void => void (w.tailnet.removed = true),
    ],
    ['a tag that vanished', 'tailnet-tag-missing', (w: World): void => void (w.tailnet.tagged = false)],
    [
      'another network that the owner went to',
      'tailnet-other',
      (w: World): void => void (w.tailnet.active = 'other'),
    ],
    [
      'a sign-in that ended',
      'tailnet-logged-out',
      (w: World): void => void (w.tailnet.backend = 'needs-login'),
    ],
  ] as const)('asks for attention over %s', (_, code, change) => {
    const { world, facts } = sharing();
    change(world);
    const all = shown(joined, look(facts, world), world.now);
    expect(all.find((s) => s.kind === 'attention')).toMatchObject({ problem: { code } });
    expect(all.map((s) => s.kind)).not.toContain('sharing');
  });
  it('is leaving while anything of ours is left, then new', () => {
    const { world, facts } = sharing();
    const left: Intent = { ...joined, pool: null };
    expect(kinds(left, facts, world.now)[0]).toBe('leaving');
    act(world, { kind: 'leave' });
    expect(kinds(left, look(facts, world), world.now)).toEqual(['new']);
  });
  it('asks for attention, and does not leave, where what the owner wanted was lost', () => {
    const { world, facts } = sharing();
    const lost: Intent = { ...emptyIntent, lost: problem('settings-damaged') };
    expect(shown(lost, facts, world.now)).toMatchObject([
      { kind: 'attention', problem: { code: 'settings-damaged' } },
    ]);
  });
  it('names no job of an agent that is down', () => {
    const { world, facts } = sharing();
    place(world, { id: 'a' });
    const working = look(facts, world);
    const down = look(working, { ...world, agentUp: false }, ['agent']);
    expect(view(joined, working, world.now, 1, setting).work).toHaveLength(1);
    expect(view(joined, down, world.now, 1, setting).work).toEqual([]);
  });
  it('lets a pause win over an outage and a problem, which become notes', () => {
    const { world, facts } = sharing();
    act(world, { kind: 'close', meta: { how: 'now', reason: 'you', under: null } });
    act(world, { kind: 'take-back', how: 'now', killAfterMs: 1 });
    const away = { ...world, tailnet: { ...world.tailnet, serverUp: false } };
    const all = kinds(paused('now'), look(facts, away), world.now);
    expect(all[0]).toBe('paused');
    expect(all).toContain('offline');
  });
  it('asks for the first-run screen only where nothing was chosen', () => {
    const world = freshWorld();
    const facts = look(noFacts, world);
    expect(view(emptyIntent, facts, world.now, 1, setting).firstRun).toBe(true);
    expect(view(emptyIntent, facts, world.now, 1, { ...setting, demo: true }).firstRun).toBe(false);
    expect(view(joined, facts, world.now, 1, setting).firstRun).toBe(false);
    add(world, { kind: 'folder', path: '/x', asRoot: false });
    expect(view(emptyIntent, look(facts, world), world.now, 1, setting).firstRun).toBe(false);
  });
  it('carries no secret: the accepted invite has none', () => {
    const { world, facts } = sharing();
    expect(JSON.stringify(view(joined, facts, world.now, 1, setting))).not.toContain('authKey');
  });
});
