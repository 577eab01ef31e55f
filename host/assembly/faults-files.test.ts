import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

let e: Evening;
afterEach(() => e.close());

const kinds = ({ node, notes }: AppState): readonly string[] => [node, ...notes].map((s) => s.kind);
const containers = () => e.demo.desk.containers.list().filter((c) => c.state === 'running');
const agents = async () =>
  (await e.demo.world.programs.processes()).filter((p) => p.command[1] === 'agent' && !p.zombie);

async function working(): Promise<void> {
  e = await Evening.begin(firstEvening);
  await e.join();
  await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
}

describe('a footprint that is gone', () => {
  it('never makes a pause look done while the work runs', async () => {
    await working();
    await e.end();
    for (const name of await readdir(e.folder))
      if (name.startsWith('footprint')) await rm(join(e.folder, name));
    await e.start();
    await e.session.application.pause('now', null);
    for (let ms = 0; ms < 20_000; ms += 100) {
      await e.clock.advance(100);
      if (kinds(e.state).includes('paused')) break;
    }
    expect(kinds(e.state)).toContain('paused');
    expect(containers()).toEqual([]);
  });
  it('is no reason to leave an agent behind', async () => {
    await working();
    await e.end();
    for (const name of await readdir(e.folder))
      if (name.startsWith('footprint')) await rm(join(e.folder, name));
    await e.start();
    await e.clock.advance(3_000);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    expect(containers()).toEqual([]);
    expect(await agents()).toEqual([]);
    expect(await readdir(e.folder)).not.toContain('agent');
  });
});

describe('an intent whose both files are damaged', () => {
  it('leaves nothing by itself: the work goes on until the owner says', async () => {
    await working();
    await e.end();
    for (const name of ['intent.json', 'intent.json.copy']) await writeFile(join(e.folder, name), '{"half":');
    await e.start();
    const state = await e.until((s) => s.node.kind === 'attention', 30_000);
    expect(state.node).toMatchObject({ problem: { code: 'settings-damaged' } });
    await e.clock.advance(30_000);
    expect(containers().length).toBeGreaterThan(0);
    expect(await agents()).toHaveLength(1);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    expect(containers()).toEqual([]);
  });
});

describe('a full disk', () => {
  it('does not keep the owner from having the GPU back', async () => {
    await working();
    e.broken.diskFull = true;
    await e.session.application.pause('now', null);
    await e.kind('paused', 30_000);
    expect(containers()).toEqual([]);
    expect(e.state.notices.map((n) => n.code)).toContain('disk-full');
    e.broken.diskFull = false;
    await e.until((s) => s.notices.length === 0, 30_000);
    // What counted at once is by now on the disk.
    await e.end();
    await e.start();
    await e.until((s) => s.node.kind === 'paused', 30_000);
    await e.session.application.resume(false);
    await e.kind('sharing', 60_000);
  });
  it('is said on the way in, where nothing is begun that could not be noted', async () => {
    e = await Evening.begin(firstEvening);
    e.broken.diskFull = true;
    await expect(e.join()).rejects.toMatchObject({ problem: { code: 'disk-full' } });
    expect(e.state.node.kind).toBe('new');
    e.broken.diskFull = false;
    await e.join();
    await e.until((s) => kinds(s).includes('joining'), 5_000);
    e.broken.diskFull = true;
    const said = await e.until((s) => s.notes.some((n) => n.kind === 'attention'), 60_000);
    expect(said.notes).toMatchObject([{ problem: { code: 'disk-full', remedy: 'free-disk' } }]);
    expect(e.demo.network.daemon.profile?.user).toBe('mira@example.com');
    e.broken.diskFull = false;
    await e.kind('sharing', 120_000);
  });
  it('does not keep the owner in the pool', async () => {
    await working();
    e.broken.diskFull = true;
    await e.session.application.leave();
    await e.clock.advance(30_000);
    expect(containers()).toEqual([]);
    expect(await agents()).toEqual([]);
    e.broken.diskFull = false;
    await e.kind('new', 60_000);
    expect(await readdir(e.folder)).not.toContain('agent');
  });
});
