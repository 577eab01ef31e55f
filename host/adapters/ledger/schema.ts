import type { Generated, Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, type Migration, Migrator } from 'kysely/migration';
import type { Observation } from '../../core/earnings/observation.ts';

/** What was seen, in the order in which it was seen; only ever added to. */
export interface ObservationTable {
  /** Never given: SQLite numbers them. */
  readonly id: Generated<number>;
  readonly allocation: string;
  readonly gpu: string;
  readonly what: Observation['what'];
  /** Epoch ms. */
  readonly at: number;
  readonly clock: Observation['clock'];
  readonly seen_at: number;
  readonly source: Observation['source'];
  readonly price_version: string | null;
  readonly micros_per_hour: number | null;
  readonly currency: string | null;
  readonly job: string;
  readonly job_type: Observation['jobType'];
  readonly gpu_name: string;
  readonly image: string | null;
  readonly restarts: number;
  readonly ended: Observation['ended'];
  /** The owner's time zone then (IANA): whose midnights cut the days. */
  readonly time_zone: string;
}

/** Derived: one uninterrupted use of one card by one allocation. */
export interface StretchTable {
  /** The number of the observation that opened it. */
  readonly id: number;
  readonly allocation: string;
  readonly gpu: string;
  readonly started_at: number;
  readonly last_at: number;
  readonly ended_at: number | null;
  readonly ended: Observation['ended'];
  readonly micros_per_hour: number | null;
  readonly currency: string | null;
  readonly gpu_name: string;
  readonly newest: number;
  /** 1 while more may follow. */
  readonly pending: number;
}

/** Derived: one allocation with all its stretches. */
export interface JobTable {
  readonly allocation: string;
  readonly job: string;
  readonly job_type: Observation['jobType'];
  readonly image: string | null;
  readonly restarts: number;
  readonly started_at: number;
  /** The end of the last stretch that ended; null: none has. */
  readonly last_ended_at: number | null;
  /** Stretches that go on. */
  readonly open: number;
  readonly ended: Observation['ended'];
  /** The newest local day in which it was counted as a job; '' before the first. */
  readonly counted_day: string;
}

/** Derived: what ended stretches make of one local day, by currency ('' is unpaid). */
export interface DayTable {
  readonly day: string;
  readonly currency: string;
  readonly gpu_ms: number;
  readonly micros: number;
  readonly jobs: number;
}

/** The ledger's tables. */
export interface LedgerTables {
  readonly observations: ObservationTable;
  readonly stretches: StretchTable;
  readonly jobs: JobTable;
  readonly days: DayTable;
}

/** The ledger, open for queries. */
export type LedgerDatabase = Kysely<LedgerTables>;
/** A stretch as it is read. */
export type StretchRow = Selectable<StretchTable>;

const first: Migration = {
  up: async (db: Kysely<unknown>) => {
    await makeObservations(db);
    await makeStretches(db);
    await makeJobs(db);
    await makeDays(db);
  },
};

async function makeObservations(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE observations (
      id INTEGER PRIMARY KEY,
      allocation TEXT NOT NULL,
      gpu TEXT NOT NULL,
      what TEXT NOT NULL CHECK (what IN ('start', 'alive', 'end')),
      at INTEGER NOT NULL,
      clock TEXT NOT NULL CHECK (clock IN ('agent', 'host')),
      seen_at INTEGER NOT NULL,
      source TEXT NOT NULL,
      price_version TEXT,
      micros_per_hour INTEGER CHECK (micros_per_hour >= 0),
      currency TEXT,
      job TEXT NOT NULL,
      job_type TEXT NOT NULL,
      gpu_name TEXT NOT NULL,
      image TEXT,
      restarts INTEGER NOT NULL,
      ended TEXT,
      time_zone TEXT NOT NULL
    ) STRICT`.execute(db);
  await neverChanged('UPDATE', '1').execute(db);
  await neverChanged('DELETE', '1').execute(db);
  // "INSERT OR REPLACE" removes the old row without a word to the trigger above.
  await neverChanged('INSERT', 'EXISTS (SELECT 1 FROM observations WHERE id = NEW.id)').execute(db);
}

async function makeStretches(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE stretches (
      id INTEGER PRIMARY KEY,
      allocation TEXT NOT NULL,
      gpu TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      last_at INTEGER NOT NULL,
      ended_at INTEGER CHECK (ended_at >= started_at),
      ended TEXT,
      micros_per_hour INTEGER,
      currency TEXT,
      gpu_name TEXT NOT NULL,
      newest INTEGER NOT NULL,
      pending INTEGER NOT NULL
    ) STRICT`.execute(db);
  await sql`CREATE INDEX stretches_of ON stretches (allocation, gpu)`.execute(db);
  await sql`CREATE INDEX stretches_by_start ON stretches (started_at)`.execute(db);
  await sql`CREATE INDEX stretches_pending ON stretches (id) WHERE pending = 1`.execute(db);
}

async function makeJobs(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE jobs (
      allocation TEXT PRIMARY KEY,
      job TEXT NOT NULL,
      job_type TEXT NOT NULL,
      image TEXT,
      restarts INTEGER NOT NULL,
      started_at INTEGER NOT NULL,
      last_ended_at INTEGER,
      open INTEGER NOT NULL CHECK (open >= 0),
      ended TEXT,
      counted_day TEXT NOT NULL
    ) STRICT`.execute(db);
  await sql`CREATE INDEX jobs_by_start ON jobs (started_at)`.execute(db);
  await sql`CREATE INDEX jobs_by_end ON jobs (last_ended_at)`.execute(db);
  await sql`CREATE INDEX jobs_by_day ON jobs (counted_day)`.execute(db);
}

async function makeDays(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE days (
      day TEXT NOT NULL,
      currency TEXT NOT NULL,
      gpu_ms INTEGER NOT NULL,
      micros INTEGER NOT NULL,
      jobs INTEGER NOT NULL,
      PRIMARY KEY (day, currency)
    ) STRICT, WITHOUT ROWID`.execute(db);
}

const neverChanged = (change: 'INSERT' | 'UPDATE' | 'DELETE', when: string) => sql`
  CREATE TRIGGER ${sql.raw(`observations_refuse_${change.toLowerCase()}`)}
  BEFORE ${sql.raw(change)} ON observations WHEN ${sql.raw(when)}
  BEGIN SELECT RAISE(ABORT, 'observations are never changed'); END`;

/** Every step from an empty file to now, by name in order. A step that was released is never changed. */
const migrations: Readonly<Record<string, Migration>> = { '001-first': first };

/** The file is of a later version than this program. */
export class LaterVersion extends Error {}

/** Brings the tables up to date. Throws `LaterVersion`. */
export async function migrate(db: LedgerDatabase): Promise<void> {
  await refuseLaterVersion(db);
  const { error } = await new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
  }).migrateToLatest();
  if (error !== undefined) throw error instanceof Error ? error : new Error('the tables could not be made');
}

async function refuseLaterVersion(db: LedgerDatabase): Promise<void> {
  const table = await sql`SELECT 1 FROM sqlite_master WHERE name = ${DEFAULT_MIGRATION_TABLE}`.execute(db);
  if (table.rows.length === 0) return;
  const done = await sql<{ name: string }>`SELECT name FROM ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(
    db,
  );
  const unknown = done.rows.find(({ name }) => !(name in migrations));
  if (unknown !== undefined) throw new LaterVersion(`made by a later version (${unknown.name})`);
}
