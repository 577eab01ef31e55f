#!/usr/bin/env node
// `npm start`: the app in this checkout. Where there is no display (or with --page): the host with its page on loopback, which needs no Electron.
//   npm start [-- --home DIR] [-- --page] [-- --scenario NAME]   (a day of the demo: first-evening, ready, bare, …)
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { main, root, say } from './parts/checkout.mjs';
import { ensurePackages, setUp } from './setup.mjs';

const isLinux = process.platform === 'linux';
const hasDisplay = () => !isLinux || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** The switches Electron needs here: no process of root's can be sandboxed, and some systems forbid it to ordinary users too. */
function sandboxSwitches() {
  if (!isLinux) return [];
  if (process.getuid() === 0) return ['--no-sandbox'];
  if (spawnSync('unshare', ['--user', '--map-root-user', 'true']).status === 0) return [];
  say('this system lets no ordinary program make a sandbox: the window of this checkout runs without one');
  return ['--no-sandbox'];
}

/** Runs a program to its end in the foreground and answers its exit code. */
function foreground(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends its Ctrl-C to the child as well.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 0 : 1)));
  });
}

await main(async (args) => {
  const rest = args.filter((arg) => arg !== '--page');
  if (!hasDisplay() || rest.length < args.length) {
    ensurePackages();
    build();
    if (!hasDisplay()) say('no display here: the host runs with its page');
    return foreground(process.execPath, [
      path.join(root, 'out/cli/main.js'),
      'run',
      '--page',
      '--demo',
      ...rest,
    ]);
  }
  const electron = await setUp();
  build();
  return foreground(electron, [...sandboxSwitches(), '.', ...rest]);
});
