import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { drainByOperator } from '../demo/scenarios/drain-by-operator.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { noGpu } from '../demo/scenarios/no-gpu.ts';
import { serverLost } from '../demo/scenarios/server-lost.ts';
import { tailnetLost } from '../demo/scenarios/tailnet-lost.ts';
import type { Scenario } from '../demo/scenario.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

let evening: Evening;
const begin = async (scenario: Scenario): Promise<Evening> => {
  evening = await Evening.begin(scenario);
  await evening.join();
  return evening;
};

afterEach(async () => {
  await evening.close();
  expect(evening.faults).toEqual([]);
});

describe('the first evening', () => {
  it('within a minute shares, gets a job, earns, sees it end, and gets another', async () => {
    const e = await begin(firstEvening);
    const began = e.clock.now();
    await e.kind('sharing', 30_000);
    const { work } = await e.until((s) => s.work.some((w) => w.state === 'running'), 40_000);
    const first = work[0]!.id;
    await e.until((s) => (s.today.micros ?? 0) > 0, 20_000);
    expect(e.clock.now() - began).toBeLessThan(60_000);
    await e.until((s) => !s.work.some((w) => w.id === first), 300_000);
    await e.until((s) => s.work.some((w) => w.id !== first), 60_000);
    const past = await e.session.application.history({ limit: 10, before: null });
    expect(past).toMatchObject([{ id: first, ended: 'finished' }]);
    const [row] = await e.session.application.ledger({ limit: 1, before: null });
    expect(row!.gpuMs).toBeGreaterThan(0);
    const { status, micros } = await e.session.application.summary(7);
    expect(status).toBe('demo');
    expect(micros).toBeGreaterThan(0);
  });
  it('gives the GPU back by a pause, shown only when the driver names none of the work, and goes on after it', async () => {
    const e = await begin(firstEvening);
    await e.until(
      (s) => s.work.some((w) => w.state === 'running') && (s.gpus[0]?.usedMib ?? 0) > 2000,
      120_000,
    );
    await e.session.application.pause('now', null);
    const paused = await e.kind('paused', 15_000);
    expect(paused.gpus[0]!.usedMib).toBeLessThan(1000);
    expect(e.shown).toContain('pausing');
    await e.session.application.resume(false);
    await e.kind('sharing', 10_000);
    await e.until((s) => s.work.length > 0, 120_000);
  });
  it('takes no new work while it lets the job end', async () => {
    const e = await begin(firstEvening);
    const { work } = await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
    await e.session.application.pause('finish', null);
    await e.kind('paused', 600_000);
    const past = await e.session.application.history({ limit: 1, before: null });
    expect(past).toMatchObject([{ id: work[0]!.id, ended: 'finished' }]);
    await e.clock.advance(120_000);
    expect(e.state.work).toEqual([]);
  });
  it('ends a pause by itself at its time', async () => {
    const e = await begin(firstEvening);
    await e.kind('sharing', 30_000);
    await e.session.application.pause('now', e.clock.now() + 60_000);
    await e.kind('paused', 15_000);
    await e.kind('sharing', 90_000);
  });
  it('goes on without its host, and the next host finds agent and work', async () => {
    const e = await begin(firstEvening);
    const { work } = await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
    await e.end();
    await e.start();
    const again = await e.until((s) => s.node.kind === 'sharing' && s.work.length > 0, 30_000);
    expect(again.work.map((w) => w.id)).toEqual(work.map((w) => w.id));
    const rows = await e.session.application.ledger({ limit: 10, before: null });
    expect(rows.filter((r) => r.workId === work[0]!.id)).toHaveLength(1);
  });
  it('starts an agent that was killed again, without a second sign-in', async () => {
    const e = await begin(firstEvening);
    await e.kind('sharing', 30_000);
    const agent = (await e.demo.world.programs.processes()).find((p) => p.command[1] === 'agent')!;
    await e.demo.world.programs.signal(agent, 'SIGKILL');
    await e.until((s) => s.node.kind !== 'sharing', 30_000);
    await e.kind('sharing', 60_000);
  });
  it('leaves nothing behind', async () => {
    const e = await begin(firstEvening);
    await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    const left = (await e.demo.world.programs.processes()).filter((p) =>
      p.command.join(' ').includes(e.folder),
    );
    expect(left).toEqual([]);
    const containers = await e.demo.world.engine({ path: '/containers/json?all=1', timeoutMs: 1000 });
    expect(JSON.parse(await containers.text())).toEqual([]);
  });
  it('ends the host only when the GPU is free and the agent is down', async () => {
    const e = await begin(firstEvening);
    await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
    e.session.application.stopSharing();
    await e.until(() => e.session.stopped, 30_000);
    expect((await e.demo.world.programs.processes()).some((p) => p.command[1] === 'agent')).toBe(false);
  });
});

describe('what goes wrong', () => {
  it('without a GPU is said, and nothing is changed', async () => {
    const e = await begin(noGpu);
    const state = await e.until((s) => s.notes.some((n) => n.kind === 'attention'), 30_000);
    expect(state.node).toMatchObject({ kind: 'joining', step: 'machine' });
    expect(state.notes).toMatchObject([{ problem: { code: expect.stringMatching(/^gpu-/) as string } }]);
    await e.session.application.leave();
    await e.kind('new', 10_000);
  });
  it('is offline while no server answers, works on, and shares again by itself', async () => {
    const e = await begin(serverLost);
    await e.kind('sharing', 60_000);
    const lost = await e.kind('offline', 600_000);
    expect(lost.node).toMatchObject({ cause: expect.stringMatching(/server|tailnet/) as string });
    await e.kind('sharing', 900_000);
  });
  it('frees the GPU although nobody can be told', async () => {
    const e = await begin(serverLost);
    await e.kind('offline', 900_000);
    await e.session.application.pause('now', null);
    await e.kind('paused', 20_000);
    expect((await e.demo.world.programs.processes()).some((p) => p.command[1] === 'agent')).toBe(false);
  });
  it('is offline while the network is gone, and shares again by itself', async () => {
    const e = await begin(tailnetLost);
    await e.kind('sharing', 60_000);
    expect((await e.kind('offline', 600_000)).node).toMatchObject({ cause: 'tailnet' });
    await e.kind('sharing', 900_000);
  });
  it("shows an operator's closing, and neither resume nor a pause undoes it", async () => {
    const e = await begin(drainByOperator);
    await e.kind('sharing', 60_000);
    await e.until(closedByOperator, 900_000);
    await e.session.application.pause('now', null);
    await e.clock.advance(30_000);
    await e.session.application.resume(false);
    await e.clock.advance(10_000);
    expect(closedByOperator(e.state)).toBe(true);
    await e.kind('sharing', 600_000);
  });
});

const closedByOperator = ({ node, notes }: AppState): boolean =>
  [node, ...notes].some(
    (n) => (n.kind === 'paused' || n.kind === 'pausing') && n.reasons.some((r) => r.reason === 'operator'),
  );
