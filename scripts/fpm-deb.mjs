#!/usr/bin/env node
// Stands in for fpm, which electron-builder would download: takes the arguments it passes and makes a .deb with dpkg-deb.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { main, startedDirectly, Stop } from './parts/checkout.mjs';

const repeated = new Set(['d', 'deb-recommends']);
const flags = new Set(['--force', '--debug']);
const compressions = { gz: 'gzip', xz: 'xz', none: 'none', zst: 'zstd' };

/** fpm's arguments as options and a list of [source, place in the package]. */
export function readArguments(args) {
  const options = { d: [], 'deb-recommends': [] };
  const files = [];
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i];
    if (flags.has(arg)) continue;
    if (!arg.startsWith('-')) {
      const cut = arg.lastIndexOf('=');
      files.push([arg.slice(0, cut), arg.slice(cut + 1)]);
      continue;
    }
    const name = arg.replace(/^-+/, '');
    const value = args[(i += 1)];
    if (repeated.has(name)) options[name].push(value);
    else options[name] = value;
  }
  return { options, files };
}

/** The text of the package's control file; fields without a value are left out. */
export function controlFile(options, installedKiB) {
  const [synopsis = '', ...more] = (options.description ?? '').trim().split('\n');
  const description = [synopsis, ...more.map((line) => ` ${line.trim() || '.'}`)].join('\n');
  const fields = {
    Package: options.name,
    Version: options.version,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': installedKiB,
    Depends: options.d.join(', '),
    Recommends: options['deb-recommends'].join(', '),
    Section: options.category ?? 'utils',
    Priority: options['deb-priority'],
    Homepage: options.url,
    Description: description,
  };
  const filled = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return filled.map(([name, value]) => `${name}: ${value}\n`).join('');
}

function run(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Stop(`${command} failed: ${done.stderr || done.error?.message}`);
  return done.stdout;
}

/** Lays the files out as they will be installed. A source ending in a slash is a folder's content. */
function layOut(files, folder) {
  for (const [source, place] of files) {
    const target = path.join(folder, place);
    fs.mkdirSync(source.endsWith('/') ? target : path.dirname(target), { recursive: true });
    fs.cpSync(source, target, { recursive: true });
  }
  run('chmod', ['-R', 'u+rwX,go+rX,go-w', folder]);
}

function makeDeb({ options, files }) {
  if (options.t !== 'deb') throw new Stop(`only a deb can be made here, not ${options.t}`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rigshare-deb-'));
  try {
    layOut(files, folder);
    const installedKiB = run('du', ['-sk', folder]).split('\t')[0];
    const about = path.join(folder, 'DEBIAN');
    fs.mkdirSync(about, { mode: 0o755 });
    fs.writeFileSync(path.join(about, 'control'), controlFile(options, installedKiB));
    for (const [option, name] of [
      ['after-install', 'postinst'],
      ['after-remove', 'postrm'],
    ]) {
      if (!options[option]) continue;
      fs.copyFileSync(options[option], path.join(about, name));
      fs.chmodSync(path.join(about, name), 0o755);
    }
    const compression = compressions[options['deb-compression']] ?? 'gzip';
    run('dpkg-deb', [
      '--root-owner-group',
      `-Z${compression}`,
      '--build',
      folder,
      options.package ?? options.p,
    ]);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

if (startedDirectly(import.meta.url)) await main((args) => makeDeb(readArguments(args)));
