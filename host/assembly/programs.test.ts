import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import type { Progress } from '../../contract/node-state.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { signatureBad } from '../demo/scenarios/signature-bad.ts';
import type { Scenario } from '../demo/scenario.ts';
import { Evening } from './testing/evening.ts';

const bare: Scenario = { ...firstEvening, name: 'bare-of-nomad', nomad: 'absent' };

let evening: Evening | null = null;

afterEach(async () => {
  const faults = evening?.faults ?? [];
  await evening?.close();
  evening = null;
  expect(faults).toEqual([]);
});

async function begin(scenario: Scenario): Promise<Evening> {
  evening = await Evening.begin(scenario);
  await evening.join();
  return evening;
}

const problemOf = (state: AppState): string | null =>
  [state.node, ...state.notes].flatMap((n) => (n.kind === 'attention' ? [n.problem.code] : []))[0] ?? null;

/** The version of the agent that runs, by what its program says. */
async function running({ demo }: Evening): Promise<string | null> {
  const agent = (await demo.world.programs.processes()).find((p) => p.command[1] === 'agent');
  return /\/programs\/nomad\/(\d+\.\d+\.\d+)\/nomad$/.exec(agent?.executable ?? '')?.[1] ?? null;
}

describe('a computer without the pool’s program', { timeout: 60_000 }, () => {
  it('downloads, verifies and installs it, shows how far it is, and shares', async () => {
    const e = await begin(bare);
    const told: Progress[] = [];
    await e.until((s) => {
      if (s.node.kind === 'joining' && s.node.progress?.perSecond !== undefined) told.push(s.node.progress);
      return s.node.kind === 'sharing';
    }, 90_000);
    expect(told.at(-1)?.total).toBeGreaterThan(1_000_000);
    expect(told.some((one) => one.leftMs !== undefined && one.leftMs > 0)).toBe(true);
    expect(await running(e)).toBe('2.0.5');
    expect((await stat(join(e.folder, 'agent', 'plugins', 'nomad-device-nvidia'))).isFile()).toBe(true);
  });

  it('takes it away again on leaving', async () => {
    const e = await begin(bare);
    await e.kind('sharing', 90_000);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    expect(await readdir(e.folder)).not.toContain('programs');
  });

  it('goes on where it was when the host died in the middle of it', async () => {
    const e = await begin(bare);
    await e.until((s) => s.node.kind === 'joining' && (s.node.progress?.done ?? 0) > 500_000, 60_000);
    await e.end();
    const [part] = (await readdir(join(e.folder, 'programs', 'downloads'))).filter((n) => n.endsWith('.zip'));
    const { size } = await stat(join(e.folder, 'programs', 'downloads', part ?? ''));
    expect(size).toBeGreaterThan(0);
    await e.start();
    const first = await e.until(
      (s) => s.node.kind === 'joining' && s.node.progress?.unit === 'bytes',
      60_000,
    );
    expect(first.node.kind === 'joining' && first.node.progress?.done).toBeGreaterThanOrEqual(size);
    await e.kind('sharing', 90_000);
  });

  it('installs nothing that is signed wrong, says so, and goes on at the owner’s word when it is mended', async () => {
    const e = await begin(signatureBad);
    await e.until((s) => problemOf(s) === 'release-signature-wrong', 60_000);
    await e.clock.advance(600_000);
    expect(problemOf(e.state)).toBe('release-signature-wrong');
    expect(await readdir(join(e.folder, 'programs')).catch(() => [])).not.toContain('nomad');
    e.demo.releases.signatureIsBad = false;
    e.session.application.retry();
    await e.kind('sharing', 90_000);
  });

  it('waits for a site that cannot be reached, and goes on by itself', async () => {
    evening = await Evening.begin(bare);
    evening.demo.releases.isUp = false;
    await evening.join();
    await evening.until((s) => problemOf(s) === 'releases-unreachable', 60_000);
    evening.demo.releases.isUp = true;
    await evening.kind('sharing', 400_000);
  });

  it('may be paused in the middle of the download, which then stops at once', async () => {
    const e = await begin(bare);
    await e.until((s) => s.node.kind === 'joining' && (s.node.progress?.done ?? 0) > 0, 60_000);
    await e.session.application.pause('now', null);
    await e.until(
      ({ node, notes }) =>
        notes.some((n) => n.kind === 'paused') && node.kind === 'joining' && node.progress === null,
      5_000,
    );
    await e.session.application.resume(false);
    await e.kind('sharing', 90_000);
  });
});

describe('another version of the pool’s program', { timeout: 60_000 }, () => {
  /** Shares with 2.0.5 of ours; the pool and the publisher have gone on to 2.0.6, and a new host gets to know of it. */
  async function sharingWithNews(works: boolean, scenario: Scenario = bare): Promise<Evening> {
    const e = await begin(scenario);
    await e.kind('sharing', 90_000);
    e.demo.releases.publish('nomad', '2.0.6', works);
    e.demo.releases.publish('nomad', '2.0.7');
    e.demo.pool.servers.version = '2.0.6';
    await e.end();
    await e.start();
    await e.until((s) => s.update !== null, 120_000);
    return e;
  }
  const idle: Scenario = { ...bare, jobs: { ...bare.jobs, firstAfterSeconds: 36_000 } };

  it('is offered when the servers have it, and never one that is newer than they are', async () => {
    const e = await sharingWithNews(true, idle);
    expect(e.state.update).toEqual({ from: '2.0.5', to: '2.0.6', underWay: false, progress: null });
    expect(e.state.node.kind).toBe('sharing');
    expect(await running(e)).toBe('2.0.5');
  });

  it('is fetched, waits for the jobs, takes the place of the old one, and stays', async () => {
    const [kind] = bare.jobs.kinds;
    const short: Scenario = { ...bare, jobs: { ...bare.jobs, kinds: [{ ...kind!, seconds: [60, 70] }] } };
    const e = await sharingWithNews(true, short);
    await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
    const [job] = e.state.work;
    await e.session.application.update();
    await e.until((s) => s.node.kind === 'pausing', 60_000);
    expect(e.state.node).toMatchObject({ reasons: [{ reason: 'update', how: 'finish', name: '2.0.6' }] });
    expect(await running(e)).toBe('2.0.5');
    await e.until((s) => s.node.kind === 'sharing', 3_600_000);
    expect(await running(e)).toBe('2.0.6');
    await e.until((s) => s.update === null, 120_000);
    expect(await readdir(join(e.folder, 'programs', 'nomad'))).toEqual(['2.0.6']);
    expect(await readdir(join(e.folder, 'agent'))).not.toContain('before-update');
    const done = (await e.session.application.history({ limit: 50, before: null })).find(
      (one) => one.id === job?.id,
    );
    expect(done?.ended).toBe('finished');
  });

  it('is taken back when it is not ready in two minutes, with the state of before, and not offered again', async () => {
    const e = await sharingWithNews(false, idle);
    const id = await idOf(e);
    await e.session.application.update();
    await e.until((s) => s.notices.some((n) => n.code === 'nomad-update-failed'), 600_000);
    await e.kind('sharing', 120_000);
    expect(await running(e)).toBe('2.0.5');
    expect(await idOf(e)).toBe(id);
    expect(await readdir(join(e.folder, 'agent'))).not.toContain('before-update');
    await e.clock.advance(60_000);
    expect(e.state.update).toBeNull();
    expect(e.state.node.kind).toBe('sharing');
  });

  it('is taken back by the next host too, when the host died in the middle of it', async () => {
    const e = await sharingWithNews(false, idle);
    await e.session.application.update();
    await e.until((s) => s.update?.underWay === true && s.node.kind !== 'sharing', 120_000);
    await e.end();
    await e.start();
    await e.until((s) => s.node.kind === 'sharing' && s.update === null, 600_000);
    expect(await running(e)).toBe('2.0.5');
  });

  it('takes the place of one that is newer than the pool’s servers, before anything is opened', async () => {
    evening = await Evening.begin(bare);
    evening.demo.pool.servers.version = '2.0.4';
    await evening.join();
    await evening.kind('sharing', 600_000);
    expect(await running(evening)).toBe('2.0.4');
  });
});

async function idOf({ folder }: Evening): Promise<string> {
  return readFile(join(folder, 'agent', 'state', 'client-id'), 'utf8');
}
