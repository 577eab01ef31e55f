import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../core/earnings/observation.ts';
import { noon, observation } from '../../core/earnings/testing/samples.ts';
import { openSqlite } from './sqlite.ts';
import { useFolder } from './testing/folder.ts';

const minute = 60_000;
const hour = 60 * minute;
const card = 'GPU-1';
const folder = useFolder();
const all = { limit: 500, before: null };

const seen = (change: Partial<Observation>) => observation({ gpu: card, ...change });
const end = (change: Partial<Observation>) =>
  seen({ what: 'end', at: noon + hour, ended: 'finished', ...change });

describe('a ledger', () => {
  it('is empty at first: days with zeros and no amounts', async () => {
    const ledger = await folder.open();
    expect(ledger.problem).toBeNull();
    expect(await ledger.summary(2, noon)).toEqual({
      currency: null,
      days: [
        { day: '2025-05-31', gpuMs: 0, micros: null, jobs: 0 },
        { day: '2025-06-01', gpuMs: 0, micros: null, jobs: 0 },
      ],
      gpuMs: 0,
      micros: null,
      jobs: 0,
    });
    expect([await ledger.rows(all, noon), await ledger.history(all), await ledger.open()]).toEqual([
      [],
      [],
      [],
    ]);
    await ledger.close();
  });
  it('is empty again once it was cleared, on the disk too, and goes on', async () => {
    const ledger = await folder.open();
    await ledger.append([seen({ job: 'told-nobody' }), end({ job: 'told-nobody' })]);
    await ledger.clear();
    await ledger.clear();
    for (const part of ['', '-wal', '-shm'])
      expect(await readFile(folder.file() + part, 'latin1').catch(() => '')).not.toContain('told-nobody');
    expect(await ledger.rows(all, noon)).toEqual([]);
    await ledger.append([seen({}), end({})]);
    expect(await ledger.rows(all, noon + 5 * hour)).toHaveLength(1);
    await ledger.close();
  });
  it('counts a stretch that ended, over a restart', async () => {
    const before = await folder.open();
    await before.append([seen({}), end({})]);
    await before.close();
    const ledger = await folder.open();
    expect(await ledger.summary(1, noon + 5 * hour)).toEqual({
      currency: 'EUR',
      days: [{ day: '2025-06-01', gpuMs: hour, micros: 300_000, jobs: 1 }],
      gpuMs: hour,
      micros: 300_000,
      jobs: 1,
    });
    expect(await ledger.rows(all, noon + 5 * hour)).toEqual([
      {
        id: '1',
        workId: 'a1',
        job: 'train',
        gpu: card,
        gpuName: 'NVIDIA GeForce RTX 4090',
        startedAt: noon,
        endedAt: noon + hour,
        gpuMs: hour,
        microsPerHour: 300_000,
        micros: 300_000,
      },
    ]);
    await ledger.close();
  });
  it('lets an amount grow while work goes on, but not beyond what was seen', async () => {
    const ledger = await folder.open();
    await ledger.append([seen({})]);
    const micros = async (now: number) => (await ledger.summary(1, now)).micros;
    expect(await micros(noon + minute)).toBe(5_000);
    expect(await micros(noon + 2 * minute)).toBe(10_000);
    expect(await micros(noon + 5 * hour)).toBe(15_000);
    await ledger.append([seen({ what: 'alive', at: noon + 4 * hour, seenAt: noon + 4 * hour })]);
    expect(await micros(noon + 4 * hour)).toBe(1_200_000);
    expect(await ledger.rows(all, noon + 4 * hour)).toMatchObject([
      { endedAt: null, gpuMs: 4 * hour, micros: 1_200_000 },
    ]);
    await ledger.close();
  });
  it('cuts a stretch at the owner’s midnight, and counts its job on both days but once in all', async () => {
    const ledger = await folder.open({ timeZone: 'Europe/Berlin' });
    const evening = Date.UTC(2025, 5, 1, 21);
    await ledger.append([seen({ at: evening }), end({ at: evening + 3 * hour })]);
    const sums = await ledger.summary(2, evening + 4 * hour);
    expect(sums.days).toEqual([
      { day: '2025-06-01', gpuMs: hour, micros: 300_000, jobs: 1 },
      { day: '2025-06-02', gpuMs: 2 * hour, micros: 600_000, jobs: 1 },
    ]);
    expect([sums.jobs, sums.micros]).toEqual([1, 900_000]);
    await ledger.close();
  });
  it('says the same whether a stretch goes on or has ended', async () => {
    const ledger = await folder.open({ timeZone: 'America/New_York' });
    const sums = () => ledger.summary(4, noon + 60 * hour);
    await ledger.append([
      seen({}),
      seen({ gpu: 'GPU-2' }),
      seen({ what: 'alive', at: noon + 60 * hour }),
      seen({ gpu: 'GPU-2', what: 'alive', at: noon + 60 * hour }),
    ]);
    const before = await sums();
    await ledger.append([end({ at: noon + 60 * hour }), end({ gpu: 'GPU-2', at: noon + 60 * hour })]);
    expect(before.gpuMs).toBe(120 * hour);
    expect(before.days.map((d) => d.jobs)).toEqual([0, 1, 1, 1]);
    expect(await sums()).toEqual(before);
    await ledger.close();
  });
  it('tells the newest currency’s amounts where the pool changed, and all of the use', async () => {
    const ledger = await folder.open();
    const day = 24 * hour;
    await ledger.append([
      seen({ at: noon - day, currency: 'USD' }),
      end({ at: noon - day + hour, currency: 'USD' }),
      seen({ allocation: 'b', at: noon }),
      end({ allocation: 'b' }),
      seen({ allocation: 'c', microsPerHour: null, currency: null, priceVersion: null }),
      end({ allocation: 'c', microsPerHour: null, currency: null, priceVersion: null }),
    ]);
    expect(await ledger.summary(2, noon + 2 * hour)).toMatchObject({
      currency: 'EUR',
      micros: 300_000,
      gpuMs: 3 * hour,
      jobs: 3,
    });
    await ledger.close();
  });
  it('tells no amount where sharing is unpaid', async () => {
    const ledger = await folder.open();
    const unpaid = { microsPerHour: null, currency: null, priceVersion: null };
    await ledger.append([seen(unpaid), end(unpaid)]);
    expect(await ledger.summary(1, noon + 2 * hour)).toMatchObject({
      currency: null,
      micros: null,
      gpuMs: hour,
      days: [{ micros: null }],
    });
    expect(await ledger.rows(all, noon)).toMatchObject([{ microsPerHour: null, micros: null }]);
    await ledger.close();
  });
  it('keeps work without a GPU in the history and out of the sums', async () => {
    const ledger = await folder.open();
    const none = { gpu: '', microsPerHour: null, currency: null };
    await ledger.append([seen(none), end(none)]);
    expect(await ledger.rows(all, noon)).toEqual([]);
    expect(await ledger.summary(1, noon)).toMatchObject({ gpuMs: 0, jobs: 1 });
    expect(await ledger.history(all)).toMatchObject([{ id: 'a1', gpus: [] }]);
    await ledger.close();
  });
});

describe('the history', () => {
  it('tells of ended jobs alone, newest first, with their cards and why they ended', async () => {
    const ledger = await folder.open();
    await ledger.append([
      seen({}),
      seen({ gpu: 'GPU-2' }),
      seen({ allocation: 'b', at: noon + minute, seenAt: noon }),
      seen({ allocation: 'c', at: noon + 2 * minute, job: 'serve', jobType: 'service' }),
      end({ restarts: 2 }),
      end({ gpu: 'GPU-2', restarts: 2 }),
      end({ allocation: 'c', ended: 'moved', job: 'serve', jobType: 'service' }),
    ]);
    expect(await ledger.history(all)).toEqual([
      {
        id: 'c',
        job: 'serve',
        type: 'service',
        state: 'ended',
        gpus: [card],
        since: noon + 2 * minute,
        endedAt: noon + hour,
        restarts: 0,
        ended: 'moved',
        image: 'pytorch:2',
        progress: null,
      },
      {
        id: 'a1',
        job: 'train',
        type: 'batch',
        state: 'ended',
        gpus: [card, 'GPU-2'],
        since: noon,
        endedAt: noon + hour,
        restarts: 2,
        ended: 'finished',
        image: 'pytorch:2',
        progress: null,
      },
    ]);
    await ledger.close();
  });
  it('does not tell of a job whose task restarts until the job ended', async () => {
    const ledger = await folder.open();
    await ledger.append([seen({}), end({ ended: null })]);
    expect(await ledger.history(all)).toEqual([]);
    await ledger.append([end({ at: noon + 2 * hour, ended: 'failed' })]);
    expect(await ledger.history(all)).toMatchObject([{ endedAt: noon + hour, ended: 'failed' }]);
    await ledger.close();
  });
  it('comes in pages that leave nothing out, also where several began at once', async () => {
    const ledger = await folder.open();
    const starts = [0, 1, 2, 2, 2, 3, 4];
    for (const [i, s] of starts.entries())
      await ledger.append([seen({ allocation: `j${i}`, at: noon + s }), end({ allocation: `j${i}` })]);
    for (const list of [
      async (before: number | null) =>
        (await ledger.history({ limit: 2, before })).map((w) => [w.id, w.since] as const),
      async (before: number | null) =>
        (await ledger.rows({ limit: 2, before }, noon)).map((r) => [r.workId, r.startedAt] as const),
    ]) {
      const found: string[] = [];
      let before: number | null = null;
      for (let page = await list(before); page.length > 0; page = await list(before)) {
        found.push(...page.map(([id]) => id));
        before = page.at(-1)?.[1] ?? null;
      }
      expect(found.sort()).toEqual(starts.map((_, i) => `j${i}`));
    }
    await ledger.close();
  });
});

describe('after a restart', () => {
  it('what may go on is known by its newest observation, exactly as it was written', async () => {
    const before = await folder.open();
    const alive = seen({
      allocation: 'b',
      what: 'alive',
      at: noon + minute,
      clock: 'host',
      source: 'engine',
      image: null,
      priceVersion: null,
    });
    const paused = end({ allocation: 'd', ended: null, restarts: 3 });
    await before.append([
      seen({}),
      seen({ allocation: 'b' }),
      seen({ allocation: 'c' }),
      seen({ allocation: 'd' }),
    ]);
    await before.append([alive, end({ allocation: 'c' }), paused]);
    await before.close();
    const ledger = await folder.open();
    expect(await ledger.open()).toEqual([seen({}), alive, paused]);
    await ledger.append([
      seen({ allocation: 'd', at: noon + 2 * hour }),
      end({ allocation: 'd', at: noon + 3 * hour }),
    ]);
    expect((await ledger.open()).map((o) => o.allocation)).toEqual(['a1', 'b']);
    await ledger.close();
  });
  it('what ended lately is known, so that it is not recorded twice', async () => {
    const ledger = await folder.open();
    await ledger.append([
      seen({}),
      end({}),
      seen({ allocation: 'b' }),
      end({ allocation: 'b', ended: null }),
      seen({ allocation: 'c' }),
    ]);
    expect(await ledger.endedSince(noon)).toEqual(['a1']);
    expect(await ledger.endedSince(noon + hour + 1)).toEqual([]);
    await ledger.close();
  });
});

describe('what was observed', () => {
  it('is never changed, removed or replaced, by anybody', async () => {
    const ledger = await folder.open();
    await ledger.append([seen({})]);
    await ledger.close();
    const db = openSqlite(folder.file());
    const row = db.all('SELECT * FROM observations');
    for (const change of [
      'UPDATE observations SET micros_per_hour = 9',
      'DELETE FROM observations',
      `INSERT OR REPLACE INTO observations SELECT id, allocation, gpu, what, at, clock, seen_at, source, price_version, 9, currency, job, job_type, gpu_name, image, restarts, ended, time_zone FROM observations`,
      `REPLACE INTO observations SELECT * FROM observations`,
    ])
      expect(() => db.exec(change), change).toThrow('observations are never changed');
    expect(db.all('SELECT * FROM observations')).toEqual(row);
    db.close();
  });
  it('is written whole or not at all', async () => {
    const ledger = await folder.open();
    await expect(ledger.append([seen({}), seen({ allocation: 'b', at: Number.NaN })])).rejects.toThrow(
      'not a value',
    );
    await expect(ledger.append([seen({}), seen({ what: 'nonsense' as 'start' })])).rejects.toThrow();
    expect(await ledger.rows(all, noon)).toEqual([]);
    await ledger.append([seen({})]);
    expect(await ledger.rows(all, noon)).toHaveLength(1);
    await ledger.close();
  });
});
