#!/usr/bin/env node
// Makes a fresh checkout ready: npm packages, Electron, system packages. Uses Node's own modules only, for it runs before there are others.
//   node scripts/setup.mjs [--packages]     everything, or the npm packages alone; RIGSHARE_NO_APT=1 installs no system package
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { main, root, say, startedDirectly, Stop } from './parts/checkout.mjs';
import { ensureSystemPackages } from './parts/system-packages.mjs';
import { prepareElectron } from './prepare-electron.mjs';

/** The oldest Node that the programs run on: Electron 33's. */
const oldestNode = [20, 18];

function ensureNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new Stop(
    `Node ${oldestNode.join('.')} or newer is needed; this is ${process.version} (${process.execPath}).`,
  );
}

function lockedPackages(file) {
  const whole = path.join(root, file);
  return fs.existsSync(whole) ? JSON.parse(fs.readFileSync(whole, 'utf8')).packages : {};
}

/** The locked packages that node_modules lacks or has in another version (optional ones belong to other systems). */
export function stalePackages(locked, installed) {
  const wanted = Object.entries(locked).filter(([place, { optional }]) => place !== '' && !optional);
  return wanted
    .filter(([place, { version }]) => installed[place]?.version !== version)
    .map(([place]) => place);
}

/** Installs what the lockfile names where node_modules differs from it. */
export function ensurePackages() {
  ensureNode();
  const stale = stalePackages(
    lockedPackages('package-lock.json'),
    lockedPackages('node_modules/.package-lock.json'),
  );
  if (stale.length === 0) return;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const done = spawnSync(npm, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (done.status !== 0)
    throw new Stop(`npm ${args.join(' ')} failed: ${done.error?.message ?? 'see above'}.`);
  say(`npm packages installed`);
}

/** Everything the desktop app needs, and with `display` and `chromium` what its tests need. Answers Electron's path. */
export async function setUp({ display = false, chromium = false } = {}) {
  ensurePackages();
  const electron = await prepareElectron();
  ensureSystemPackages({ electron, display, chromium });
  return electron;
}

if (startedDirectly(import.meta.url)) {
  await main(async (args) => {
    if (args.includes('--packages')) ensurePackages();
    else await setUp({ display: true, chromium: true });
    say('ready');
  });
}
