import { readdir, stat } from 'node:fs/promises';
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

describe('a computer without the pool’s program', () => {
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
    const paused = await e.until((s) => s.notes.some((n) => n.kind === 'paused'), 5_000);
    expect(paused.node).toMatchObject({ kind: 'joining', progress: null });
    await e.session.application.resume(false);
    await e.kind('sharing', 90_000);
  });
});
