import { describe, expect, test } from 'vitest';
import { broken, counts, fromPlaywright, notEmpty, single, sum, whySkipped } from './summary.mjs';

describe('summing up a test run', () => {
  test('counts what passed, failed and was skipped over all parts', () => {
    const skipped = { ...single(true), skips: [{ test: 'a', reason: 'no Go' }] };
    expect(counts(sum([skipped, single(false), broken('it ended')]))).toBe('1 passed, 2 failed, 1 skipped');
  });

  test('a part in which no test was found has failed', () => {
    expect(notEmpty(sum([]))).toMatchObject({ failed: 1, failures: ['no test was found'] });
  });

  test('a part whose tests were all skipped has not failed', () => {
    const skipped = {
      passed: 0,
      failed: 0,
      skips: [{ test: 'a', reason: 'no Go' }],
      failures: [],
      repeats: [],
    };
    expect(notEmpty(skipped)).toBe(skipped);
  });

  test('says each reason for skipping once, with the number of its tests', () => {
    const skips = ['one', 'two'].map((name) => ({ test: name, reason: 'nomad is not on PATH' }));
    expect(whySkipped([...skips, { test: 'three', reason: 'no Go' }])).toEqual([
      'skipped: nomad is not on PATH (2 tests, such as one)',
      'skipped: no Go (three)',
    ]);
  });
});

describe('reading what Playwright reports', () => {
  const one = (status: string, annotations: object[] = []) => ({
    status,
    annotations,
    results: [{ annotations: [] }],
  });
  const report = (...tests: readonly object[]) => ({
    suites: [{ title: 'tray.spec.ts', suites: [{ title: 'tray', specs: [{ title: 'pauses', tests }] }] }],
    errors: [],
  });

  test('counts tests in nested suites', () => {
    expect(fromPlaywright(report(one('expected'), one('unexpected')))).toMatchObject({
      passed: 1,
      failed: 1,
      failures: ['tray.spec.ts > tray > pauses'],
    });
  });

  test('a test that passed only when repeated is named', () => {
    expect(fromPlaywright(report(one('flaky')))).toMatchObject({
      passed: 1,
      failed: 0,
      repeats: ['tray.spec.ts > tray > pauses'],
    });
  });

  test('keeps the reason of a skipped test', () => {
    const skip = one('skipped', [{ type: 'skip', description: 'needs a GPU' }]);
    expect(fromPlaywright(report(skip)).skips).toEqual([
      { test: 'tray.spec.ts > tray > pauses', reason: 'needs a GPU' },
    ]);
  });

  test('an error outside of tests is a failure', () => {
    expect(fromPlaywright({ suites: [], errors: [{ message: 'no such file' }] })).toMatchObject({
      failed: 1,
      failures: ['no such file'],
    });
  });
});
