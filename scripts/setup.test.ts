import { expect, test } from 'vitest';
import { stalePackages } from './setup.mjs';

const locked = {
  '': { version: '0.1.0' },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/only-on-windows': { version: '1.0.0', optional: true },
};

test('packages as the lockfile names them are left alone', () => {
  expect(stalePackages(locked, { 'node_modules/zod': { version: '4.6.7' } })).toEqual([]);
});

test('a package of another version is installed anew', () => {
  expect(stalePackages(locked, { 'node_modules/zod': { version: '4.6.6' } })).toEqual(['node_modules/zod']);
});

test('a fresh checkout lacks everything that is not for other systems alone', () => {
  expect(stalePackages(locked, {})).toEqual(['node_modules/zod']);
});
