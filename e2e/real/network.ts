import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, identify, isAlive, type ProcessId, Processes, recorded } from './processes.ts';
import { must, run, type Answer, type RunOptions } from './run.ts';

const prefix = 'rigshare-real-';
/** No user of the machine's. */
const ownerId = 61_017;

/** The ordinary user whom a computer belongs to; unknown to the machine outside. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** One computer of the test: a network namespace with one cable to the hub and no way out. */
export interface Computer {
  /** The namespace, as `ip netns` knows it. */
  readonly namespace: string;
  readonly address: string;
  /** Files here stand in for those of the same name in /etc, for every program in this computer. */
  readonly etc: string;
  readonly owner: User;
}

/**
 * A network of its own for one run: a hub namespace with a bridge, and computers on it. Nothing of the machine's
 * own network, firewall or name service is touched, so any number of runs go on side by side.
 */
export class Network {
  readonly id: string;
  /** Everything the run writes; removed at the end. */
  readonly folder: string;
  readonly hubAddress = '10.99.0.1';
  readonly processes: Processes;
  readonly #computers: Computer[] = [];

  private constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
    this.processes = new Processes(join(folder, 'processes'));
  }

  /** The namespace of the bridge, where the control server runs. */
  get hub(): string {
    return `rs-${this.id}-hub`;
  }

  /** Makes the hub, after clearing away what runs left behind that were killed. */
  static async create(): Promise<Network> {
    await sweep();
    const id = randomBytes(3).toString('hex');
    const folder = await mkdtemp(join(tmpdir(), `${prefix}${id}-`));
    // Ordinary users of the test pass through here to their own folders.
    await must('chmod', ['755', folder]);
    await writeFile(join(folder, 'owner'), ownerLine());
    const network = new Network(id, folder);
    await must('ip', ['netns', 'add', network.hub]);
    await must('ip', ['-n', network.hub, 'link', 'set', 'lo', 'up']);
    await must('ip', ['-n', network.hub, 'link', 'add', 'hub', 'type', 'bridge']);
    await must('ip', ['-n', network.hub, 'addr', 'add', `${network.hubAddress}/24`, 'dev', 'hub']);
    await must('ip', ['-n', network.hub, 'link', 'set', 'hub', 'up']);
    return network;
  }

  /** Adds a computer; its name becomes part of the namespace's. */
  async add(name: string): Promise<Computer> {
    const namespace = `rs-${this.id}-${name}`;
    const address = `10.99.0.${11 + this.#computers.length}`;
    const etc = join('/etc/netns', namespace);
    const cable = `c${this.#computers.length}`;
    const owner: User = { name: 'owner', uid: ownerId, home: join(this.folder, `home-${name}`) };
    const computer: Computer = { namespace, address, etc, owner };
    this.#computers.push(computer);
    await mkdir(etc, { recursive: true });
    // The daemon may rewrite this one, never the machine's own.
    await writeFile(join(etc, 'resolv.conf'), '# a test network without name service\n');
    await writeFile(join(etc, 'hosts'), '127.0.0.1 localhost\n');
    await addUser(etc, owner);
    await must('ip', ['netns', 'add', namespace]);
    await must('ip', [
      '-n',
      this.hub,
      'link',
      'add',
      cable,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      namespace,
    ]);
    await must('ip', ['-n', this.hub, 'link', 'set', cable, 'master', 'hub', 'up']);
    await must('ip', ['-n', namespace, 'link', 'set', 'lo', 'up']);
    await must('ip', ['-n', namespace, 'addr', 'add', `${address}/24`, 'dev', 'eth0']);
    await must('ip', ['-n', namespace, 'link', 'set', 'eth0', 'up']);
    return computer;
  }

  /** Ends every process of the run and removes all it made. */
  async remove(): Promise<void> {
    await this.processes.stop();
    await removeRun(this.id, this.folder);
  }
}

/** The daemon looks its operator up by name, so there has to be one of that name: in this computer's own user list. */
async function addUser(etc: string, { name, uid, home }: User): Promise<void> {
  const [users, groups] = await Promise.all([
    readFile('/etc/passwd', 'utf8'),
    readFile('/etc/group', 'utf8'),
  ]);
  await writeFile(join(etc, 'passwd'), `${users}${name}:x:${uid}:${uid}::${home}:/bin/sh\n`);
  await writeFile(join(etc, 'group'), `${groups}${name}:x:${uid}:\n`);
  await mkdir(home, { mode: 0o700 });
  await chown(home, uid, uid);
}

/** The command line that runs a program inside a namespace, as root. */
export const inside = (namespace: string, argv: readonly string[]): string[] => [
  'ip',
  'netns',
  'exec',
  namespace,
  ...argv,
];

/** Runs a program inside a namespace, as root, to its end. */
export function runInside(namespace: string, argv: readonly string[], options?: RunOptions): Promise<Answer> {
  const [file = '', ...args] = inside(namespace, argv);
  return run(file, args, options);
}

/** The processes inside a namespace now, with their command lines. */
export async function processesInside(
  namespace: string,
): Promise<(ProcessId & { readonly command: string })[]> {
  const { stdout } = await run('ip', ['netns', 'pids', namespace]);
  const found = stdout.split('\n').filter(Boolean).map(Number).map(identify);
  return Promise.all(
    found
      .flatMap((one) => (one === undefined ? [] : [one]))
      .map(async (one) => ({ ...one, command: await commandOf(one.pid) })),
  );
}

async function commandOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.replaceAll('\0', ' ').trim();
}

function ownerLine(): string {
  const me = identify(process.pid);
  return `${me?.pid} ${me?.startedAt}\n`;
}

/** Runs that were killed before they could clean up: their processes, namespaces and folders go now. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(tmpdir(), name);
    const [owner] = recorded(join(folder, 'owner'));
    // Without an owner it is being made or removed this very moment.
    if (owner === undefined || isAlive(owner)) continue;
    await end(recorded(join(folder, 'processes')), 2_000);
    await removeRun(name.slice(prefix.length).split('-')[0] ?? '', folder);
  }
}

async function removeRun(id: string, folder: string): Promise<void> {
  const { stdout } = await run('ip', ['netns', 'list']);
  const namespaces = stdout.split('\n').map((line) => line.split(' ')[0] ?? '');
  for (const namespace of namespaces.filter((name) => name.startsWith(`rs-${id}-`))) {
    await end(await processesInside(namespace), 1_000);
    await run('ip', ['netns', 'del', namespace]);
    await rm(join('/etc/netns', namespace), { recursive: true, force: true });
  }
  for (const path of (await mountsUnder(folder)).reverse()) await run('umount', [path]);
  // A folder of this machine may have been mounted in there: never empty it through a mount that would not go.
  if ((await mountsUnder(folder)).length > 0) throw new Error(`cannot unmount what is under ${folder}`);
  if (existsSync(folder)) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function mountsUnder(folder: string): Promise<string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  return mounts.filter((one) => one.startsWith(`${folder}/`)).sort();
}
