// A vitest reporter that writes a Summary as JSON to the file named in RIGSHARE_SUMMARY, with the note each skipped test gave.
import fs from 'node:fs';

/** Why a test was skipped: its own note, else the reason that its group gives in its title. */
const reasonOf = (test, note) => note ?? /\(skipped: (.+)\)/.exec(test.fullName)?.[1] ?? 'no reason given';

const titleOf = (module, test) => `${module.relativeModuleId} > ${test.fullName}`;

/** @type {new () => import('vitest/reporters').Reporter} */
export default class VitestSummary {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: 0, skips: [], failures: [], repeats: [] };
    const failed = (what) => {
      summary.failed += 1;
      summary.failures.push(what);
    };
    for (const module of modules) {
      for (const error of module.errors()) failed(`${module.relativeModuleId}: ${error.message}`);
      for (const suite of module.children.allSuites()) {
        for (const error of suite.errors()) failed(`${titleOf(module, suite)}: ${error.message}`);
      }
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') {
          summary.passed += 1;
          if (test.diagnostic()?.flaky) summary.repeats.push(titleOf(module, test));
        } else if (state === 'skipped') {
          summary.skips.push({ test: titleOf(module, test), reason: reasonOf(test, note) });
        } else failed(titleOf(module, test));
      }
    }
    for (const error of unhandledErrors) failed(`outside of tests: ${error.message}`);
    fs.writeFileSync(process.env.RIGSHARE_SUMMARY, JSON.stringify(summary));
  }
}
