import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { usualLeave } from '../../contract/usual.ts';
import type { Scenario } from '../demo/scenario.ts';
import { bare } from '../demo/scenarios/bare.ts';
import { firstEvening } from '../demo/scenarios/first-evening.ts';
import { Evening } from './testing/evening.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Its jobs make a volume each. */
const scenario: Scenario = {
  ...firstEvening,
  jobs: {
    ...firstEvening.jobs,
    kinds: firstEvening.jobs.kinds.map((kind) => ({ ...kind, asks: { volumes: ['scratch'] } })),
  },
};

let e: Evening;
afterEach(() => e.close());

/** Everything of the machine that joining could have changed; the ledger is the owner's. */
async function machine(): Promise<object> {
  const { stock } = e.demo.desk.containers;
  const files = (await readdir(e.folder, { recursive: true })).filter(
    (name) => !/^(ledger\.db|demo($|\/))/.test(name),
  );
  return {
    files: files.toSorted(),
    processes: (await e.demo.world.programs.processes()).map((p) => p.command.join(' ')).toSorted(),
    containers: e.demo.desk.containers.list().map((c) => c.wanted.name),
    images: stock.images.map(({ id, names }) => ({ id, names })),
    volumes: [...stock.volumes].toSorted(),
    networks: stock.networks,
    profile: e.demo.network.daemon.profile?.user,
    system: systemNow(),
  };
}

/** Packages, services, files and groups of the simulated machine. */
function systemNow(): object {
  const { installed, units, files, groups } = e.demo.system;
  return {
    packages: [...installed].toSorted(),
    units: [...units].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    files: [...files].toSorted(([a], [b]) => (a < b ? -1 : 1)),
    groups: [...groups].toSorted(),
  };
}

const working = async (day = scenario): Promise<object> => {
  e = await Evening.begin(day);
  await e.clock.advance(1_000);
  const before = await machine();
  await e.join();
  await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
  await e.clock.advance(2_000);
  return before;
};

describe('after leaving', () => {
  it('the machine is as it was before joining, but for the ledger', async () => {
    const before = await working();
    const during = await e.session.leaving();
    expect(during).toMatchObject({
      jobs: 1,
      images: [{ name: e.state.work[0]!.image, bytes: expect.any(Number) as number }],
      volumes: [{ name: 'scratch', bytes: 120_000_000 }],
      networks: [],
      engineProblem: null,
      network: true,
      prompts: 0,
    });
    expect(during.folderBytes).toBeGreaterThan(0);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    await e.clock.advance(1_000);
    expect(await machine()).toEqual(before);
    expect(await e.session.application.ledger({ limit: 10, before: null })).toHaveLength(1);
  });
  it('a machine that had nothing before has nothing again, asked for once on the way in and once on the way out', async () => {
    e = await Evening.begin(bare);
    await e.clock.advance(1_000);
    const before = await machine();
    await e.join();
    await e.until((s) => s.work.some((w) => w.state === 'running'), 400_000);
    expect(systemNow()).not.toEqual((before as { system: object }).system);
    const { prompts } = await e.session.leaving();
    expect(prompts).toBe(1);
    expect(e.demo.prompts.count).toBe(1);
    await e.session.application.leave();
    await e.kind('new', 120_000);
    await e.clock.advance(1_000);
    expect(await machine()).toEqual(before);
    expect(e.demo.prompts.count).toBe(2);
  });
  it('a name that a job took from an image of the owner goes back to it', async () => {
    e = await Evening.begin(scenario);
    const { stock } = e.demo.desk.containers;
    const taken = scenario.jobs.kinds.map(({ image }) => image.replace(/^docker\.io\//, ''));
    for (const name of taken) stock.add(name);
    const old = new Map(taken.map((name) => [name, stock.named(name)!]));
    await e.join();
    await e.kind('sharing', 60_000);
    // The pool's job brings a newer one under the same name, while the old one stays without.
    for (const name of taken) stock.add(name);
    await e.until((s) => s.work.some((w) => w.state === 'running'), 120_000);
    await e.clock.advance(2_000);
    await e.session.application.leave();
    await e.kind('new', 60_000);
    const job = (await e.session.application.history({ limit: 1, before: null }))[0]!;
    const name = job.image!.replace(/^docker\.io\//, '');
    expect(stock.named(name)?.id).toBe(old.get(name)!.id);
  });
  it('what the owner wants to keep stays', async () => {
    await working();
    const image = e.state.work[0]!.image!;
    await e.session.application.leave({ ...usualLeave, images: 'keep' });
    await e.kind('new', 60_000);
    expect(e.demo.desk.containers.stock.has(image)).toBe(true);
    expect(e.demo.desk.containers.stock.volumes.has('scratch')).toBe(true);
  });
  it.each(['earned.csv', 'earned.json'])('the record of what was earned is in %s alone', async (name) => {
    await working();
    await e.clock.advance(20_000);
    const file = join(e.folder, name);
    const job = e.state.work[0]!;
    await e.session.application.leave({ ...usualLeave, ledger: 'export', exportTo: file });
    await e.kind('new', 60_000);
    const text = await readFile(file, 'utf8');
    if (name.endsWith('.json')) {
      const { stretches } = JSON.parse(text) as { stretches: { workId: string; endedAt: number }[] };
      expect(stretches).toMatchObject([{ workId: job.id, endedAt: expect.any(Number) as number }]);
    } else
      expect(text.trim().split('\n')).toEqual([
        expect.stringContaining('job,'),
        expect.stringContaining(job.id),
      ]);
    expect(await e.session.application.ledger({ limit: 10, before: null })).toEqual([]);
  });
  it('nothing is begun where the file cannot be made or would write over another', async () => {
    await working();
    const there = join(e.folder, 'mine.csv');
    await writeFile(there, 'mine');
    for (const exportTo of [there, join(e.folder, 'no', 'such.csv'), 'relative.csv', null])
      await expect(
        e.session.application.leave({ ...usualLeave, ledger: 'export', exportTo }),
      ).rejects.toMatchObject({ problem: { code: 'export-failed' } });
    expect(e.state.node.kind).toBe('sharing');
    expect(await readFile(there, 'utf8')).toBe('mine');
  });
  it('jobs were let end first where the owner asked for that', async () => {
    await working();
    const { id } = e.state.work[0]!;
    await e.session.application.leave({ ...usualLeave, how: 'finish' });
    const leaving = await e.kind('leaving', 10_000);
    expect(leaving.node).toMatchObject({ how: 'finish', left: 1 });
    await e.kind('new', 1_200_000);
    const [job] = await e.session.application.history({ limit: 1, before: null });
    expect(job).toMatchObject({ id, ended: 'finished' });
  });
  it('all is undone by the next host where one was killed at any moment of it', async () => {
    for (const ms of [0, 100, 300, 1_000, 2_500]) {
      const before = await working();
      await e.session.application.leave();
      await e.clock.advance(ms);
      await e.end();
      await e.start();
      await e.kind('new', 60_000);
      await e.clock.advance(1_000);
      expect(await machine(), `killed after ${ms} ms`).toEqual(before);
      if (ms !== 2_500) await e.close();
    }
  });
});

describe('leaving without the container engine', () => {
  it('comes to its end once no process runs in a container of ours, and says what stays', async () => {
    await working();
    const image = e.state.work[0]!.image!;
    for (const { id } of e.demo.desk.containers.list()) e.demo.desk.containers.signal(id, 'SIGKILL');
    await e.clock.advance(1_000);
    e.broken.engine = 'absent';
    await e.session.application.leave();
    await e.kind('new', 120_000);
    expect(e.state.notices).toMatchObject([
      { code: 'left-behind', detail: expect.stringContaining(image) as string },
    ]);
    expect(await readdir(e.folder)).not.toContain('agent');
  });
  it('waits while something runs in a container that nobody can ask about', async () => {
    await working({ ...scenario, broker: false });
    e.broken.engine = 'absent';
    await e.session.application.leave();
    await e.clock.advance(60_000);
    expect(e.state.node.kind).toBe('leaving');
    e.broken.engine = null;
    await e.kind('new', 120_000);
    expect(e.demo.desk.containers.list()).toEqual([]);
  });
  it('says that it cannot tell of containers that it does not know, and ends once it is asked for again', async () => {
    await working({ ...scenario, broker: false });
    e.broken.engine = 'absent';
    await e.end();
    await e.start();
    await e.session.application.leave();
    await e.clock.advance(60_000);
    const { node, notes } = e.state;
    expect([node, ...notes]).toContainEqual(
      expect.objectContaining({ problem: expect.objectContaining({ code: 'containers-unseen' }) as unknown }),
    );
    await e.session.application.leave();
    await e.kind('new', 120_000);
  });
});
