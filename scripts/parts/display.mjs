// A display and a session bus of their own for what runs inside: tests and measurements look the same everywhere.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Stop } from './checkout.mjs';

/** The first line a program writes to file descriptor `fd`; a Stop when it ends before. */
function firstLine(child, fd) {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdio[fd].on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.split('\n')[0]);
    });
    child.on('error', (error) => reject(new Stop(`${child.spawnfile} did not start: ${error.message}`)));
    child.on('exit', (code) => reject(new Stop(`${child.spawnfile} ended at once (exit ${code}).`)));
  });
}

/** Starts Xvfb and dbus-daemon. `env` is for the programs inside; `close` ends both and removes their folder. */
export async function openDisplay() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rigshare-display-'));
  fs.chmodSync(folder, 0o700);
  const children = [];
  const close = () => {
    for (const child of children.splice(0)) child.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', close);
  const start = (command, args, stdio, fd) => {
    const child = spawn(command, args, { stdio });
    children.push(child);
    return firstLine(child, fd);
  };
  const xvfbArgs = ['-displayfd', '3', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'];
  const busArgs = ['--session', '--nofork', '--nopidfile', '--print-address=1'];
  const [display, bus] = await Promise.all([
    start('Xvfb', xvfbArgs, ['ignore', 'ignore', 'ignore', 'pipe'], 3),
    start('dbus-daemon', busArgs, ['ignore', 'pipe', 'ignore'], 1),
  ]);
  const env = {
    ...process.env,
    DISPLAY: `:${display}`,
    DBUS_SESSION_BUS_ADDRESS: bus,
    XDG_RUNTIME_DIR: folder,
  };
  delete env.WAYLAND_DISPLAY;
  return { env, close };
}
