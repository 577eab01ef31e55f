import type { Observation } from '../../../core/earnings/observation.ts';
import { follow, sharesOf, type Stretch } from '../../../core/earnings/stretch.ts';
import { openSqlite } from '../sqlite.ts';

/** The tables that follow from the observations, as they are stored and as they come out anew. */
export function derivedTables(file: string) {
  const db = openSqlite(file, { readOnly: true });
  const all = (sql: string) => db.all(sql);
  const stored = {
    stretches: all(
      'SELECT id, started_at, last_at, ended_at, ended, newest, pending FROM stretches ORDER BY id',
    ),
    days: all('SELECT day, currency, gpu_ms, micros, jobs FROM days ORDER BY day, currency'),
    open: all('SELECT allocation, open, ended FROM jobs ORDER BY allocation'),
  };
  const observations = all('SELECT * FROM observations ORDER BY id');
  db.close();
  return { stored, anew: anew(observations), observations: observations.length };
}

/** A second way to the same tables: nothing kept between observations but plain maps, no SQL. */
function anew(rows: readonly Readonly<Record<string, unknown>>[]) {
  const stretches = new Map<number, Stretch>();
  const newest = new Map<string, Stretch>();
  const days = new Map<string, { gpu_ms: number; micros: number; jobs: Set<string> }>();
  const jobs = new Map<string, { ended: Observation['ended'] }>();
  for (const row of rows) {
    const o = observationOf(row);
    const key = `${o.allocation} ${o.gpu}`;
    const { changed, closed } = follow(newest.get(key) ?? null, o, Number(row['id']));
    for (const s of changed) stretches.set(s.id, s);
    const last = changed.at(-1);
    if (!last) continue;
    newest.set(key, last);
    jobs.set(o.allocation, { ended: o.what === 'end' ? o.ended : null });
    for (const share of closed ? sharesOf(closed, closed.endedAt, String(row['time_zone'])) : []) {
      const place = `${share.day} ${closed?.currency ?? ''}`;
      const day = days.get(place) ?? { gpu_ms: 0, micros: 0, jobs: new Set<string>() };
      days.set(place, {
        gpu_ms: day.gpu_ms + share.gpuMs,
        micros: day.micros + (share.micros ?? 0),
        jobs: day.jobs.add(o.allocation),
      });
    }
  }
  const list = [...stretches.values()].sort((a, b) => a.id - b.id);
  return {
    stretches: list.map((s) => ({
      id: s.id,
      started_at: s.startedAt,
      last_at: s.lastAt,
      ended_at: s.endedAt,
      ended: s.ended,
      newest: s.newest,
      pending: s.pending ? 1 : 0,
    })),
    days: [...days]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([place, d]) => ({
        day: place.slice(0, 10),
        currency: place.slice(11),
        gpu_ms: d.gpu_ms,
        micros: d.micros,
        jobs: d.jobs.size,
      })),
    open: [...jobs]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([allocation, { ended }]) => ({
        allocation,
        open: list.filter((s) => s.allocation === allocation && s.endedAt === null).length,
        ended,
      })),
  };
}

const observationOf = (row: Readonly<Record<string, unknown>>) =>
  ({
    ...row,
    microsPerHour: row['micros_per_hour'],
    gpuName: row['gpu_name'],
  }) as unknown as Observation;
