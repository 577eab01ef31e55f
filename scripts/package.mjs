#!/usr/bin/env node
// Makes installers in release/. On Linux, without the internet: the unpacked app, a deb and a tar.gz. With --release: every target of this system.
//   node scripts/package.mjs [--quick | --release]      --quick compresses less
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { packaged, release } from './package/paths.mjs';
import { main, root, say, Stop } from './parts/checkout.mjs';
import { onPath } from './parts/system-packages.mjs';
import { electronVersion } from './prepare-electron.mjs';
import { setUp } from './setup.mjs';

/** Runs a program to its end; what it says is shown only when it fails. */
function run(command, args, env = process.env) {
  const done = spawnSync(command, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (done.status === 0) return;
  throw new Stop(
    `${path.basename(command)} ${args.join(' ')} failed:\n${done.stdout ?? ''}${done.stderr ?? done.error}`,
  );
}

const builder = (args, env) =>
  run(
    process.execPath,
    [path.join(root, 'node_modules/electron-builder/cli.js'), '--publish=never', ...args],
    {
      ...process.env,
      ...env,
    },
  );

/** What can be made of the Electron in node_modules with Debian's own tools, into `folder`. */
function makeOffline(folder, { quick }) {
  const options = [
    `-c.directories.output=${folder}`,
    '-c.electronDist=node_modules/electron/dist',
    `-c.electronVersion=${electronVersion()}`,
    `-c.deb.compression=${quick ? 'gz' : 'xz'}`,
    `-c.deb.artifactName=${path.basename(packaged.deb)}`,
  ];
  const targets = onPath('dpkg-deb') ? ['dir', 'deb'] : ['dir'];
  builder(['--linux', ...targets, ...options], { CUSTOM_FPM_PATH: path.join(root, 'scripts/fpm-deb.mjs') });
  if (targets.length === 1) say('no deb: there is no dpkg-deb here');
  const name = path.basename(packaged.archive, '.tar.gz');
  const rename = ['--transform', `s,^linux-unpacked,${name},`];
  const compress = ['-I', `gzip -${quick ? 1 : 9}`];
  const archive = path.join(folder, path.basename(packaged.archive));
  run('tar', [...compress, ...rename, '-C', folder, '-cf', archive, 'linux-unpacked']);
}

/** Makes the packages aside and puts them in place when they are whole. */
function replaceRelease(make) {
  const folder = path.join(root, `.cache/release-${process.pid}`);
  try {
    make(folder);
    fs.rmSync(release, { recursive: true, force: true });
    fs.renameSync(folder, release);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

await main(async (args) => {
  const electron = await setUp();
  if (!electron) throw new Stop('There is no Electron to package.');
  build();
  if (args.includes('--release')) builder([], {});
  else if (process.platform === 'linux') {
    replaceRelease((folder) => makeOffline(folder, { quick: args.includes('--quick') }));
  } else builder(['--dir'], {});
  say('made what is in release/');
});
