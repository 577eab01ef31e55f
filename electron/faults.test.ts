import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeFault } from './faults.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'faults-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('faults are kept one after the other, for the owner alone', () => {
  const file = path.join(folder, 'log', 'shell.log');
  writeFault(file, 'one\n');
  writeFault(file, 'two\n');
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that grew large begins anew', () => {
  const file = path.join(folder, 'large.log');
  writeFileSync(file, 'x'.repeat(199_999));
  writeFault(file, 'new\n');
  expect(readFileSync(file, 'utf8')).toBe('new\n');
});

test('a place that cannot be written is no further fault', () => {
  writeFault(path.join(folder, 'large.log', 'below-a-file'), 'x');
});
