import { type Transaction, sql } from 'kysely';
import type { Observation } from '../../core/earnings/observation.ts';
import { follow, type Followed, type Share, sharesOf, type Stretch } from '../../core/earnings/stretch.ts';
import type { LedgerTables, StretchRow } from './schema.ts';

type Writing = Transaction<LedgerTables>;

/** Writes observations and what follows from them; all of it or nothing, by the transaction. */
export async function record(
  db: Writing,
  observations: readonly Observation[],
  timeZone: string,
): Promise<void> {
  const newest = new Map<string, Stretch | null>();
  for (const o of observations) {
    const id = await insertObservation(db, o, timeZone);
    const key = `${o.allocation} ${o.gpu}`;
    const previous = newest.get(key) ?? (await newestStretch(db, o));
    const followed = follow(previous, o, id);
    newest.set(key, followed.changed.at(-1) ?? previous);
    if (followed.changed.length === 0) continue;
    for (const stretch of followed.changed) await putStretch(db, stretch);
    await putJob(db, o, followed);
    if (followed.closed)
      await count(db, followed.closed, sharesOf(followed.closed, followed.closed.endedAt, timeZone));
  }
}

/** A row as the stretch it is. */
export const stretchOf = (row: StretchRow): Stretch => ({
  id: row.id,
  allocation: row.allocation,
  gpu: row.gpu,
  startedAt: row.started_at,
  lastAt: row.last_at,
  endedAt: row.ended_at,
  ended: row.ended,
  microsPerHour: row.micros_per_hour,
  currency: row.currency,
  gpuName: row.gpu_name,
  newest: row.newest,
  pending: row.pending === 1,
});

async function insertObservation(db: Writing, o: Observation, timeZone: string): Promise<number> {
  const { id } = await db
    .insertInto('observations')
    .values({
      allocation: o.allocation,
      gpu: o.gpu,
      what: o.what,
      at: o.at,
      clock: o.clock,
      seen_at: o.seenAt,
      source: o.source,
      price_version: o.priceVersion,
      micros_per_hour: o.microsPerHour,
      currency: o.currency,
      job: o.job,
      job_type: o.jobType,
      gpu_name: o.gpuName,
      image: o.image,
      restarts: o.restarts,
      ended: o.ended,
      time_zone: timeZone,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function newestStretch(db: Writing, o: Observation): Promise<Stretch | null> {
  const row = await db
    .selectFrom('stretches')
    .selectAll()
    .where('allocation', '=', o.allocation)
    .where('gpu', '=', o.gpu)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? stretchOf(row) : null;
}

async function putStretch(db: Writing, s: Stretch): Promise<void> {
  const change = {
    last_at: s.lastAt,
    ended_at: s.endedAt,
    ended: s.ended,
    newest: s.newest,
    pending: s.pending ? 1 : 0,
  };
  await db
    .insertInto('stretches')
    .values({
      id: s.id,
      allocation: s.allocation,
      gpu: s.gpu,
      started_at: s.startedAt,
      micros_per_hour: s.microsPerHour,
      currency: s.currency,
      gpu_name: s.gpuName,
      ...change,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}

async function putJob(db: Writing, o: Observation, { changed, closed }: Followed): Promise<void> {
  const opened = o.what === 'start' ? 1 : 0;
  const openMore = opened - (closed ? 1 : 0);
  const endedAt = closed?.endedAt ?? null;
  const ended = o.what === 'end' ? o.ended : null;
  await db
    .insertInto('jobs')
    .values({
      allocation: o.allocation,
      job: o.job,
      job_type: o.jobType,
      image: o.image,
      restarts: o.restarts,
      started_at: changed.at(-1)?.startedAt ?? o.at,
      last_ended_at: null,
      open: 1,
      ended: null,
      counted_day: '',
    })
    .onConflict((conflict) =>
      conflict.column('allocation').doUpdateSet({
        restarts: o.restarts,
        open: sql`jobs.open + ${openMore}`,
        ended,
        ...(endedAt === null ? {} : { last_ended_at: sql`max(coalesce(jobs.last_ended_at, 0), ${endedAt})` }),
      }),
    )
    .execute();
}

/** Adds an ended stretch to its days; its job is counted once a day, however many cards it held. */
async function count(db: Writing, stretch: Stretch, shares: readonly Share[]): Promise<void> {
  const { counted_day: countedDay } = await db
    .selectFrom('jobs')
    .select('counted_day')
    .where('allocation', '=', stretch.allocation)
    .executeTakeFirstOrThrow();
  for (const { day, gpuMs, micros } of shares)
    await addToDay(db, day, stretch.currency ?? '', gpuMs, micros ?? 0, day > countedDay ? 1 : 0);
  const lastDay = shares.at(-1)?.day ?? '';
  if (lastDay > countedDay)
    await db
      .updateTable('jobs')
      .set({ counted_day: lastDay })
      .where('allocation', '=', stretch.allocation)
      .execute();
}

async function addToDay(
  db: Writing,
  day: string,
  currency: string,
  gpuMs: number,
  micros: number,
  jobs: number,
): Promise<void> {
  await db
    .insertInto('days')
    .values({ day, currency, gpu_ms: gpuMs, micros, jobs })
    .onConflict((conflict) =>
      conflict.columns(['day', 'currency']).doUpdateSet({
        gpu_ms: sql`days.gpu_ms + ${gpuMs}`,
        micros: sql`days.micros + ${micros}`,
        jobs: sql`days.jobs + ${jobs}`,
      }),
    )
    .execute();
}
