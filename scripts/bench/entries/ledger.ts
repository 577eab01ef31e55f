import { join } from 'node:path';
import Database from 'libsql';
import { createFiles } from '../../../host/adapters/files/files.ts';
import { openLedger } from '../../../host/adapters/ledger/index.ts';
import type { Observation } from '../../../host/core/earnings/observation.ts';
import type { Ledger } from '../../../host/core/ports/stores.ts';
import { FakeClock } from '../../../host/core/testing/fake-clock.ts';

const days = 365;
const jobsPerDay = 12;
const rows = 1_000_000;
const hourMs = 3_600_000;
const startMs = Date.UTC(2026, 0, 1);
/** The end of the year in the ledger. */
export const nowMs = startMs + days * 24 * hourMs;

function observed(job: number, what: 'start' | 'end', at: number): Observation {
  return {
    allocation: `allocation-${job}`,
    gpu: 'GPU-11111111-2222-3333-4444-555555555555',
    what,
    at,
    clock: 'agent',
    seenAt: at,
    source: 'allocation',
    priceVersion: '1',
    microsPerHour: 250_000,
    currency: 'EUR',
    job: `render-${job % 40}`,
    jobType: 'batch',
    gpuName: 'NVIDIA GeForce RTX 4090',
    image: 'blender:4',
    restarts: 0,
    ended: what === 'end' ? 'finished' : null,
  };
}

/** Each row again as it was, as one that says the job still ran: what most rows of a year are. */
const stillRunning = `
  WITH RECURSIVE copies(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < ?)
  INSERT INTO observations (allocation, gpu, what, at, clock, seen_at, source, price_version, micros_per_hour, currency,
    job, job_type, gpu_name, image, restarts, ended, time_zone)
  SELECT allocation, gpu, 'alive', at + n * 30000, clock, seen_at + n * 30000, source, price_version, micros_per_hour,
    currency, job, job_type, gpu_name, image, restarts, NULL, time_zone
  FROM observations, copies WHERE what = 'start'`;

const open = (folder: string): Promise<Ledger> =>
  openLedger({
    file: join(folder, 'ledger.db'),
    files: createFiles(new FakeClock()),
    timeZone: 'Europe/Berlin',
  });

/** Fills a ledger with a year of twelve jobs a day; answers how many rows it holds. */
export async function fill(folder: string): Promise<number> {
  const ledger = await open(folder);
  for (let day = 0; day < days; day += 1) {
    const ofDay: Observation[] = [];
    for (let i = 0; i < jobsPerDay; i += 1) {
      const [job, at] = [day * jobsPerDay + i, startMs + (day * 24 + i * 2) * hourMs];
      ofDay.push(observed(job, 'start', at), observed(job, 'end', at + 1.9 * hourMs));
    }
    await ledger.append(ofDay);
  }
  await ledger.close();
  const raw = new Database(join(folder, 'ledger.db'));
  const jobs = days * jobsPerDay;
  raw.prepare(stillRunning).run(Math.ceil((rows - 2 * jobs) / jobs));
  const [{ held }] = raw.prepare('SELECT count(*) AS held FROM observations').all() as [{ held: number }];
  raw.close();
  return held;
}

/** Milliseconds from nothing to a ledger that is open and has told the sums of the last thirty days. */
export async function openMs(folder: string): Promise<number> {
  const startedAt = performance.now();
  const ledger = await open(folder);
  const { total } = await ledger.summary(30, nowMs).then((summary) => ({ total: summary.days.length }));
  const took = performance.now() - startedAt;
  if (ledger.problem !== null || total === 0) throw new Error('the ledger opened empty');
  await ledger.close();
  return took;
}
