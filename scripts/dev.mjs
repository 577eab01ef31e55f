#!/usr/bin/env node
// `npm run dev`: the host in the demo pool and the page in a browser, both following what is being edited (the page without a reload).
//   node scripts/dev.mjs [--window]      --window: the desktop app instead of a browser, started anew after each change
// Keeps everything under .cache/dev.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { main, root, say } from './parts/checkout.mjs';
import { ensurePackages, setUp } from './setup.mjs';

const home = path.join(root, '.cache/dev');

/** Keeps one run of a program going; `restart` ends it and starts the next. */
function keep(command, args) {
  let child;
  const start = () => {
    const mine = spawn(command, args, { cwd: root, stdio: 'inherit' });
    mine.on('exit', (code) => {
      if (child === mine && code) say(`ended with ${code}; starts again after the next change`);
    });
    child = mine;
  };
  const stop = () =>
    new Promise((done) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return done();
      const ending = child;
      child = undefined;
      ending.once('exit', done);
      return ending.kill('SIGTERM');
    });
  return { restart: () => stop().then(start), stop };
}

/** Calls `built` after each time the bundles were made anew. */
async function watchBundles(built) {
  const { watch } = await import('rolldown');
  const { loadConfig } = await import('rolldown/config');
  const watcher = watch(await loadConfig(path.join(root, 'rolldown.config.ts')));
  watcher.on('event', (event) => {
    if (event.code === 'END') built();
    if (event.code === 'ERROR') say(event.error.message);
    if (event.result) void event.result.close();
  });
  return watcher;
}

/** The page with Vite's own server; its calls go to the host's socket, as they do in the app. */
async function servePage() {
  const { createServer } = await import('vite');
  const socketPath = path.join(home, 'run/host.sock');
  const server = await createServer({
    root: path.join(root, 'renderer'),
    configFile: path.join(root, 'vite.config.ts'),
    server: { proxy: { '/rpc': { target: { socketPath, host: 'localhost', protocol: 'http:' } } } },
  });
  await server.listen();
  say(`the page: ${server.resolvedUrls.local[0]}`);
  return server;
}

/** The page built again after each change, for the app shows built pages alone. */
async function watchPage(built) {
  const vite = await import('vite');
  const watcher = await vite.build({
    configFile: path.join(root, 'vite.config.ts'),
    build: { watch: {} },
    logLevel: 'warn',
  });
  watcher.on('event', (event) => event.code === 'END' && built());
  return watcher;
}

await main(async (args) => {
  const window = args.includes('--window');
  const electron = window ? await setUp() : ensurePackages();
  build();
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const program = window
    ? keep(electron, [...sandbox, '.', '--home', home])
    : keep(process.execPath, ['out/host/main.js', '--home', home, '--demo']);
  const restart = () => void program.restart();
  const bundles = await watchBundles(restart);
  const page = await (window ? watchPage(restart) : servePage());
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.once(signal, () => {
        void Promise.all([program.stop(), bundles.close(), page.close()]).then(() => resolve(0));
      });
    }
  });
});
