import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './parts/checkout.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const rows = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
  .split('\n')
  .map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()))
  .filter(([name]) => name !== undefined && /^@?[a-z\d][\w./-]*$/.test(name) && name !== 'package');
const packages = { ...manifest.dependencies, ...manifest.devDependencies };

test('every dependency has a line that says what it does, why not another, and its size', () => {
  expect(rows.map(([name]) => name).sort()).toEqual(Object.keys(packages).sort());
  for (const row of rows) {
    expect(row).toHaveLength(4);
    expect(row.filter((cell) => cell === '')).toEqual([]);
  }
});

test('every dependency is of one exact version', () => {
  const loose = Object.entries(packages).filter(
    ([, version]) => !/^(npm:[a-z]+@)?\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
});
