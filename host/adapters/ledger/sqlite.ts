import Libsql from 'libsql';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** A value that SQLite takes. libsql ends the whole process on a boolean, Date, object or Uint8Array: nothing else gets through. */
export type SqliteValue = null | string | number | bigint;

/** How a database is opened. */
export interface SqliteOptions {
  /** Refuses every change; libsql ignores its own option for that. */
  readonly readOnly?: boolean;
  /** How long to wait for another's lock, ms. */
  readonly busyMs?: number;
}

/** An open database, for kysely and for a few words of SQL. */
export interface Sqlite extends SqliteDatabase {
  exec(sql: string): void;
  all(sql: string, ...values: readonly SqliteValue[]): readonly Readonly<Record<string, unknown>>[];
  /** Closes and leaves the files exactly as they are: for damaged ones. */
  abandon(): void;
}

/** Opens a database; the only place that knows libsql. Throws errors with SQLite's code ("SQLITE_NOTADB"). */
export function openSqlite(file: string, { readOnly = false, busyMs = 5_000 }: SqliteOptions = {}): Sqlite {
  const raw = new Libsql(file, { timeout: busyMs });
  try {
    raw.exec(`PRAGMA busy_timeout = ${busyMs}`);
    raw.exec(
      readOnly
        ? 'PRAGMA query_only = 1'
        : 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = 1',
    );
  } catch (error) {
    raw.close();
    throw error;
  }
  const prepared = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const known = prepared.get(sql);
    if (known) return known;
    if (prepared.size >= mostPrepared) prepared.clear();
    const statement = guarded(raw, sql);
    prepared.set(sql, statement);
    return statement;
  };
  return {
    prepare,
    exec: (sql) => {
      raw.exec(sql);
    },
    all: (sql, ...values) => prepare(sql).all(values) as readonly Readonly<Record<string, unknown>>[],
    close: () => {
      prepared.clear();
      if (!readOnly) checkpoint(raw);
      raw.close();
    },
    abandon: () => {
      prepared.clear();
      raw.close();
    },
  };
}

/** Whether this error says that the file is no sound database. */
export const isDamage = (error: unknown): boolean => /^SQLITE_(?:CORRUPT|NOTADB)/.test(sqliteCode(error));

/** Whether this error says that the disk is full. */
export const isFull = (error: unknown): boolean => sqliteCode(error) === 'SQLITE_FULL';

const mostPrepared = 200;

const sqliteCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

function guarded(raw: Libsql.Database, sql: string): SqliteStatement {
  // A rollback after SQLite has rolled back by itself (as it does on a full disk) would hide the first error.
  if (/^\s*rollback\s*$/i.test(sql)) return rollback(raw);
  const statement = raw.prepare<SqliteValue[]>(sql);
  const wanted = holesOf(sql);
  const check = (values: readonly unknown[]): SqliteValue[] => {
    // libsql does not notice too few or too many.
    if (values.length !== wanted) throw new RangeError(`${wanted} values wanted, ${values.length} given`);
    return values.map(checkValue);
  };
  return {
    reader: statement.reader,
    all: (values) => statement.all(...check(values)),
    run: (values) => {
      const { changes, lastInsertRowid } = statement.run(...check(values));
      return { changes, lastInsertRowid };
    },
    iterate: (values) => statement.iterate(...check(values)),
  };
}

function rollback(raw: Libsql.Database): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run: () => {
      if (raw.inTransaction) raw.exec('ROLLBACK');
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [].values(),
  };
}

function checkValue(value: unknown): SqliteValue {
  if (value === null || typeof value === 'string' || typeof value === 'bigint') return value;
  // Beyond 2^53 libsql rounds without a word.
  if (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!Number.isInteger(value) || Number.isSafeInteger(value))
  )
    return value;
  throw new TypeError(`not a value for SQLite: ${Object.prototype.toString.call(value)}`);
}

/** How many anonymous parameters a statement has: each "?" outside of texts, names and comments. */
function holesOf(sql: string): number {
  const bare = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, '');
  if (/\?\d|[:@$][a-z_]/i.test(bare)) throw new TypeError('only anonymous parameters are checked');
  return bare.match(/\?/g)?.length ?? 0;
}

function checkpoint(raw: Libsql.Database): void {
  try {
    raw.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } catch {
    // A reader holds it, or the disk is full: the log beside the file is read at the next opening.
  }
}
