import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from './checkout.mjs';

const folder = mkdtempSync(join(root, 'node_modules/.rigshare-summary-'));
const file = join(folder, 'summary.json');
let summary: {
  passed: number;
  failed: number;
  skips: { test: string; reason: string }[];
  failures: string[];
  repeats: string[];
};

beforeAll(() => {
  const tests = `
import { beforeAll, describe, expect, test } from 'vitest';
test('passes', () => expect(1).toBe(1));
let tries = 0;
test('passes at the second try', { retry: 1 }, () => expect(++tries).toBe(2));
test('fails', () => expect(1).toBe(2));
test('says why', (context) => context.skip('no GPU here'));
describe.skip('a group (skipped: Go is not on PATH)', () => { test('inside', () => undefined); });
describe('a broken group', () => { beforeAll(() => { throw new Error('no set-up'); }); test('inside', () => undefined); });
`;
  writeFileSync(join(folder, 'some.spec.mjs'), tests);
  writeFileSync(join(folder, 'unreadable.spec.mjs'), "import './not-there.mjs';\n");
  const reporter = join(root, 'scripts/parts/vitest-summary.mjs');
  const config = join(folder, 'vitest.config.mjs');
  writeFileSync(config, "export default { test: { include: ['*.spec.mjs'], exclude: [] } };\n");
  const args = [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    `--config=${config}`,
    `--root=${folder}`,
  ];
  spawnSync(process.execPath, [...args, `--reporter=${reporter}`], {
    env: { ...process.env, RIGSHARE_SUMMARY: file },
  });
  summary = JSON.parse(readFileSync(file, 'utf8')) as typeof summary;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('counts what passed and what failed, broken set-up and unreadable files included', () => {
  expect(summary.passed).toBe(2);
  expect(summary.repeats).toEqual([expect.stringMatching(/passes at the second try/)]);
  expect(summary.failures).toEqual([
    expect.stringMatching(/some\.spec\.mjs > a broken group: no set-up/),
    expect.stringMatching(/some\.spec\.mjs > fails/),
    expect.stringMatching(/unreadable\.spec\.mjs: .*not-there/),
  ]);
  expect(summary.failed).toBe(3);
});

test('keeps why each test was skipped', () => {
  const reasons = summary.skips.map(({ reason }) => reason);
  expect(reasons).toEqual(expect.arrayContaining(['no GPU here', 'Go is not on PATH']));
});
