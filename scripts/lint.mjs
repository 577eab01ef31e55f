#!/usr/bin/env node
// `npm run lint`: the linter with types, formatting, unused things, who imports whom, the diagram of it in docs/architecture.md, and the table in docs/problems.md.
//   node scripts/lint.mjs [--fix]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { checkImports } from './parts/imports.mjs';
import { main, root } from './parts/checkout.mjs';
import { diagramIsCurrent, writeDiagram } from './parts/diagram.mjs';
import { problemsAreCurrent, writeProblems } from './parts/problems.mjs';

const bin = (name) => path.join(root, 'node_modules', name);

/** Runs one tool and shows its words where it found something. */
function tool(name, args) {
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (done.status === 0) return true;
  process.stdout.write(`\n${name}\n${done.stdout}${done.stderr}`);
  return false;
}

await main((args) => {
  const fix = args.includes('--fix');
  const oxlint = tool('oxlint', [bin('oxlint/bin/oxlint'), '--deny-warnings', ...(fix ? ['--fix'] : [])]);
  const prettier = tool('prettier', [
    bin('prettier/bin/prettier.cjs'),
    fix ? '--write' : '--check',
    '--log-level=warn',
    '.',
  ]);
  const knip = tool('knip', [bin('knip/bin/knip.js')]);
  const { problems, modules } = checkImports(root);
  for (const problem of problems) process.stdout.write(`import: ${problem}\n`);
  if (fix) {
    writeDiagram(modules);
    writeProblems();
  }
  const diagram = diagramIsCurrent(modules);
  if (!diagram)
    process.stdout.write(
      'docs/architecture.md: the diagram differs from the code; npm run lint -- --fix draws it anew\n',
    );
  const table = problemsAreCurrent();
  if (!table)
    process.stdout.write(
      'docs/problems.md differs from contract/problems.ts; npm run lint -- --fix draws it anew\n',
    );
  return oxlint && prettier && knip && diagram && table && problems.length === 0 ? 0 : 1;
});
