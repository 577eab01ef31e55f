// The parts of `npm test`: what each runs, what it needs first, how long it may take.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from './checkout.mjs';
import { broken, fromPlaywright, notEmpty, single } from './summary.mjs';

const minutes = 60_000;
const bin = (name) => path.join(root, 'node_modules', name);
const children = new Set();

/** Ends the programs that parts still run, with all their own. */
export function endParts() {
  for (const child of children) {
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // It has ended by itself.
    }
  }
}
process.on('exit', endParts);

/**
 * Runs Node on `args`, in a process group of its own so that nothing outlives its time.
 * @returns {Promise<{ ok: boolean, output: string }>} what it wrote; with `live`, it was shown at once
 */
export function runNode(args, { env = process.env, limitMs, live = false, niceness = 0 }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.add(child);
    if (niceness > 0 && child.pid) os.setPriority(child.pid, niceness);
    let output = '';
    const take = (stream) => (chunk) => {
      output += chunk;
      if (live) stream.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', take(process.stdout));
    child.stderr.setEncoding('utf8').on('data', take(process.stderr));
    const timer = setTimeout(() => {
      output += `\nnot done after ${limitMs / minutes} min: ended\n`;
      process.kill(-child.pid, 'SIGKILL');
    }, limitMs);
    const settle = (ok, words = '') => {
      clearTimeout(timer);
      children.delete(child);
      resolve({ ok, output: output + words });
    };
    child.on('error', (error) => settle(false, error.message));
    child.on('exit', (code) => setTimeout(() => settle(code === 0), 50));
  });
}

/** Runs a test runner that leaves a report in `file`, and sums it up. A runner that fails while its tests pass is a failure. */
async function reported(args, { file, read, env, ...how }) {
  fs.rmSync(file, { force: true });
  const { ok, output } = await runNode(args, { ...how, env });
  let summary = broken('ended without a report');
  try {
    summary = notEmpty(read(JSON.parse(fs.readFileSync(file, 'utf8'))));
  } catch (error) {
    if (ok) summary = broken(`its report cannot be read: ${error.message}`);
  }
  fs.rmSync(file, { force: true });
  if (!ok && summary.failed === 0) summary = { ...summary, failed: 1, failures: ['ended with an error'] };
  return { summary, output };
}

const reportFile = (name) => path.join(os.tmpdir(), `rigshare-${name}-${process.pid}.json`);

// A busy machine is no failure: both runners get one more try, which the summary names.
function vitest(name, args, { env, ...how }) {
  const file = reportFile(name);
  const reporters = [
    '--reporter=default',
    `--reporter=${path.join(root, 'scripts/parts/vitest-summary.mjs')}`,
  ];
  return reported([bin('vitest/vitest.mjs'), 'run', '--retry=1', ...reporters, ...args], {
    ...how,
    file,
    read: (report) => report,
    env: { ...env, RIGSHARE_SUMMARY: file },
  });
}

function playwright(name, config, args, { env, ...how }) {
  const file = reportFile(name);
  return reported(
    [
      bin('@playwright/test/cli.js'),
      'test',
      `--config=${config}`,
      '--retries=1',
      '--reporter=list,json',
      ...args,
    ],
    {
      ...how,
      file,
      read: fromPlaywright,
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: file },
    },
  );
}

/** Several programs that together are one test. */
async function oneTest(runs, how) {
  const outputs = [];
  let ok = true;
  for (const args of runs) {
    const done = await runNode(args, how);
    if (!done.ok) ok = false;
    outputs.push(done.output);
  }
  return { summary: single(ok), output: outputs.join('') };
}

/**
 * In the order in which `npm test` runs them. `needs` names what set-up sees to first.
 * @type {{ name: string, needs: string[], run: (args: string[], how: object) => Promise<{ summary: import('./summary.mjs').Summary, output: string }> }[]}
 */
export const parts = [
  {
    name: 'lint',
    needs: [],
    run: (_args, how) => oneTest([[path.join(root, 'scripts/lint.mjs')]], { ...how, limitMs: 5 * minutes }),
  },
  {
    name: 'types',
    needs: [],
    run: (_args, how) =>
      oneTest(
        ['tsconfig.json', 'tsconfig.floor.json', 'tsconfig.core.json'].map((file) => [
          bin('typescript/bin/tsc'),
          '-p',
          file,
        ]),
        { ...how, limitMs: 5 * minutes },
      ),
  },
  { name: 'unit', needs: [], run: (args, how) => vitest('unit', args, { ...how, limitMs: 20 * minutes }) },
  {
    name: 'package',
    needs: ['electron', 'build'],
    run: async (_args, how) => {
      const made = await runNode([path.join(root, 'scripts/package.mjs'), '--quick'], {
        ...how,
        limitMs: 10 * minutes,
      });
      if (!made.ok) return { summary: broken('the packages could not be made'), output: made.output };
      const config = path.join(root, 'scripts/package/vitest.config.ts');
      const checked = await vitest('package', [`--config=${config}`], { ...how, limitMs: 5 * minutes });
      return { ...checked, output: made.output + checked.output };
    },
  },
  {
    name: 'page',
    needs: ['chromium', 'build'],
    run: (args, how) => playwright('page', 'e2e/page', args, { ...how, limitMs: 15 * minutes }),
  },
  {
    name: 'e2e',
    needs: ['electron', 'display', 'build'],
    run: (args, how) => playwright('e2e', 'e2e', args, { ...how, limitMs: 20 * minutes }),
  },
  {
    name: 'real',
    needs: ['build', 'programs'],
    run: (args, how) =>
      vitest('real', [`--config=${path.join(root, 'e2e/real/vitest.config.ts')}`, ...args], {
        ...how,
        limitMs: 50 * minutes,
      }),
  },
];
