import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Install } from '../../../contract/installs.ts';
import { fail, ProblemError } from '../../../contract/problems.ts';
import type { RootMachine } from '../../core/ports/root-machine.ts';
import type {
  EnterEvent,
  Entering,
  EnterTailnet,
  LeaveReport,
  LeaveRequest,
  LeaveTailnet,
  Privilege,
  PrivilegeWay,
} from '../../core/ports/tailnet.ts';
import type { World } from '../../core/ports/world.ts';
import { type Channel, elevatedChannel, envProgram, inlineChannel } from './channel.ts';
import { EnteringSession } from './entering.ts';
import { thisMachine } from './install/this-machine.ts';
import { installing } from './installing.ts';
import type { Heard, Said, Task } from './protocol.ts';
import { chooseWay, noWay, type WayParts } from './way.ts';

/** Where what runs as root comes from. */
export interface PrivilegedProgram {
  /** The bundled `program.ts`. */
  readonly file: string;
  /** What runs it: Node, or the app's own binary as Node (`electron`). */
  readonly node: string;
  readonly electron: boolean;
  /** What the host was started with: it tells whether a desktop can ask for the password. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** tailscaled's socket, as it is set now. */
  readonly socket: () => string;
  /** The machine on which things are installed, where it is a simulated one; absent: this one. */
  readonly machine?: RootMachine;
}

/** Root by being it, by pkexec's prompt, or by sudo (`way.ts`). */
export function createPrivilege(
  world: Pick<World, 'clock' | 'programs' | 'tailscaled' | 'machine'>,
  program: PrivilegedProgram,
): Privilege {
  const parts: WayParts = {
    world,
    // A simulated machine has its own desktop.
    env: program.machine === undefined ? program.env : { DISPLAY: ':0' },
    pid: process.pid,
    trial: runs(program, ['-e', '', '--']),
  };
  const way = () => chooseWay(parts);
  const list = (tasks: Task[]): Heard => ({ list: tasks, tailscaled: program.socket() });
  const open = async (): Promise<Channel> => {
    const by = await way();
    if (by === null) throw new ProblemError(await noWay(parts));
    if (by === 'inline') return inlineChannel(world.clock, world.tailscaled, program.machine ?? thisMachine);
    // A simulated machine has its root program with it.
    if (program.machine !== undefined)
      return elevatedChannel(world.programs, command(program, program.file, by), () => noWay(parts));
    return copied(parts, program, by);
  };
  return {
    way,
    enter: (request, signal) =>
      later(open().then((channel) => new EnteringSession(channel, list(enterTasks(request)), signal))),
    install: (items, signal) =>
      installing(open(), list(items.map((item): Task => ({ task: 'install', item }))), signal),
    leave: async (request, signal) => {
      const tasks = leaveTasks(request);
      return tasks.length === 0 ? { kept: [] } : workOff(await open(), list(tasks), signal);
    },
  };
}

function enterTasks({ installs = [], ...request }: EnterTailnet): Task[] {
  return [
    ...installs.map((item): Task => ({ task: 'install', item })),
    { task: 'tailscale.enter', ...request },
  ];
}

/** The network first: what is taken back after it may be its program. */
function leaveTasks({ tailnet, remove, uninstall = [] }: LeaveRequest): Task[] {
  const leaving: LeaveTailnet[] = tailnet === null ? [] : [tailnet];
  return [
    ...leaving.map((one): Task => ({ task: 'tailscale.leave', ...one })),
    ...remove.map((one): Task => ({ task: 'remove', ...one })),
    ...uninstall.map((one): Task => ({ task: 'uninstall', ...one })),
  ];
}

/** An app may lie where root cannot read (a mounted image, a home folder on another machine): root gets a copy. */
async function copied(parts: WayParts, program: PrivilegedProgram, by: Elevated): Promise<Channel> {
  const folder = await mkdtemp(join(tmpdir(), 'rigshare-root-'));
  const file = join(folder, 'privileged.mjs');
  await copyFile(program.file, file);
  await chmod(file, 0o600);
  const channel = elevatedChannel(parts.world.programs, command(program, file, by), () => noWay(parts));
  return { ...channel, said: finallyRemoving(channel.said, folder) };
}

async function* finallyRemoving(said: AsyncIterable<Said>, folder: string): AsyncGenerator<Said> {
  try {
    yield* said;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Elevated = Exclude<PrivilegeWay, 'inline' | null>;

/** Without a terminal sudo can only ask through a program. */
const elevated: Readonly<Record<Elevated, readonly string[]>> = {
  pkexec: ['pkexec'],
  sudo: ['sudo', '-n', '--'],
  'sudo-ask': ['sudo', '-A', '--'],
};

/**
 * What root runs. An AppImage's start script puts `--no-sandbox` before our file where user namespaces are switched off,
 * unless it stands anywhere in the line; as Node the app knows no such option, and behind the file it is nobody's.
 */
const runs = ({ node, electron }: PrivilegedProgram, what: readonly string[]): readonly string[] =>
  electron ? [envProgram, 'ELECTRON_RUN_AS_NODE=1', node, ...what, '--no-sandbox'] : [node, ...what];

/** The whole command line: nothing in it is secret. */
const command = (program: PrivilegedProgram, file: string, by: Elevated): readonly string[] => [
  ...elevated[by],
  ...runs(program, [file]),
];

/** Sends the list and waits until it is worked off; the first problem is thrown. */
async function workOff(channel: Channel, list: Heard, signal: AbortSignal): Promise<LeaveReport> {
  let ended = false;
  const kept: Install[] = [];
  let first: ProblemError | null = null;
  for await (const said of channel.said) {
    // Begun as root, it is brought to its end; before that, nothing was sent.
    if ('ready' in said && signal.aborted) break;
    if ('ready' in said) channel.send(list);
    if ('problem' in said) first ??= new ProblemError(said.problem);
    if ('kept' in said) kept.push(said.kept);
    ended ||= 'end' in said;
  }
  channel.close();
  if (first !== null) throw first;
  signal.throwIfAborted();
  if (!ended) fail('administrator-failed', 'ended before its work was done');
  return { kept };
}

/** An entering whose channel is still being opened. */
function later(session: Promise<EnteringSession>): Entering {
  session.catch(() => undefined);
  async function* events(): AsyncGenerator<EnterEvent> {
    yield* (await session).events;
  }
  return { events: events(), finish: async (word) => (await session).finish(word) };
}
