#!/usr/bin/env node
// Builds out/: the host, the command line and the shell (rolldown) and the page (Vite), each only where its sources are newer.
//   node scripts/build.mjs [--force]
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const shared = ['contract', 'pool', 'assets', 'package.json', 'package-lock.json'];

/** The two builds: what each is made of, the tool that makes it, the file whose age says when. */
const builds = [
  {
    what: 'programs',
    sources: [...shared, 'host', 'client', 'cli', 'electron', 'rolldown.config.ts'],
    tool: ['rolldown/bin/cli.mjs', '-c', 'rolldown.config.ts', '--log-level', 'warn'],
    stamp: 'out/.programs',
    made: ['out/host', 'out/cli', 'out/electron'],
  },
  {
    what: 'page',
    sources: [...shared, 'renderer', 'vite.config.ts'],
    tool: ['vite/bin/vite.js', 'build', '--logLevel', 'warn'],
    stamp: 'out/.page',
    made: ['out/renderer'],
  },
];

/** Newest modification below `entry` (a file or folder of the checkout) in epoch ms; 0 when it is not there. */
function newest(entry) {
  const file = path.join(root, entry);
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  const below = fs.readdirSync(file).map((name) => newest(path.join(entry, name)));
  return Math.max(stat.mtimeMs, ...below);
}

/** Removes what an earlier build left in a folder; what runs from it meanwhile never finds its entry missing. */
function removeOlder(folder, startedAtMs) {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && fs.statSync(file).mtimeMs < startedAtMs) fs.rmSync(file);
  }
}

/** Brings out/ up to date; throws with the tool's own words when a build fails. */
export function build({ force = false } = {}) {
  for (const { what, sources, tool, stamp, made } of builds) {
    const builtAt = fs.statSync(path.join(root, stamp), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (!force && builtAt > Math.max(...sources.map(newest))) continue;
    const startedAt = new Date();
    const [script, ...args] = tool;
    const done = spawnSync(process.execPath, [path.join(root, 'node_modules', script), ...args], {
      cwd: root,
      encoding: 'utf8',
      // A test that builds would get the page in React's slow form for development.
      env: { ...process.env, NODE_ENV: 'production' },
    });
    if (done.status !== 0) throw new Error(`building the ${what} failed:\n${done.stdout}${done.stderr}`);
    for (const dir of made) removeOlder(path.join(root, dir), startedAt.getTime());
    const cli = path.join(root, 'out/cli/main.js');
    if (fs.existsSync(cli)) fs.chmodSync(cli, 0o755);
    fs.writeFileSync(path.join(root, stamp), '');
    // What changed during the build is built again next time.
    fs.utimesSync(path.join(root, stamp), startedAt, startedAt);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    build({ force: process.argv.includes('--force') });
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
