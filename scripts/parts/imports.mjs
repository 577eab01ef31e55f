// Who imports whom, as dependency-cruiser reads it, and where that breaks the rules of .dependency-cruiser.mjs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './checkout.mjs';

/** The folders that hold programs; the rules are about them. */
export const houses = ['contract', 'host', 'client', 'cli', 'electron', 'renderer', 'pool'];

/**
 * Reads all imports below `folder`.
 * @returns {{ problems: string[], modules: { source: string, dependencies: { resolved: string }[] }[] }}
 */
export function checkImports(folder) {
  const present = houses.filter((house) => fs.existsSync(path.join(folder, house)));
  const program = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const config = path.join(root, '.dependency-cruiser.mjs');
  const parser = pathToFileURL(path.join(root, 'scripts/parts/parse-tsx.mjs')).href;
  const args = ['--import', parser, program, '--config', config, '--output-type', 'json', ...present];
  const done = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!done.stdout) throw new Error(`dependency-cruiser failed:\n${done.stderr}`);
  const { modules, summary } = JSON.parse(done.stdout);
  const problems = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  const read = modules.filter(({ source }) => houses.some((house) => source.startsWith(`${house}/`)));
  // Without a parser that understands the files it reads nothing, finds nothing and passes.
  if (read.length === 0) problems.push('nothing was read: no module in any folder');
  else if (read.every(({ dependencies }) => dependencies.length === 0))
    problems.push('nothing was read: not one import');
  return { problems, modules: read };
}
