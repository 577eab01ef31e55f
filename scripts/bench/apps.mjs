// The apps that are compared: how each is started, seen and ended.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../parts/checkout.mjs';
import { memoryOf, processesOf, processTree } from './processes.mjs';

const hook = path.join(root, 'scripts/bench/hook.cjs');
const unsandboxed = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Bare Electron, Rigshare in this checkout, and Rigshare as packaged, each with a folder of its own below `folder`. */
export function appsIn(folder, electron, packagedProgram) {
  const home = (name) => path.join(folder, name);
  const inCheckout = (name, app, ...args) => ({
    name,
    home: home(name),
    command: [electron, ...unsandboxed, '-r', hook, app, ...args],
  });
  return {
    bare: inCheckout('bare', path.join(root, 'scripts/bench/bare-electron')),
    checkout: inCheckout('checkout', root, '--home', home('checkout'), '--hidden'),
    packaged: {
      name: 'packaged',
      home: home('packaged'),
      command: [packagedProgram, ...unsandboxed, '--home', home('packaged'), '--hidden'],
    },
  };
}

function environment(app, desk, marks) {
  const env = { ...desk.env, BENCH_MARKS: marks };
  for (const [name, below] of [
    ['XDG_CONFIG_HOME', 'config'],
    ['XDG_DATA_HOME', 'data'],
    ['XDG_CACHE_HOME', 'cache'],
    ['XDG_STATE_HOME', 'state'],
  ]) {
    env[name] = path.join(app.home, 'xdg', below);
  }
  delete env.ELECTRON_RUN_AS_NODE;
  return env;
}

/** The processes of the host that keeps its things in the app's folder. */
export const hostOf = (app) => processesOf('host/main.js', app.home);

/** Ends a process and waits until it is gone; after `graceMs` without asking. */
async function end(pid, graceMs) {
  const gone = () => !fs.existsSync(`/proc/${pid}`);
  const send = (signal) => {
    try {
      process.kill(pid, signal);
    } catch {
      // It is gone.
    }
  };
  send('SIGTERM');
  for (let waited = 0; waited < graceMs && !gone(); waited += 50) await sleep(50);
  if (!gone()) send('SIGKILL');
  while (!gone()) await sleep(20);
}

/**
 * Starts an app and waits for its icon.
 * `desk` holds the environment (display and bus) and the panel. Times are from the start, in ms.
 */
export async function launch(app, desk) {
  fs.mkdirSync(app.home, { recursive: true, mode: 0o700 });
  const marks = path.join(app.home, 'bench-marks');
  fs.rmSync(marks, { force: true });
  const icon = desk.panel.nextIcon();
  const startedAt = Date.now();
  const [program, ...args] = app.command;
  const child = spawn(program, args, {
    env: environment(app, desk, marks),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  child.stderr.on('data', (chunk) => (words = (words + chunk).slice(-2000)));
  const ended = new Promise((done) => child.once('exit', done));
  await Promise.race([
    icon,
    ended.then(() => Promise.reject(new Error(`${app.name} ended at its start:\n${words}`))),
    sleep(30_000).then(() => Promise.reject(new Error(`${app.name} showed no icon within 30 s:\n${words}`))),
  ]);
  const trayMs = Date.now() - startedAt;
  const host = () => hostOf(app);
  const shell = () => processTree(child.pid).filter((pid) => !host().includes(pid));
  return {
    pid: child.pid,
    trayMs,
    shell,
    host,
    memory: () => ({
      shell: memoryOf(shell()),
      host: memoryOf(host()),
      both: memoryOf([...shell(), ...host()]),
    }),
    /** The marks its hook wrote so far: `[name, epochMs]` in the order they came. */
    marks: () => readMarks(marks),
    startedAt,
    close: async () => {
      const left = host();
      await end(child.pid, 5000);
      // A host that was just being started shows itself a moment later.
      await sleep(300);
      for (const pid of new Set([...left, ...host()])) await end(pid, 5000);
    },
  };
}

function readMarks(file) {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '))
    .map(([name, at]) => [name, Number(at)]);
}
