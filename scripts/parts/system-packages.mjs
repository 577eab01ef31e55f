// What a Linux machine needs beside npm packages: found out by looking, installed with apt-get as root, else named exactly.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { say, Stop } from './checkout.mjs';

/** Debian's (and Ubuntu's, ending in t64) names of the package that holds each library Electron is linked against. */
const libraryPackages = {
  'libasound.so.2': ['libasound2t64', 'libasound2'],
  'libatk-1.0.so.0': ['libatk1.0-0t64', 'libatk1.0-0'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0t64', 'libatk-bridge2.0-0'],
  'libatspi.so.0': ['libatspi2.0-0t64', 'libatspi2.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libcups.so.2': ['libcups2t64', 'libcups2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libdrm.so.2': ['libdrm2'],
  'libexpat.so.1': ['libexpat1'],
  'libgbm.so.1': ['libgbm1'],
  'libgio-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libglib-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgobject-2.0.so.0': ['libglib2.0-0t64', 'libglib2.0-0'],
  'libgtk-3.so.0': ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnspr4.so': ['libnspr4'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libsmime3.so': ['libnss3'],
  'libudev.so.1': ['libudev1'],
  'libX11.so.6': ['libx11-6'],
  'libxcb.so.1': ['libxcb1'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libXrandr.so.2': ['libxrandr2'],
};

/** Programs and the packages that bring them. */
const programPackages = {
  Xvfb: ['xvfb'],
  'dbus-daemon': ['dbus-daemon', 'dbus'],
  chromium: ['chromium'],
  ip: ['iproute2'],
  iptables: ['iptables'],
};

const otherSystems =
  'Fedora: dnf install gtk3 nss mesa-libgbm alsa-lib cups-libs xorg-x11-server-Xvfb dbus-daemon chromium\n' +
  'Arch:   pacman -S gtk3 nss alsa-lib libcups xorg-server-xvfb dbus chromium';

/** Where a program lies on PATH, or undefined. */
export function onPath(name) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

/** A Chromium to test the page with: the one named in RIGSHARE_CHROMIUM, else the first on PATH. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  return process.env.RIGSHARE_CHROMIUM || names.map(onPath).find(Boolean);
}

/** The shared libraries of `program` that this machine lacks. */
export function missingLibraries(program) {
  const listed = spawnSync('ldd', [program], { encoding: 'utf8' }).stdout ?? '';
  const lines = listed.split('\n').filter((line) => line.includes('not found'));
  return [...new Set(lines.map((line) => line.trim().split(' ')[0]))];
}

/** What is missing: libraries by their names, programs by theirs. */
function missing({ electron, display, chromium, namespaces }) {
  const programs = [];
  if (namespaces) programs.push(...['ip', 'iptables'].filter((name) => !onPath(name)));
  if (display && !onPath('Xvfb')) programs.push('Xvfb');
  if (display && !onPath('dbus-daemon')) programs.push('dbus-daemon');
  if (chromium && !findChromium()) programs.push('chromium');
  return [...(electron ? missingLibraries(electron) : []), ...programs];
}

function aptGet(...args) {
  const quiet = ['-qq', '-o=Dpkg::Use-Pty=0', '-o=DPkg::Lock::Timeout=300'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', [...quiet, ...args], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
}

/** Of several names of one package, the one that this system offers. */
function offered(names) {
  const known = (name) =>
    /Candidate: (?!\(none\))/.test(
      spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' }).stdout ?? '',
    );
  return names.length === 1 ? names[0] : (names.find(known) ?? names.at(-1));
}

function packagesFor(things) {
  const unknown = things.filter((thing) => !libraryPackages[thing] && !programPackages[thing]);
  if (unknown.length > 0) {
    throw new Stop(`Missing: ${unknown.join(', ')}. Install the packages that hold them and run this again.`);
  }
  return [...new Set(things.map((thing) => offered(libraryPackages[thing] ?? programPackages[thing])))];
}

/**
 * Sees to it that `electron` (a program) can run, and that a display server, a Chromium and the tools of network
 * namespaces are there where asked for.
 */
export function ensureSystemPackages(needs) {
  if (process.platform !== 'linux') return;
  const things = missing(needs);
  if (things.length === 0) return;
  if (!onPath('apt-get')) {
    throw new Stop(
      `Missing: ${things.join(', ')}. Install what holds them and run this again.\n${otherSystems}`,
    );
  }
  const line = (names) => `apt-get install --no-install-recommends ${names.join(' ')}`;
  if (process.getuid() !== 0 || process.env.RIGSHARE_NO_APT) {
    const names = packagesFor(things);
    throw new Stop(
      `Missing: ${things.join(', ')}.\nInstall them and run this again:\n  sudo apt-get update && sudo ${line(names)}`,
    );
  }
  say(`missing ${things.join(', ')}: installing with apt-get`);
  aptGet('update');
  const names = packagesFor(things);
  const done = aptGet('install', '-y', '--no-install-recommends', ...names);
  if (done.status !== 0) {
    const words = `${done.stderr || done.stdout || done.error?.message}`
      .trim()
      .split('\n')
      .slice(-6)
      .join('\n');
    throw new Stop(`${line(names)} failed:\n${words}`);
  }
  const left = missing(needs);
  if (left.length > 0)
    throw new Stop(`Still missing after installing ${names.join(' ')}: ${left.join(', ')}.`);
  say(`installed ${names.join(' ')}`);
}
