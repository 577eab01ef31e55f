#!/usr/bin/env node
// `npm test`: every part, what was skipped and why, and on the last line `N passed, N failed, N skipped`.
//   node scripts/test.mjs [PART [ARGUMENTS OF ITS RUNNER…]]      lint, types, unit, package, page, e2e or real alone, shown as it runs
import path from 'node:path';
import { build } from './build.mjs';
import { main, root, Stop } from './parts/checkout.mjs';
import { openDisplay } from './parts/display.mjs';
import { broken, counts, sum, whySkipped } from './parts/summary.mjs';
import { ensureSystemPackages, findChromium, onPath } from './parts/system-packages.mjs';
import { endParts, parts, runNode } from './parts/test-parts.mjs';
import { ensurePackages, setUp } from './setup.mjs';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endParts();
    process.exit(1);
  });
}

const print = (text) => process.stdout.write(`${text}\n`);

/** Builds the real programs of a tailnet once, beside the other tests and behind them. */
function prepareReal(live) {
  const script = path.join(root, 'e2e/real/prepare.mjs');
  return runNode([script], { limitMs: 40 * 60_000, live, niceness: 15 });
}

/** Sees to what the chosen parts need and answers the environment they run in. */
async function setUpFor(chosen) {
  const needs = new Set(chosen.flatMap((part) => part.needs));
  ensurePackages();
  const [display, chromium] = [needs.has('display'), needs.has('chromium')];
  if (needs.has('electron')) await setUp({ display, chromium });
  else ensureSystemPackages({ chromium });
  // Only root can make namespaces and only Go the programs inside: without them the suite says so and is skipped.
  if (needs.has('programs') && process.getuid?.() === 0 && onPath('go'))
    ensureSystemPackages({ namespaces: true });
  if (needs.has('build')) build();
  const env = { ...process.env, ...(chromium && { RIGSHARE_CHROMIUM: findChromium() }) };
  if (!display || process.platform !== 'linux') return { env, close: () => {} };
  const opened = await openDisplay();
  return { env: { ...env, ...opened.env }, close: opened.close };
}

/** Runs one part and says what came of it; its whole output only where something failed. */
async function runPart(part, args, { env, live, prepared }) {
  const startedAt = Date.now();
  if (part.needs.includes('programs')) {
    const { ok, output } = await prepared;
    if (!ok) print(output);
    if (!ok) return broken('the real programs could not be built');
  }
  const { summary, output } = await part.run(args, { env, live });
  if (!live && summary.failed > 0) print(`\n${output.trimEnd()}\n`);
  for (const failure of summary.failures) print(`failed: ${part.name}: ${failure}`);
  for (const test of summary.repeats) print(`passed when repeated: ${part.name}: ${test}`);
  print(`${part.name}: ${counts(summary)} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  return summary;
}

await main(async ([name, ...args]) => {
  const chosen = name ? parts.filter((part) => part.name === name) : parts;
  if (chosen.length === 0)
    throw new Stop(`There is no part "${name}": ${parts.map((part) => part.name).join(', ')}.`);
  const live = name !== undefined;
  const prepared = chosen.some((part) => part.needs.includes('programs')) ? prepareReal(live) : undefined;
  const { env, close } = await setUpFor(chosen);
  const summaries = [];
  try {
    for (const part of chosen) summaries.push(await runPart(part, args, { env, live, prepared }));
  } finally {
    close();
  }
  const all = sum(summaries);
  print('');
  for (const failure of all.failures) print(`failed: ${failure}`);
  for (const test of all.repeats) print(`passed when repeated: ${test}`);
  for (const line of whySkipped(all.skips)) print(line);
  print(counts(all));
  return all.failed > 0 ? 1 : 0;
});
