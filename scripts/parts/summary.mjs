// What a test run amounts to: counts of each part, why anything was skipped, and the last line.

/**
 * @typedef {{ passed: number, failed: number, skips: { test: string, reason: string }[], failures: string[], repeats: string[] }} Summary
 * `repeats` names the tests that passed, but not at the first try: counted as passed, and said aloud.
 */

/** One test by itself, such as the linter. */
export const single = (ok) => ({
  passed: ok ? 1 : 0,
  failed: ok ? 0 : 1,
  skips: [],
  failures: [],
  repeats: [],
});

/** A part that could not be summed up: its tests ended before they said anything. */
export const broken = (why) => ({ passed: 0, failed: 1, skips: [], failures: [why], repeats: [] });

const outcomes = { expected: 'passed', unexpected: 'failed', flaky: 'passed', skipped: 'skipped' };

function* playwrightTests(suites, above = []) {
  for (const suite of suites ?? []) {
    const here = [...above, suite.title].filter(Boolean);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) yield { test, title: [...here, spec.title].join(' > ') };
    }
    yield* playwrightTests(suite.suites, here);
  }
}

/** A Summary of Playwright's JSON report. */
export function fromPlaywright(report) {
  const summary = { passed: 0, failed: 0, skips: [], failures: [], repeats: [] };
  for (const { test, title } of playwrightTests(report.suites)) {
    const outcome = outcomes[test.status] ?? 'failed';
    if (outcome === 'passed') summary.passed += 1;
    if (test.status === 'flaky') summary.repeats.push(title);
    if (outcome === 'failed') {
      summary.failed += 1;
      summary.failures.push(title);
    }
    if (outcome === 'skipped') {
      const why = [...test.annotations, ...test.results.flatMap((one) => one.annotations ?? [])];
      const reason = why.find(({ type, description }) => description && ['skip', 'fixme'].includes(type));
      summary.skips.push({ test: title, reason: reason?.description ?? 'no reason given' });
    }
  }
  for (const error of report.errors ?? []) {
    summary.failed += 1;
    summary.failures.push(error.message ?? 'an error outside of tests');
  }
  return summary;
}

/** The same Summary; a failed one when not one test was found, for then nothing was tested. */
export function notEmpty(summary) {
  const found = summary.passed + summary.failed + summary.skips.length;
  return found > 0 ? summary : broken('no test was found');
}

/** `12 passed, 0 failed, 3 skipped` */
export const counts = ({ passed, failed, skips }) =>
  `${passed} passed, ${failed} failed, ${skips.length} skipped`;

/** All parts as one. */
export const sum = (summaries) => ({
  passed: summaries.reduce((all, { passed }) => all + passed, 0),
  failed: summaries.reduce((all, { failed }) => all + failed, 0),
  skips: summaries.flatMap(({ skips }) => skips),
  failures: summaries.flatMap(({ failures }) => failures),
  repeats: summaries.flatMap(({ repeats }) => repeats),
});

/** Lines that say why tests were skipped, one a reason with the number of its tests. */
export function whySkipped(skips) {
  const reasons = new Map();
  for (const { test, reason } of skips) reasons.set(reason, [...(reasons.get(reason) ?? []), test]);
  return [...reasons].map(([reason, tests]) => {
    const which = tests.length === 1 ? tests[0] : `${tests.length} tests, such as ${tests[0]}`;
    return `skipped: ${reason} (${which})`;
  });
}
