import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isDamage, isFull, openSqlite } from './sqlite.ts';
import { useFolder } from './testing/folder.ts';

const folder = useFolder();
const codeOf = (use: () => unknown) => {
  try {
    use();
    return 'fine';
  } catch (error) {
    return (error as { code?: string }).code ?? (error as Error).name;
  }
};

describe('the guarded database', () => {
  it('takes text, numbers, bigints and null, and gives them back', () => {
    const db = openSqlite(folder.file());
    expect(db.all('SELECT ? AS a, ? AS b, ? AS c, ? AS d', 'ü?', 1.5, 2n, null)).toEqual([
      { a: 'ü?', b: 1.5, c: 2, d: null },
    ]);
    expect(db.all('SELECT ? AS a', Number.MAX_SAFE_INTEGER)).toEqual([{ a: Number.MAX_SAFE_INTEGER }]);
    db.close();
  });
  it('refuses values on which its library would end the process or round', () => {
    const db = openSqlite(folder.file());
    const bad: readonly unknown[] = [
      true,
      new Date(),
      {},
      [],
      new Uint8Array(1),
      undefined,
      Number.NaN,
      Infinity,
      2 ** 53,
      Symbol('s'),
    ];
    for (const value of bad) expect(codeOf(() => db.prepare('SELECT ?').all([value]))).toBe('TypeError');
    for (const value of bad) expect(codeOf(() => db.prepare('SELECT ?').iterate([value]))).toBe('TypeError');
    db.exec('CREATE TABLE t (a)');
    for (const value of bad)
      expect(codeOf(() => db.prepare('INSERT INTO t VALUES (?)').run([value]))).toBe('TypeError');
    expect(db.all('SELECT count(*) AS n FROM t')).toEqual([{ n: 0 }]);
    db.close();
  });
  it('counts the values, and no question mark in texts or comments', () => {
    const db = openSqlite(folder.file());
    expect(codeOf(() => db.all('SELECT ?, ?', 1))).toBe('RangeError');
    expect(codeOf(() => db.all('SELECT ?', 1, 2))).toBe('RangeError');
    expect(codeOf(() => db.all('SELECT ?1', 1))).toBe('TypeError');
    expect(codeOf(() => db.all('SELECT :a', 1))).toBe('TypeError');
    expect(db.all(`SELECT '?''?' AS a, "?" AS b, ? AS c FROM (SELECT 1 AS "?") -- ?\n/* ? */`, 3)).toEqual([
      { a: `?'?`, b: 1, c: 3 },
    ]);
    db.close();
  });
  it('syncs each transaction before it says that it is done', () => {
    const db = openSqlite(folder.file());
    expect(db.all('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(db.all('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
    db.close();
  });
  it('lets a reader change nothing', () => {
    openSqlite(folder.file()).close();
    const reader = openSqlite(folder.file(), { readOnly: true });
    expect(codeOf(() => reader.exec('CREATE TABLE t (a)'))).not.toBe('fine');
    expect(reader.all('SELECT count(*) AS n FROM sqlite_master')).toEqual([{ n: 0 }]);
    reader.close();
  });
  it('tells damage and a full disk from other errors', () => {
    writeFileSync(folder.path('text'), 'x'.repeat(5000));
    const errorOf = (use: () => unknown): unknown => {
      try {
        use();
        return null;
      } catch (error) {
        return error;
      }
    };
    expect(isDamage(errorOf(() => openSqlite(folder.path('text'))))).toBe(true);
    const db = openSqlite(folder.file());
    const wrong = errorOf(() => db.all('SELEC'));
    expect([wrong === null, isDamage(wrong), isFull(wrong)]).toEqual([false, false, false]);
    db.exec('CREATE TABLE t (a); PRAGMA max_page_count = 5');
    const full = errorOf(() => db.prepare('INSERT INTO t VALUES (?)').run(['x'.repeat(50_000)]));
    expect([isFull(full), isDamage(full)]).toEqual([true, false]);
    db.close();
  });
  it('goes on after a failed statement, and lets a rollback be said twice', () => {
    const db = openSqlite(folder.file());
    db.exec('CREATE TABLE t (a UNIQUE)');
    const insert = db.prepare('INSERT INTO t VALUES (?)');
    db.prepare('begin').run([]);
    insert.run([1]);
    expect(codeOf(() => insert.run([1]))).toBe('SQLITE_CONSTRAINT_UNIQUE');
    db.prepare('rollback').run([]);
    db.prepare('rollback').run([]);
    insert.run([1]);
    expect(db.all('SELECT a FROM t')).toEqual([{ a: 1 }]);
    db.close();
  });
});
