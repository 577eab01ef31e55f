import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import type { ProblemCode } from '../../contract/problems.ts';
import { atTheDesk } from '../demo/scenarios/at-the-desk.ts';
import { cardLost } from '../demo/scenarios/card-lost.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { rtx3090, rtx4090, usualJobs } from '../demo/scenarios/parts.ts';
import type { Scenario } from '../demo/scenario.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

const second = 1000;
const minute = 60_000;

let e: Evening;
afterEach(async () => {
  await e.close();
  expect(e.faults).toEqual([]);
});

async function begin(change: Partial<Scenario>): Promise<void> {
  e = await Evening.begin({ ...firstEvening, ...change });
  await e.join();
}

const reasons = ({ node, notes }: AppState) =>
  [node, ...notes].flatMap((s) => (s.kind === 'paused' || s.kind === 'pausing' ? s.reasons : []));
const pausedFor = (reason: string) => (s: AppState) => reasons(s).some((r) => r.reason === reason);
const troubles = ({ node, notes }: AppState): readonly ProblemCode[] =>
  [node, ...notes].flatMap((s) => (s.kind === 'attention' ? [s.problem.code] : []));
const works = (s: AppState) => s.work.some((w) => w.state === 'running');
const shared = ({ gpus }: AppState) => gpus.filter((g) => g.shared).map((g) => g.name.slice(-4));
/** The devices of this computer as the pool knows them. */
const offered = (): readonly string[] =>
  [...e.demo.pool.servers.store.nodes.values()]
    .filter((n) => n.ID === e.demo.desk.running?.identity.id)
    .flatMap((n) => n.NodeResources.Devices ?? [])
    .flatMap((group) => group.Instances.map((one) => one.ID));
const eligible = () =>
  [...e.demo.pool.servers.store.nodes.values()].find((n) => n.ID === e.demo.desk.running?.identity.id)
    ?.SchedulingEligibility;
const screen = { ...rtx4090, display: true };

describe('a computer whose only card drives the display', () => {
  it('becomes ready while its owner sits there, and shares five minutes after they left', async () => {
    await begin({ cards: [screen], input: 'here' });
    const ready = await e.kind('paused', 60_000);
    expect(reasons(ready)).toMatchObject([{ reason: 'idle', how: 'finish' }]);
    expect(ready.whenIdle).toMatchObject({ on: true, by: 'display', source: 'demo' });
    expect(eligible()).toBe('ineligible');
    await e.clock.advance(7 * minute);
    expect(e.state.node.kind).toBe('paused');
    const left = e.clock.now();
    e.demo.happen('owner-leaves');
    await e.kind('sharing', 6 * minute);
    expect(e.clock.now() - left).toBeGreaterThanOrEqual(5 * minute);
    expect(eligible()).toBe('eligible');
  });

  it('takes no job from a touched mouse, and its owner’s GPU from no job when they stay', async () => {
    const long = usualJobs.map((kind) => ({ ...kind, seconds: [3_600, 3_600] as const }));
    await begin({ cards: [screen], jobs: { ...firstEvening.jobs, kinds: long } });
    const { work } = await e.until(works, 2 * minute);
    e.demo.happen('owner-touches');
    await e.until(pausedFor('idle'), 10 * second);
    await e.clock.advance(4 * minute);
    expect(e.state.work.map((w) => [w.id, w.state])).toEqual([[work[0]!.id, 'running']]);
    expect(eligible()).toBe('ineligible');
    await e.kind('sharing', 2 * minute);
    await e.until(works, minute);
    e.demo.happen('owner-returns');
    const back = e.clock.now();
    await e.kind('paused', 3 * minute);
    expect(e.clock.now() - back).toBeGreaterThanOrEqual(minute);
    expect(e.clock.now() - back).toBeLessThan(90 * second);
    await e.clock.advance(minute);
    expect(e.state.node.kind).toBe('paused');
    await e.session.application.whenIdle(false);
    await e.kind('sharing', minute);
  });

  it('does not share where nothing tells of its use, says so, and shares by its owner’s word', async () => {
    await begin({ cards: [screen], input: 'untold' });
    await e.until((s) => troubles(s).includes('idle-unknown') && s.node.kind === 'paused', minute);
    await e.clock.advance(8 * minute);
    expect(eligible()).toBe('ineligible');
    await e.session.application.whenIdle(false);
    await e.kind('sharing', minute);
  });
});

describe('the days of the demo', () => {
  it('at-the-desk: ready at once, shared after its owner left, back when they are', async () => {
    e = await Evening.begin(atTheDesk);
    await e.join();
    await e.kind('paused', minute);
    await e.kind('sharing', 8 * minute);
    await e.until(pausedFor('idle'), 20 * minute);
    await e.kind('sharing', 20 * minute);
  });
  it('card-lost: two of three cards are shared, then one, then two again', async () => {
    e = await Evening.begin(cardLost);
    await e.join();
    await e.until((s) => s.node.kind === 'sharing' && offered().length === 2, minute);
    expect(offered()).not.toContain(rtx4090.uuid);
    await e.until(() => offered().length === 1, 5 * minute);
    expect(e.state.gpus.map((g) => g.kept)).toEqual(['display', null, 'fault']);
    await e.until((s) => s.node.kind === 'sharing' && offered().length === 2, 6 * minute);
  });
});

describe('cards', () => {
  it('with a display stay out where there is another, are remembered with the screen off, and come in by their owner’s word', async () => {
    const cards = [{ ...screen }, rtx3090];
    await begin({ cards, input: 'here' });
    const state = await e.kind('sharing', minute);
    expect(state.gpus.map((g) => [g.shared, g.kept, g.display])).toEqual([
      [false, 'display', true],
      [true, null, false],
    ]);
    expect(offered()).toEqual([rtx3090.uuid]);
    await e.end();
    Object.assign(cards[0]!, { display: false });
    await e.start();
    await e.until((s) => s.node.kind === 'sharing' && s.gpus.length === 2, minute);
    await e.clock.advance(2 * minute);
    expect(shared(e.state)).toEqual(['3090']);
    expect(await readFile(join(e.folder, 'intent.json'), 'utf8')).toContain(screen.uuid);
    await e.session.application.share(screen.uuid, true);
    await e.until((s) => offered().length === 2 && s.node.kind === 'sharing', minute);
  });

  it('that are healthy go on beside a lost one, which is left out after a minute and taken in again', async () => {
    await begin({ cards: [rtx4090, rtx3090] });
    await e.kind('sharing', minute);
    e.demo.happen('card-lost');
    const state = await e.until((s) => shared(s).length === 1, minute);
    expect(state.gpus.map((g) => g.kept)).toEqual([null, 'fault']);
    expect(offered()).toHaveLength(2);
    await e.until(() => offered().length === 1, 3 * minute);
    expect(offered()).toEqual([rtx4090.uuid]);
    await e.until((s) => works(s) && s.node.kind === 'sharing', 2 * minute);
    e.demo.happen('card-back');
    await e.until(() => offered().length === 2, 2 * minute);
  });

  it('of other makers are named', async () => {
    await begin({ otherCards: [{ maker: 'amd', name: 'AMD Radeon RX 7900 XTX' }] });
    expect((await e.kind('sharing', minute)).otherCards).toEqual([
      { maker: 'amd', name: 'AMD Radeon RX 7900 XTX' },
    ]);
  });
});

describe('a fault that would fail every job', () => {
  it.each([
    ['driver-updated', 'driver-works', 'gpu-driver-mismatch', 2 * minute],
    ['card-lost', 'card-back', 'gpu-lost', 2 * minute],
    ['clock-leaps', 'clock-right', 'clock-wrong', 18 * minute],
  ] as const)(
    'pauses with its name, and ends some minutes after it passed: %s',
    async (begins, ends, code, within) => {
      await begin({});
      await e.until(works, 2 * minute);
      e.demo.happen(begins);
      const state = await e.until(pausedFor('machine'), within);
      expect(reasons(state)).toMatchObject([{ reason: 'machine', how: 'now', problem: { code } }]);
      await e.until((s) => troubles(s).includes(code), 30 * second);
      const since = e.clock.now();
      await e.clock.advance(5 * minute);
      expect(e.state.work.filter((w) => w.state === 'running')).toEqual([]);
      expect(reasons(e.state)).toMatchObject([{ reason: 'machine' }]);
      e.demo.happen(ends);
      const passed = e.clock.now();
      await e.kind('sharing', 4 * minute);
      expect(e.clock.now() - passed).toBeGreaterThanOrEqual(minute);
      expect(e.clock.now() - since).toBeGreaterThanOrEqual(2 * minute);
    },
  );

  it('takes nothing from a job for one bad look', async () => {
    await begin({});
    const { work } = await e.until(works, 2 * minute);
    e.demo.happen('driver-updated');
    await e.until((s) => s.gpuProblem !== null, minute);
    await e.clock.advance(5 * second);
    e.demo.happen('driver-works');
    await e.clock.advance(2 * minute);
    expect(e.shown.some((line) => line.includes('paus'))).toBe(false);
    expect(e.state.work.map((w) => w.id)).toEqual(work.map((w) => w.id));
  });

  it('is no full disk: what runs may end there, and nothing new comes until there is room', async () => {
    await begin({});
    const { work } = await e.until(works, 2 * minute);
    e.demo.happen('disk-fills');
    const state = await e.until(pausedFor('disk'), 2 * minute);
    expect(reasons(state)).toMatchObject([{ how: 'finish', problem: { code: 'disk-low' } }]);
    expect(state.work.map((w) => w.id)).toEqual(work.map((w) => w.id));
    await e.kind('paused', 15 * minute);
    const [ended] = await e.session.application.history({ limit: 1, before: null });
    expect(ended).toMatchObject({ id: work[0]!.id, ended: 'finished' });
    await e.clock.advance(5 * minute);
    expect(e.state.work).toEqual([]);
    e.demo.happen('disk-freed');
    await e.kind('sharing', 4 * minute);
  });

  it('is three jobs that fail one after the other: all is examined, and the owner alone resumes', async () => {
    const failing = usualJobs.map((kind) => ({ ...kind, seconds: [1, 3] as const, exitCode: 1 }));
    await begin({ jobs: { kinds: failing, firstAfterSeconds: 2, pauseSeconds: [1, 2] } });
    // Something that only the checks look for.
    e.demo.network.line = { ...e.demo.network.line, inspected: true };
    const state = await e.until((s) => s.node.kind === 'paused', 30 * minute);
    const failed = () =>
      [...e.demo.pool.servers.store.allocations.values()].filter((a) => a.ClientStatus === 'failed');
    expect(failed().length).toBeGreaterThanOrEqual(3);
    expect(state.node).toMatchObject({ ends: 'owner', reasons: [{ reason: 'machine', how: 'now' }] });
    expect(reasons(state)[0]?.problem).toMatchObject({ code: 'jobs-failing', remedy: 'resume' });
    for (const { JobID } of failed().slice(0, 3)) expect(reasons(state)[0]?.name).toContain(JobID);
    await e.until((s) => troubles(s).includes('path-tls-inspected'), minute);
    await e.clock.advance(5 * minute);
    expect(e.state.node.kind).toBe('paused');
    await e.end();
    await e.start();
    await e.until((s) => s.node.kind === 'paused', minute);
    await e.session.application.resume(false);
    await e.kind('sharing', minute);
    await e.until((s) => s.node.kind === 'paused', 30 * minute);
    expect(failed().length).toBeGreaterThanOrEqual(6);
  });
});
