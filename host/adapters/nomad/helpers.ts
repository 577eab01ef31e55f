import { realpath } from 'node:fs/promises';
import type { ProcessId, ProcessInfo, World } from '../../core/ports/world.ts';
import type { Places } from './places.ts';

/** All processes below this one, by parenthood. */
export function descendantsOf(
  pids: ReadonlySet<number>,
  processes: readonly ProcessInfo[],
): readonly ProcessInfo[] {
  const children = new Map<number, ProcessInfo[]>();
  for (const one of processes) {
    const siblings = children.get(one.parent);
    if (siblings === undefined) children.set(one.parent, [one]);
    else siblings.push(one);
  }
  const found = new Map<number, ProcessInfo>();
  const queue = [...pids];
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid) || pids.has(child.pid)) continue;
      found.set(child.pid, child);
      queue.push(child.pid);
    }
  }
  return [...found.values()];
}

/** What tells the agent's leftovers from everything else on this machine. */
export interface Traces {
  /** The agent, where it runs: nothing below it is left over. */
  readonly agent: ProcessId | null;
  /** Seen below the agent while it ran. */
  readonly noted: readonly ProcessId[];
  /** This host. */
  readonly self: number;
  readonly pluginFolder: string;
}

/** As whose helper the program calls itself; it names no folder, so that its open files must tell whose work it serves. */
const helpers: ReadonlySet<string> = new Set(['logmon', 'docker_logger', 'executor']);

/** A collector of logs, a search index or a backup has files of the work open as well, and is the owner's. */
const isHelper = ({ command }: ProcessInfo): boolean => helpers.has(command[1] ?? '');

/** How a process stands to the agent: surely its leftover, perhaps (if it has a file open of the work), or no business of ours. */
export function suspects(
  processes: readonly ProcessInfo[],
  traces: Traces,
): { readonly sure: readonly ProcessInfo[]; readonly perhaps: readonly ProcessInfo[] } {
  const byPid = new Map(processes.map((one) => [one.pid, one]));
  const alive = traces.agent === null ? [] : [traces.agent.pid];
  const spared = new Set([
    ...alive,
    ...descendantsOf(new Set(alive), processes).map(({ pid }) => pid),
    ...ancestorsOf(traces.self, byPid),
  ]);
  // Where all of us runs in a container, its id says nothing.
  const own = new Set(byPid.get(traces.self)?.containers ?? []);
  const candidates = processes.filter(
    (one) => !one.zombie && !spared.has(one.pid) && one.containers.every((id) => own.has(id)),
  );
  const noted = new Set(traces.noted.map(keyOf));
  const isSure = (one: ProcessInfo): boolean =>
    noted.has(keyOf(one)) || (isOrphan(one, byPid) && isUnder(one.executable, traces.pluginFolder));
  const sure = candidates.filter(isSure);
  const perhaps = candidates.filter((one) => !isSure(one) && isOrphan(one, byPid) && isHelper(one));
  return { sure, perhaps };
}

/** The agent's orphaned helpers, and whatever runs below them. */
export async function findLeftovers(
  programs: World['programs'],
  places: Places,
  traces: Omit<Traces, 'pluginFolder'>,
): Promise<readonly ProcessId[]> {
  const processes = await programs.processes();
  const pluginFolder = await realpath(places.plugins).catch(() => places.plugins);
  const { sure, perhaps } = suspects(processes, { ...traces, pluginFolder });
  const found = new Map(sure.map((one) => [one.pid, one]));
  for (const one of perhaps) {
    if (await touchesWork(programs, one.pid, places)) found.set(one.pid, one);
  }
  for (const one of descendantsOf(new Set(found.keys()), processes)) {
    // A task in a container is the engine's matter.
    if (!one.zombie && one.containers.length === 0) found.set(one.pid, one);
  }
  return [...found.values()].map(({ pid, startTime }) => ({ pid, startTime }));
}

async function touchesWork(programs: World['programs'], pid: number, places: Places): Promise<boolean> {
  return (await programs.touches(pid, places.allocations)) || programs.touches(pid, places.mounts);
}

/** An orphan's parent is gone: it was handed to the first process, or to the service manager of the user's session. */
function isOrphan(one: ProcessInfo, byPid: ReadonlyMap<number, ProcessInfo>): boolean {
  const parent = byPid.get(one.parent);
  return one.parent <= 1 || parent === undefined || /(^|\/)systemd$/.test(parent.executable ?? '');
}

function ancestorsOf(pid: number, byPid: ReadonlyMap<number, ProcessInfo>): readonly number[] {
  const found: number[] = [];
  for (let one = pid; one > 0 && !found.includes(one); one = byPid.get(one)?.parent ?? 0) found.push(one);
  return found;
}

const keyOf = ({ pid, startTime }: ProcessId): string => `${pid} ${startTime}`;

const isUnder = (path: string | null, folder: string): boolean => path?.startsWith(`${folder}/`) === true;
