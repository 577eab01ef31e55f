import { mkdir, mkdtemp, readdir, rm, stat, symlink, copyFile, writeFile, readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Available, onPath } from './availability.ts';
import { lock } from './prepare.mjs';
import { end, identify, isAlive, Processes, type ProcessId, recorded } from './processes.ts';
import { must, run, until } from './run.ts';
import { ask, askJson } from './socket-http.ts';

const socket = '/var/run/docker.sock';
const folder = join(tmpdir(), 'rigshare-real-engine');
const holders = join(folder, 'holders');

/** The image of the test's jobs: busybox, from no registry. */
export const testImage = 'rigshare/busybox:1';

/** A container as the engine lists it. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly State: string;
  readonly Labels: Readonly<Record<string, string>>;
}

/** A real container engine on its usual socket. */
export interface DockerEngine {
  readonly socket: string;
  /** The group that may use the socket. */
  readonly group: number;
  /** All containers that carry an allocation id, ended ones too. */
  containers(): Promise<readonly ListedContainer[]>;
  /** Gives it back: an engine that the tests started ends with its last holder. */
  stop(): Promise<void>;
}

/** Whether an engine runs or can be started here. */
export async function dockerAvailable(): Promise<Available<true>> {
  if (onPath('busybox') === undefined)
    return { ok: false, why: 'busybox is missing (package busybox-static)' };
  if (await answers()) return { ok: true, value: true };
  if (process.getuid?.() !== 0)
    return { ok: false, why: 'no container engine runs, and starting one needs root' };
  const missing = ['dockerd', 'containerd', 'runc', 'iptables'].filter((name) => onPath(name) === undefined);
  if (missing.length > 0)
    return { ok: false, why: `no container engine runs, and ${missing.join(', ')} is missing` };
  return { ok: true, value: true };
}

/** Uses the engine that runs, or starts one by hand; runs of the tests share it. */
export async function startDocker(): Promise<DockerEngine> {
  const unlock = await lock(`${folder}.lock`);
  try {
    if (!(await answers())) await launch();
    if (existsSync(folder)) await hold();
    await ensureImage();
  } finally {
    await unlock();
  }
  return {
    socket,
    group: (await stat(socket)).gid,
    containers: () => askJson(socket, { path: `/containers/json?all=1&filters=${filter}` }),
    stop: release,
  };
}

const filter = encodeURIComponent(JSON.stringify({ label: ['com.hashicorp.nomad.alloc_id'] }));

async function answers(): Promise<boolean> {
  try {
    return (await ask(socket, { path: '/_ping', timeoutMs: 3_000 })).status === 200;
  } catch {
    return false;
  }
}

async function launch(): Promise<void> {
  await clear();
  await mkdir(holders, { recursive: true });
  const processes = new Processes(join(folder, 'processes'));
  const containerd = join(folder, 'containerd.sock');
  processes.start(
    'containerd',
    ['--root', join(folder, 'containerd'), '--state', join(folder, 'containerd-state'), '-a', containerd],
    { log: join(folder, 'containerd.log') },
  );
  await until('containerd', () => existsSync(containerd));
  processes.start(
    'dockerd',
    [
      ...[
        '--containerd',
        containerd,
        '--data-root',
        join(folder, 'data'),
        '--exec-root',
        join(folder, 'exec'),
      ],
      ...['--pidfile', join(folder, 'pid'), '-H', `unix://${socket}`],
      // What a job with a GPU asks for; here it is the ordinary runtime under that name.
      ...['--add-runtime', `nvidia=${onPath('runc') ?? 'runc'}`],
    ],
    { log: join(folder, 'dockerd.log') },
  );
  await until('dockerd', answers, { withinMs: 40_000 });
}

const holderFile = (): string => join(holders, String(process.pid));

async function hold(): Promise<void> {
  const me = identify(process.pid);
  await mkdir(holders, { recursive: true });
  await writeFile(holderFile(), `${me?.pid} ${me?.startedAt}\n`);
}

async function release(): Promise<void> {
  if (!existsSync(folder)) return;
  const unlock = await lock(`${folder}.lock`);
  try {
    await rm(holderFile(), { force: true });
    const others = (await readdir(holders)).flatMap((name) => recorded(join(holders, name)));
    if (others.some((one: ProcessId) => isAlive(one))) return;
    await clear();
  } finally {
    await unlock();
  }
}

/** Ends the tests' own engine, if it runs, and removes its files. */
async function clear(): Promise<void> {
  // dockerd first, so that it ends its containers; both were noted in this order.
  const [containerd, dockerd] = recorded(join(folder, 'processes'));
  if (dockerd !== undefined) await end([dockerd], 20_000);
  if (containerd !== undefined) await end([containerd], 10_000);
  // Its bridge outlives the daemon that made it.
  if (dockerd !== undefined) await run('ip', ['link', 'del', 'docker0']);
  for (const path of (await mountsUnder()).reverse()) await run('umount', [path]);
  if ((await mountsUnder()).length > 0) throw new Error(`cannot unmount what is under ${folder}`);
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function mountsUnder(): Promise<string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return mounts.filter((one) => one.startsWith(`${folder}/`)).sort();
}

/** The files of a small system: busybox with all its names, as a tar archive. */
export async function busyboxArchive(): Promise<Buffer> {
  const busybox = onPath('busybox');
  if (busybox === undefined) throw new Error('busybox is missing');
  const root = await mkdtemp(join(tmpdir(), 'rigshare-real-image-'));
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await copyFile(busybox, join(root, 'bin', 'busybox'));
  const applets = (await must(busybox, ['--list']))
    .split('\n')
    .filter((name) => name !== '' && name !== 'busybox');
  for (const name of applets) await symlink('busybox', join(root, 'bin', name));
  const body = await archive(root);
  await rm(root, { recursive: true });
  return body;
}

async function ensureImage(): Promise<void> {
  if ((await ask(socket, { path: `/images/${testImage}/json` })).status === 200) return;
  const body = await busyboxArchive();
  const [repo, tag] = testImage.split(':');
  const answer = await ask(socket, {
    method: 'POST',
    path: `/images/create?fromSrc=-&repo=${repo}&tag=${tag}`,
    headers: { 'Content-Type': 'application/x-tar', 'Content-Length': String(body.length) },
    body,
  });
  if (answer.status !== 200 || answer.text.includes('"error"'))
    throw new Error(`image not imported: ${answer.text}`);
}

function archive(root: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    execFile(
      'tar',
      ['-C', root, '-c', '.'],
      { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
      (error, out) => (error === null ? resolve(out) : reject(error)),
    );
  });
}
