import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from './parts/checkout.mjs';
import { plant, type Planted } from './testing/planted.ts';

const lines = (count: number, line: string): string => Array.from({ length: count }, () => line).join('\n');

/** What the linter must find: in words, the rule that says so, a file and its text. */
const violations: readonly (readonly [name: string, rule: string, file: string, text: string])[] = [
  [
    'a clock read in core',
    'no-restricted-properties',
    'host/core/clock.ts',
    'export const at = () => Date.now();',
  ],
  [
    'chance in core',
    'no-restricted-properties',
    'host/core/chance.ts',
    'export const any = () => Math.random();',
  ],
  [
    'a clock read in the contract',
    'no-restricted-properties',
    'contract/clock.ts',
    'export const at = () => Date.now();',
  ],
  [
    'chance in the pool’s contract',
    'no-restricted-properties',
    'pool/contract/chance.ts',
    'export const any = () => Math.random();',
  ],
  [
    'the system asked for outside an adapter’s index',
    'no-restricted-properties',
    'host/adapters/gpu/nvidia.ts',
    'export const system = process.platform;',
  ],
  ['a default export', 'no-default-export', 'client/default.ts', 'export default 1;'],
  ['a file of more than 300 lines', 'max-lines', 'client/long.ts', lines(301, 'void 0;')],
  ['a test of more than 500 lines', 'max-lines', 'client/long.test.ts', lines(501, 'void 0;')],
  [
    'a function of more than 60 lines',
    'max-lines-per-function',
    'client/function.ts',
    `export function long(add: () => void) {\n${lines(61, '  add();')}\n}`,
  ],
  [
    'a promise nobody waits for',
    'no-floating-promises',
    'client/floating.ts',
    'export const go = () => { Promise.resolve(1); };',
  ],
  [
    'files that import each other in a circle',
    'no-cycle',
    'client/circle.ts',
    "import { back } from './circle-back.ts';\nexport const there = (): number => back();",
  ],
  ['writing to the console', 'no-console', 'client/console.ts', "console.log('here');"],
  ['a type that is any', 'no-explicit-any', 'client/any.ts', 'export const thing: any = 1;'],
  [
    'a silenced compiler',
    'ban-ts-comment',
    'client/silenced.ts',
    '// @ts-ignore\nexport const thing: string = 1;',
  ],
  [
    'a task left in a comment',
    'no-warning-comments',
    'client/later.ts',
    '// TODO: later\nexport const thing = 1;',
  ],
  [
    'a test that runs alone',
    'no-focused-tests',
    'client/alone.test.ts',
    "import { test } from 'vitest';\ntest.only('it', () => {});",
  ],
];

/** What is allowed where it stands. */
const fine: Readonly<Record<string, string>> = {
  'host/adapters/gpu/index.ts': 'export const system = process.platform;\n',
  'host/core/clock.test.ts': 'export const at = () => Date.now();\n',
  'client/test-of-some-length.test.ts': `${lines(400, 'void 0;')}\n`,
  'vite.config.ts': 'export default {};\n',
  'client/types.ts': "import type { Back } from './types-back.ts';\nexport type There = Back | null;\n",
};

/** The other halves of what stands above. */
const others: Readonly<Record<string, string>> = {
  'client/circle-back.ts':
    "import { there } from './circle.ts';\nexport const back = (): number => there();\n",
  'client/types-back.ts': "import type { There } from './types.ts';\nexport type Back = There[];\n",
};

describe('the linter', () => {
  let planted: Planted;
  let found: readonly string[];

  beforeAll(() => {
    const bad = Object.fromEntries(violations.map(([, , file, text]) => [file, text]));
    planted = plant({ ...bad, ...fine, ...others });
    const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
    const done = spawnSync(process.execPath, [oxlint, '--format=unix'], {
      cwd: planted.folder,
      encoding: 'utf8',
    });
    found = done.stdout.split('\n');
  }, 60_000);
  afterAll(() => planted.close());

  test.each(violations)('finds %s', (_name, rule, file) => {
    expect(found.filter((line) => line.startsWith(`${file}:`) && line.includes(`(${rule})`))).not.toEqual([]);
  });

  test.each(Object.keys(fine))('has nothing against %s', (file) => {
    expect(found.filter((line) => line.startsWith(`${file}:`))).toEqual([]);
  });
});

describe('the walls around what decides', () => {
  const check = (files: Readonly<Record<string, string>>): string => {
    const planted = plant(files);
    try {
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const args = [tsc, '-p', 'tsconfig.core.json', '--pretty', 'false'];
      return spawnSync(process.execPath, args, { cwd: planted.folder, encoding: 'utf8' }).stdout;
    } finally {
      planted.close();
    }
  };

  test.each([
    ['host/core/bad.ts', 'process', 'process.exit();'],
    ['host/core/bad.ts', 'setTimeout', 'setTimeout(() => undefined, 1);'],
    ['host/core/bad.ts', 'fetch', "void fetch('x');"],
    ['contract/bad.ts', 'process', 'process.exit();'],
    ['pool/contract/bad.ts', 'document', 'document.title;'],
  ])('%s that uses %s does not compile', (file, name, line) => {
    expect(check({ [file]: `export {};\n${line}\n` })).toMatch(
      new RegExp(`${file}\\(2,\\d+\\): error .*'${name}'`),
    );
  });

  test('core that imports Node’s own modules does not compile', () => {
    const text = "import fs from 'node:fs';\nexport const used = fs;\n";
    expect(check({ 'host/core/bad.ts': text })).toMatch(/host\/core\/bad\.ts\(1,\d+\): error .*'node:fs'/);
  });

  test('core that decides over what it is given compiles, zod and the contract included', () => {
    const text =
      "import { z } from 'zod';\nimport { oc } from '@orpc/contract';\nexport const used = [z.string(), oc.input(z.string())];\n";
    expect(
      check({
        'contract/good.ts': text,
        'host/core/good.ts': "export { used } from '../../contract/good.ts';\n",
      }),
    ).toBe('');
  });

  test('a test beside core may use Node', () => {
    expect(
      check({ 'host/core/good.ts': 'export {};\n', 'host/core/good.test.ts': 'process.exit();\n' }),
    ).toBe('');
  });
});
