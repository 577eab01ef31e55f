// Builds the real programs of a tailnet (tailscale, tailscaled, headscale) from two pinned Go modules into the
// user's cache, once per set of pins. Node built-ins alone, so that it also runs before anything is installed.
//   node e2e/real/prepare.mjs          prints the folder, or why there is none (exit 0 when Go is absent)
//   node e2e/real/prepare.mjs --old    also builds the oldest tailscaled that is tested (some minutes, once)
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const buildWithinMs = 40 * 60_000;
const programs = ['tailscale', 'tailscaled', 'headscale'];

/** Two modules, because Headscale pins a newer tailscale.com in which the client programs do not build. */
const modules = [
  {
    folder: join(here, 'go', 'tailscale'),
    packages: ['tailscale.com/cmd/tailscale', 'tailscale.com/cmd/tailscaled'],
    env: {},
  },
  {
    folder: join(here, 'go', 'headscale'),
    packages: ['github.com/juanfont/headscale/cmd/headscale'],
    env: { CGO_ENABLED: '0' },
  },
];

/** Where the programs of these pins are kept. */
export async function programFolder() {
  const hash = createHash('sha256');
  for (const { folder } of modules) hash.update(await readFile(join(folder, 'go.sum')));
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'rigshare', `bin-${hash.digest('hex').slice(0, 16)}`);
}

/**
 * Makes sure that the programs exist.
 * @param {(line: string) => void} say told what takes long
 * @returns {Promise<{ ok: true, folder: string } | { ok: false, why: string }>}
 */
export async function prepare(say = () => {}) {
  const folder = await programFolder();
  if (complete(folder)) return { ok: true, folder };
  const go = await goVersion();
  if (go === undefined)
    return { ok: false, why: 'Go is not on PATH, so tailscaled and Headscale cannot be built' };
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`, say);
  try {
    if (!complete(folder)) await build(folder, go, say);
    return { ok: true, folder };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    await unlock();
  }
}

/** The oldest daemon that is tested: just above the floor. */
const oldVersion = '1.80.3';

/**
 * The oldest tailscaled that is tested, where it was built before; `build` builds it.
 * @returns {Promise<{ ok: true, folder: string } | { ok: false, why: string }>}
 */
export async function prepareOld({ build: wanted = false, say = () => {} } = {}) {
  const folder = join(dirname(await programFolder()), `tailscale-${oldVersion}`);
  if (existsSync(join(folder, 'tailscaled'))) return { ok: true, folder };
  if (!wanted)
    return { ok: false, why: `tailscaled ${oldVersion} was not built (node e2e/real/prepare.mjs --old)` };
  const go = await goVersion();
  if (go === undefined) return { ok: false, why: 'Go is not on PATH' };
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lock(`${folder}.lock`, say);
  try {
    say(`building tailscaled ${oldVersion} with ${go}`);
    await goInstall(
      ['tailscale', 'tailscaled'].map((name) => `tailscale.com/cmd/${name}@v${oldVersion}`),
      folder,
    );
    return { ok: true, folder };
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : String(error) };
  } finally {
    await unlock();
  }
}

/** A version of a program without a module of ours, into a folder beside that is moved over at the end. */
async function goInstall(packages, folder) {
  const unfinished = `${folder}.part-${process.pid}`;
  await mkdir(unfinished, { recursive: true });
  await goRun(['install', ...packages], { GOBIN: unfinished, GOFLAGS: '-buildvcs=false' }, unfinished);
  await rename(unfinished, folder);
}

const complete = (folder) => programs.every((name) => existsSync(join(folder, name)));

/** Into a folder beside, moved over at the end: a build that was cut off leaves nothing that looks whole. */
async function build(folder, go, say) {
  const unfinished = `${folder}.part-${process.pid}`;
  await sweepUnfinished(folder);
  await mkdir(unfinished, { recursive: true });
  say(`building tailscaled and Headscale with ${go} (some minutes, once)`);
  for (const one of modules) {
    await goBuild(one, unfinished);
    say(`built ${one.packages.map((name) => name.split('/').at(-1)).join(', ')}`);
  }
  await rm(folder, { recursive: true, force: true });
  await rename(unfinished, folder);
}

/** What builds left behind that were cut off. */
async function sweepUnfinished(folder) {
  const prefix = `${basename(folder)}.part-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix) || alive(Number(name.slice(prefix.length)))) continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

const goBuild = ({ folder, packages, env }, into) =>
  goRun(['build', '-buildvcs=false', '-mod=readonly', '-o', `${into}/`, ...packages], env, folder);

function goRun(args, env, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn('go', args, {
      cwd,
      env: { ...process.env, GOTOOLCHAIN: process.env['GOTOOLCHAIN'] ?? 'auto', ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: buildWithinMs,
    });
    let tail = '';
    child.stderr.setEncoding('utf8').on('data', (text) => (tail = (tail + text).slice(-2_000)));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`go ${args.join(' ')} ended with ${code}: ${tail.trim()}`)),
    );
  });
}

function goVersion() {
  return new Promise((resolve) => {
    execFile('go', ['env', 'GOVERSION'], { timeout: 20_000 }, (error, out) =>
      resolve(error ? undefined : out.trim()),
    );
  });
}

/** One holder at a time on this machine; answers how to give it back. A lock whose holder is gone, or that is older than any build, is taken over. */
export async function lock(path, say = () => {}) {
  const until = Date.now() + buildWithinMs * 2;
  for (let told = false; Date.now() < until; told = true) {
    try {
      const handle = await open(path, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await abandoned(path)) await rm(path, { force: true });
    else if (!told) say('another run is building the programs; waiting for it');
    await sleep(500);
  }
  throw new Error(`the lock ${path} was never given back`);
}

async function abandoned(path) {
  try {
    const [pid, { mtimeMs }] = [Number(await readFile(path, 'utf8')), await stat(path)];
    const ageMs = Date.now() - mtimeMs;
    if (ageMs > buildWithinMs * 2) return true;
    // Just created and not yet written: give its holder a moment.
    return pid > 0 ? !alive(pid) : ageMs > 10_000;
  } catch {
    return false;
  }
}

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

if (process.argv[1] && fileURLToPath(import.meta.url) === process.argv[1]) {
  const answer = await prepare((line) => process.stderr.write(`${line}\n`));
  process.stdout.write(answer.ok ? `${answer.folder}\n` : `not available: ${answer.why}\n`);
  process.exitCode = answer.ok || answer.why.startsWith('Go is not') ? 0 : 1;
  if (process.argv.includes('--old')) {
    const old = await prepareOld({ build: true, say: (line) => process.stderr.write(`${line}\n`) });
    process.stdout.write(old.ok ? `${old.folder}\n` : `not available: ${old.why}\n`);
  }
}
