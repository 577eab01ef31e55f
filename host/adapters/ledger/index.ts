import { chmod, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Kysely, SqliteDialect } from 'kysely';
import { fail, type Problem, problem } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Ledger } from '../../core/ports/stores.ts';
import * as queries from './queries.ts';
import { record } from './record.ts';
import { LaterVersion, type LedgerDatabase, type LedgerTables, migrate } from './schema.ts';
import { isDamage, isFull, openSqlite, type Sqlite } from './sqlite.ts';

/** What a ledger is opened with. */
export interface LedgerOptions {
  /** The demo's is another file. */
  readonly file: string;
  readonly files: Pick<Files, 'privateFolder' | 'moveAside'>;
  /** The owner's time zone (IANA), whose midnights cut the days. */
  readonly timeZone: string;
  readonly open?: (file: string) => Sqlite;
}

/**
 * Opens the ledger, a new one where there is none. A damaged file is moved aside with its log, which `problem` says from
 * then on, whether that is found at the opening or later; the ledger goes on in a new one. On a full disk it opens with
 * the first use that finds room, and `problem` says so until then.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const ledger = new SqliteLedger(options);
  await ledger.start();
  return ledger;
}

interface Connection {
  readonly sqlite: Sqlite;
  readonly db: LedgerDatabase;
}

class SqliteLedger implements Ledger {
  #problem: Problem | null = null;
  #connection: Connection | null = null;
  #closed = false;
  /** One use at a time, so that a file is not replaced under another. */
  #turn: Promise<unknown> = Promise.resolve();
  readonly #options: LedgerOptions;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  get problem(): Problem | null {
    return this.#problem;
  }

  async start(): Promise<void> {
    await this.#options.files.privateFolder(dirname(this.#options.file));
    await this.#inTurn(async () => {
      try {
        await this.#connect();
      } catch (error) {
        // The host has more to do than to keep its books: on a full disk they are opened when there is room.
        if (isFull(error)) this.#problem = problem('disk-full', this.#options.file);
        else if (isDamage(error) || error instanceof LaterVersion) await this.#replace(error);
        else throw error;
      }
    });
  }

  append: Ledger['append'] = async (observations) => {
    if (observations.length === 0) return;
    const write = (db: LedgerDatabase) =>
      db.transaction().execute((transaction) => record(transaction, observations, this.#options.timeZone));
    await this.#inTurn(async () => {
      try {
        await write(await this.#db());
      } catch (error) {
        if (!isDamage(error)) throw error;
        await this.#replace(error);
        await write(await this.#db());
      }
    });
  };

  summary: Ledger['summary'] = (days, now) =>
    this.#read((db) => queries.summary(db, days, now, this.#options.timeZone));
  rows: Ledger['rows'] = (page, now) => this.#read((db) => queries.rows(db, page, now));
  history: Ledger['history'] = (page) => this.#read((db) => queries.history(db, page));
  open: Ledger['open'] = () => this.#read(queries.open);
  endedSince: Ledger['endedSince'] = (at) => this.#read((db) => queries.endedSince(db, at));

  /** The files go, so that nothing of it stays in a page that was freed. The next use begins a new one. */
  clear: Ledger['clear'] = () =>
    this.#inTurn(async () => {
      const connection = this.#connection;
      this.#connection = null;
      await connection?.db.destroy();
      for (const part of ['', '-wal', '-shm']) await rm(this.#options.file + part, { force: true });
    });

  check: Ledger['check'] = () =>
    this.#inTurn(async () => {
      if (this.#problem !== null) return { problem: this.#problem, rows: 0 };
      try {
        await this.#db();
        return soundness(this.#connection?.sqlite ?? fail('internal', 'the ledger did not open'));
      } catch (error) {
        if (!isDamage(error)) throw error;
        return { problem: problem('ledger-damaged', String(error)), rows: 0 };
      }
    });

  close: Ledger['close'] = () =>
    this.#inTurn(async () => {
      const connection = this.#connection;
      this.#connection = null;
      this.#closed = true;
      await connection?.db.destroy();
    });

  #read<T>(query: (db: LedgerDatabase) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      try {
        return await query(await this.#db());
      } catch (error) {
        if (!isDamage(error)) throw error;
        await this.#replace(error);
        return fail('ledger-damaged', this.#problem?.detail ?? null);
      }
    });
  }

  async #connect(): Promise<void> {
    const { file, open = openSqlite } = this.#options;
    const sqlite = open(file);
    try {
      await chmod(file, 0o600);
      const db = new Kysely<LedgerTables>({ dialect: new SqliteDialect({ database: sqlite }) });
      await migrate(db);
      await probe(db);
      this.#connection = { sqlite, db };
    } catch (error) {
      sqlite.abandon();
      throw error;
    }
  }

  async #replace(why: unknown): Promise<void> {
    const { file, files } = this.#options;
    this.#connection?.sqlite.abandon();
    this.#connection = null;
    const aside = (await files.moveAside(file)) ?? file;
    // Under these names SQLite takes them for the moved file's.
    for (const part of ['-wal', '-shm']) await rename(file + part, aside + part).catch(() => undefined);
    this.#problem = problem(
      'ledger-damaged',
      `${aside}: ${why instanceof Error ? why.message : String(why)}`,
    );
    await this.#connect();
  }

  async #db(): Promise<LedgerDatabase> {
    if (this.#closed) throw new Error('the ledger is closed');
    if (this.#connection === null) {
      await this.#connect();
      if (this.#problem?.code === 'disk-full') this.#problem = null;
    }
    return (this.#connection ?? fail('internal', 'the ledger did not open')).db;
  }

  #inTurn<T>(use: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(use, use).catch((error: unknown) => {
      if (isFull(error)) fail('disk-full', this.#options.file);
      throw error;
    });
    this.#turn = next.catch(() => undefined);
    return next;
  }
}

/** What SQLite finds when it reads every page, and how much there is. */
function soundness(sqlite: Sqlite): Awaited<ReturnType<Ledger['check']>> {
  const words = sqlite.all('PRAGMA quick_check(5)').flatMap((row) => Object.values(row).map(String));
  const [count] = sqlite.all('SELECT count(*) AS rows FROM observations');
  const sound = words.length === 1 && words[0] === 'ok';
  return {
    problem: sound ? null : problem('ledger-damaged', words.join('; ')),
    rows: Number(count?.['rows'] ?? 0),
  };
}

/** Reads what every later use needs, so that damage there is found now. */
async function probe(db: LedgerDatabase): Promise<void> {
  await queries.open(db);
  await db.selectFrom('days').selectAll().orderBy('day', 'desc').limit(31).execute();
  for (const table of ['observations', 'stretches', 'jobs'] as const)
    await db
      .selectFrom(table)
      .selectAll()
      .orderBy(table === 'jobs' ? 'started_at' : 'id', 'desc')
      .limit(50)
      .execute();
}
