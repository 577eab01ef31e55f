import type { Selectable } from 'kysely';
import type { Work } from '../../../contract/app-state.ts';
import type { EarningsSummary, LedgerRow } from '../../../contract/earnings.ts';
import type { Page } from '../../core/commands.ts';
import { amount } from '../../core/earnings/amount.ts';
import { lastDays } from '../../core/earnings/days.ts';
import type { Observation } from '../../core/earnings/observation.ts';
import { countsUntil, sharesOf } from '../../core/earnings/stretch.ts';
import { stretchOf } from './record.ts';
import type { LedgerDatabase, ObservationTable } from './schema.ts';

/** What one day has in one currency ('' is unpaid). */
interface DayPart {
  readonly day: string;
  readonly currency: string;
  readonly gpuMs: number;
  readonly micros: number;
  readonly jobs: number;
}

/**
 * Sums of the last local days. What is paid in several currencies cannot be added: the newest one's amounts are told, and
 * all of the use.
 */
export async function summary(
  db: LedgerDatabase,
  days: number,
  now: number,
  timeZone: string,
): Promise<Omit<EarningsSummary, 'status'>> {
  const names = lastDays(days, now, timeZone);
  const first = names[0] ?? '';
  const settled = await settledDays(db, first);
  const live = await liveDays(db, now, timeZone);
  const parts = [...settled, ...live.parts].filter((p) => names.includes(p.day));
  const currency = parts.findLast((p) => p.currency !== '')?.currency ?? null;
  const ofDay = (day: string) => {
    const mine = parts.filter((p) => p.day === day);
    const paid = mine.filter((p) => p.currency === currency);
    return {
      day,
      gpuMs: sum(mine.map((p) => p.gpuMs)),
      micros: currency === null ? null : sum(paid.map((p) => p.micros)),
      jobs: sum(mine.map((p) => p.jobs)),
    };
  };
  const list = names.map(ofDay);
  return {
    currency,
    days: list,
    gpuMs: sum(list.map((d) => d.gpuMs)),
    micros: currency === null ? null : sum(list.map((d) => d.micros ?? 0)),
    jobs: (await countedSince(db, first)) + live.jobsCountedBefore(first),
  };
}

/** The stretches behind the sums, newest first. */
export async function rows(db: LedgerDatabase, page: Page, now: number): Promise<readonly LedgerRow[]> {
  const query = db
    .selectFrom('stretches')
    .innerJoin('jobs', 'jobs.allocation', 'stretches.allocation')
    .selectAll('stretches')
    .select('jobs.job as job')
    .where('stretches.gpu', '!=', '')
    .orderBy('stretches.started_at', 'desc')
    .orderBy('stretches.id', 'desc');
  const within = page.before === null ? query : query.where('stretches.started_at', '<', page.before);
  const found = await within.limit(page.limit).execute();
  const last = found.length < page.limit ? undefined : found.at(-1);
  // The next page begins before the last row's time: rows that share it must all be here.
  const ties = last
    ? await query
        .where('stretches.started_at', '=', last.started_at)
        .where('stretches.id', '<', last.id)
        .execute()
    : [];
  return [...found, ...ties].map((row) => {
    const stretch = stretchOf(row);
    const gpuMs = countsUntil(stretch, now) - stretch.startedAt;
    return {
      id: String(row.id),
      workId: row.allocation,
      job: row.job,
      gpu: row.gpu,
      gpuName: row.gpu_name,
      startedAt: row.started_at,
      endedAt: row.ended_at,
      gpuMs,
      microsPerHour: row.micros_per_hour,
      micros: amount(gpuMs, row.micros_per_hour),
    };
  });
}

/** Ended jobs, by their beginning, newest first. */
export async function history(db: LedgerDatabase, page: Page): Promise<readonly Work[]> {
  const query = db
    .selectFrom('jobs')
    .selectAll()
    .where('open', '=', 0)
    .where('ended', 'is not', null)
    .orderBy('started_at', 'desc')
    .orderBy('allocation', 'desc');
  const within = page.before === null ? query : query.where('started_at', '<', page.before);
  const found = await within.limit(page.limit).execute();
  const last = found.length < page.limit ? undefined : found.at(-1);
  const ties = last
    ? await query
        .where('started_at', '=', last.started_at)
        .where('allocation', '<', last.allocation)
        .execute()
    : [];
  const jobs = [...found, ...ties];
  const gpus = await gpusOf(
    db,
    jobs.map((j) => j.allocation),
  );
  return jobs.map((job) => ({
    id: job.allocation,
    job: job.job,
    type: job.job_type,
    state: 'ended',
    gpus: gpus.filter((g) => g.allocation === job.allocation).map((g) => g.gpu),
    since: job.started_at,
    endedAt: job.last_ended_at,
    restarts: job.restarts,
    ended: job.ended,
    image: job.image,
    progress: null,
  }));
}

/** The newest observation of each stretch after which more may follow, oldest first. */
export async function open(db: LedgerDatabase): Promise<readonly Observation[]> {
  const found = await db
    .selectFrom('stretches')
    .innerJoin('observations', 'observations.id', 'stretches.newest')
    .selectAll('observations')
    .where('stretches.pending', '=', 1)
    .orderBy('stretches.id')
    .execute();
  return found.map(observationOf);
}

/** Allocations that ended at or after this time. */
export async function endedSince(db: LedgerDatabase, at: number): Promise<readonly string[]> {
  const found = await db
    .selectFrom('jobs')
    .select('allocation')
    .where('last_ended_at', '>=', at)
    .where('ended', 'is not', null)
    .execute();
  return found.map((j) => j.allocation);
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);

async function settledDays(db: LedgerDatabase, first: string): Promise<readonly DayPart[]> {
  const found = await db.selectFrom('days').selectAll().where('day', '>=', first).orderBy('day').execute();
  return found.map((d) => ({
    day: d.day,
    currency: d.currency,
    gpuMs: d.gpu_ms,
    micros: d.micros,
    jobs: d.jobs,
  }));
}

/** What the stretches that go on have earned so far: not in the sums yet. */
async function liveDays(db: LedgerDatabase, now: number, timeZone: string) {
  const found = await db
    .selectFrom('stretches')
    .innerJoin('jobs', 'jobs.allocation', 'stretches.allocation')
    .selectAll('stretches')
    .select('jobs.counted_day as countedDay')
    .where('stretches.pending', '=', 1)
    .where('stretches.ended_at', 'is', null)
    .orderBy('stretches.id')
    .execute();
  const seen = new Set<string>();
  const parts = found.flatMap((row): readonly DayPart[] => {
    const stretch = stretchOf(row);
    return sharesOf(stretch, countsUntil(stretch, now), timeZone).map(({ day, gpuMs, micros }) => {
      const key = `${day} ${row.allocation}`;
      const isNew = day > row.countedDay && !seen.has(key);
      seen.add(key);
      return { day, currency: row.currency ?? '', gpuMs, micros: micros ?? 0, jobs: isNew ? 1 : 0 };
    });
  });
  return {
    parts,
    jobsCountedBefore: (day: string) =>
      new Set(found.filter((row) => row.countedDay < day).map((row) => row.allocation)).size,
  };
}

async function countedSince(db: LedgerDatabase, day: string): Promise<number> {
  const { count } = await db
    .selectFrom('jobs')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('counted_day', '>=', day)
    .executeTakeFirstOrThrow();
  return count;
}

async function gpusOf(db: LedgerDatabase, allocations: readonly string[]) {
  if (allocations.length === 0) return [];
  return db
    .selectFrom('stretches')
    .select(['allocation', 'gpu'])
    .distinct()
    .where('allocation', 'in', allocations)
    .where('gpu', '!=', '')
    .execute();
}

const observationOf = (row: Selectable<ObservationTable>): Observation => ({
  allocation: row.allocation,
  gpu: row.gpu,
  what: row.what,
  at: row.at,
  clock: row.clock,
  seenAt: row.seen_at,
  source: row.source,
  priceVersion: row.price_version,
  microsPerHour: row.micros_per_hour,
  currency: row.currency,
  job: row.job,
  jobType: row.job_type,
  gpuName: row.gpu_name,
  image: row.image,
  restarts: row.restarts,
  ended: row.ended,
});
