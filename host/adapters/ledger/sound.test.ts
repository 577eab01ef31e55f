import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { rolldown } from 'rolldown';
import { describe, expect, it, vi } from 'vitest';
import type { Observation } from '../../core/earnings/observation.ts';
import { noon, observation } from '../../core/earnings/testing/samples.ts';
import { openSqlite } from './sqlite.ts';
import { derivedTables } from './testing/anew.ts';
import { useFolder } from './testing/folder.ts';

// Thousands of rows and processes of their own: seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const hour = 3_600_000;
const folder = useFolder();
const all = { limit: 500, before: null };
const ended = (allocation: string): readonly Observation[] => [
  observation({ allocation }),
  observation({ allocation, what: 'end', at: noon + hour, ended: 'finished' }),
];
const filled = async (jobs: number) => {
  const ledger = await folder.open();
  await ledger.append(Array.from({ length: jobs }, (_, i) => ended(`job-${i}`)).flat());
  await ledger.close();
};

describe('what is derived', () => {
  const any = fc.record({
    allocation: fc.constantFrom('a', 'b', 'c'),
    gpu: fc.constantFrom('GPU-1', 'GPU-2', ''),
    what: fc.constantFrom<Observation['what'][]>('start', 'alive', 'end'),
    at: fc.integer({ min: noon - 50 * hour, max: noon + 50 * hour }),
    clock: fc.constantFrom<Observation['clock'][]>('agent', 'host'),
    ended: fc.constantFrom<Observation['ended'][]>(null, 'finished', 'lost'),
    currency: fc.constantFrom('EUR', 'USD'),
  });
  it('equals what all observations give anew, however they were grouped and in whatever time zone', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(any, { maxLength: 6 }), { maxLength: 6 }),
        fc.constantFrom('UTC', 'America/New_York', 'Asia/Kathmandu'),
        async (groups, timeZone) => {
          const file = folder.path(`run-${run++}.db`);
          for (const group of groups) {
            // Each job's price is one and the same, as in life; opened anew each time, as after a crash.
            const ledger = await folder.open({ file, timeZone });
            await ledger.append(
              group.map((o) => observation({ ...o, currency: o.allocation === 'a' ? 'USD' : 'EUR' })),
            );
            await ledger.close();
          }
          if (groups.length === 0) return;
          const { stored, anew, observations } = derivedTables(file);
          expect(observations).toBe(groups.flat().length);
          expect(stored.stretches).toEqual(anew.stretches);
          expect(stored.open).toEqual(anew.open);
          expect(stored.days.map(({ jobs: _, ...d }) => d)).toEqual(anew.days.map(({ jobs: _, ...d }) => d));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a ledger whose writer is killed', () => {
  it('has all that was acknowledged, and sums that agree with it', async () => {
    const writer = await bundledWriter();
    const acknowledged: string[] = [];
    for (const round of [0, 1, 2, 3]) {
      const child = spawn(process.execPath, [writer, folder.file(), String(round)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.length > 200 + round * 150) child.kill('SIGKILL');
      });
      await once(child, 'close');
      acknowledged.push(...said.slice(0, said.lastIndexOf('\n')).split('\n'));
    }
    expect(acknowledged.length).toBeGreaterThan(40);
    const ledger = await folder.open();
    expect(ledger.problem).toBeNull();
    await ledger.close();
    const { stored, anew } = derivedTables(folder.file());
    expect(stored).toEqual(anew);
    const known = new Set(stored.open.map((j) => j['allocation']));
    expect(acknowledged.filter((a) => !known.has(a))).toEqual([]);
  });
});

describe('a damaged ledger', () => {
  const openedAnew = async () => {
    const ledger = await folder.open();
    const { problem } = ledger;
    await ledger.append(ended('later'));
    expect(await ledger.history(all)).toMatchObject([{ id: 'later' }]);
    await ledger.close();
    expect((await folder.open().then(async (l) => (await l.close(), l))).problem).toBeNull();
    return problem;
  };
  const overwrite = async (at: number, bytes: Buffer) => {
    const file = await open(folder.file(), 'r+');
    await file.write(bytes, 0, bytes.length, at);
    await file.close();
  };
  it('that is something else is moved aside, said, and followed by a new one', async () => {
    const text = 'this was never a ledger\n'.repeat(500);
    await writeFile(folder.file(), text);
    expect(await openedAnew()).toMatchObject({ code: 'ledger-damaged', remedy: 'see-moved-file' });
    expect(await readFile(`${folder.file()}.damaged-20250601T120000Z`, 'utf8')).toBe(text);
  });
  it('that was cut off is noticed at once', async () => {
    await filled(200);
    const whole = await readFile(folder.file());
    await writeFile(folder.file(), whole.subarray(0, whole.length - 5000));
    expect((await openedAnew())?.detail).toContain(`${folder.file()}.damaged-20250601T120000Z`);
    expect((await stat(`${folder.file()}.damaged-20250601T120000Z`)).size).toBe(whole.length - 5000);
  });
  it('with garbage for a head, or for all the rest, is noticed at once', async () => {
    for (const [at, length] of [
      [0, 100],
      [100, 4000],
      [4096, 100_000],
    ] as const) {
      await filled(200);
      await overwrite(at, randomBytes(length));
      expect(await openedAnew(), `garbage at ${at}`).toMatchObject({ code: 'ledger-damaged' });
    }
  });
  it('of which damage is found later only is moved aside then, and nothing new is lost', async () => {
    await filled(3000);
    const ledger = await folder.open();
    // Deep inside, where the opening does not look.
    await overwrite(4096 * 120, randomBytes(4096 * 60));
    const pages = async () => {
      let before: number | null = null;
      for (let i = 0; i < 20; i++)
        before = (await ledger.rows({ limit: 500, before }, noon)).at(-1)?.startedAt ?? null;
    };
    await expect(pages()).rejects.toMatchObject({ problem: { code: 'ledger-damaged' } });
    expect(ledger.problem).toMatchObject({ code: 'ledger-damaged' });
    await ledger.append(ended('new'));
    expect((await ledger.history(all)).map((w) => w.id)).toEqual(['new']);
    await ledger.close();
    expect((await readdir(folder.path('.'))).filter((f) => f.includes('.damaged-'))).not.toEqual([]);
  });
  it('of a later version is not touched but kept aside', async () => {
    await filled(1);
    const db = openSqlite(folder.file());
    db.exec(`INSERT INTO kysely_migration VALUES ('999-later', '2030-01-01')`);
    db.close();
    expect((await openedAnew())?.detail).toContain('later version');
  });
});

describe('a ledger on a full disk', () => {
  it('says so, keeps what it has, and goes on when there is room', async () => {
    const opened: ReturnType<typeof openSqlite>[] = [];
    const ledger = await folder.open({
      open: (file) => {
        const db = openSqlite(file);
        opened.push(db);
        return db;
      },
    });
    await ledger.append(ended('before'));
    opened[0]?.exec('PRAGMA max_page_count = 40');
    const many = Array.from({ length: 3000 }, (_, i) => ended(`job-${i}`)).flat();
    await expect(ledger.append(many)).rejects.toMatchObject({
      problem: { code: 'disk-full', detail: folder.file() },
    });
    expect((await ledger.history(all)).map((w) => w.id)).toEqual(['before']);
    opened[0]?.exec('PRAGMA max_page_count = 1000000');
    await ledger.append(many);
    expect(await ledger.summary(1, noon + hour)).toMatchObject({ jobs: 3001 });
    await ledger.close();
    const { stored, anew } = derivedTables(folder.file());
    expect(stored).toEqual(anew);
  });
  it('opens with the first use that finds room, and the host starts without it', async () => {
    const kept = await folder.open();
    await kept.append(ended('before'));
    await kept.close();
    let isFull = true;
    const ledger = await folder.open({
      open: (file) => {
        if (isFull) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
        return openSqlite(file);
      },
    });
    expect(ledger.problem).toMatchObject({ code: 'disk-full' });
    await expect(ledger.append(ended('lost'))).rejects.toMatchObject({ problem: { code: 'disk-full' } });
    isFull = false;
    expect((await ledger.history(all)).map((w) => w.id)).toEqual(['before']);
    expect(ledger.problem).toBeNull();
    await ledger.append(ended('after'));
    expect(await ledger.summary(1, noon + hour)).toMatchObject({ jobs: 2 });
    await ledger.close();
  });
  it('really full does so too', async (context) => {
    const small = folder.path('small');
    await mkdir(small);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]).status !== 0)
      return context.skip('a small disk of our own cannot be mounted here');
    try {
      const ledger = await folder.open({ file: join(small, 'ledger.db') });
      await ledger.append(ended('before'));
      let kept = 0;
      const fill = async () => {
        for (; kept < 5000; kept++) await ledger.append(ended(`job-${kept}`));
      };
      await expect(fill()).rejects.toMatchObject({ problem: { code: 'disk-full' } });
      expect(await ledger.summary(1, noon + hour)).toMatchObject({ jobs: kept + 1 });
      await ledger.close();
      const again = await folder.open({ file: join(small, 'ledger.db') });
      expect(again.problem).toBeNull();
      expect(await again.summary(1, noon + hour)).toMatchObject({ jobs: kept + 1 });
      await again.close();
    } finally {
      spawnSync('umount', ['-l', small]);
    }
  });
});

/** The writer as one file that Node runs; libsql loads its native part itself, from where it is. */
async function bundledWriter(): Promise<string> {
  const bundle = await rolldown({
    input: join(import.meta.dirname, 'testing/writer.ts'),
    platform: 'node',
    external: ['libsql'],
  });
  const file = folder.path('code/writer.mjs');
  const libsql = pathToFileURL(createRequire(import.meta.url).resolve('libsql')).href;
  await bundle.write({ file, codeSplitting: false, paths: { libsql } });
  await bundle.close();
  return file;
}
