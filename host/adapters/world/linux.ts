import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { ProcessInfo } from '../../core/ports/world.ts';
import type { ProcessTable } from './programs.ts';

/** Linux tells of its processes in /proc. */
export const processTable: ProcessTable = { process: readProcess, processes: readProcesses, touches };

/** The machine's boot. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Where tailscaled listens. */
export const tailscaledSocket = '/var/run/tailscale/tailscaled.sock';

async function readProcesses(): Promise<readonly ProcessInfo[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found: ProcessInfo[] = [];
  // One after the other: the table is asked for seldom, and a burst of a thousand open files is worse than a few ms.
  for (const pid of pids) {
    const one = await readProcess(pid);
    if (one !== null) found.push(one);
  }
  return found;
}

async function readProcess(pid: number): Promise<ProcessInfo | null> {
  const status = parseStat(await textOf(`/proc/${pid}/stat`));
  if (status === null) return null;
  return {
    pid,
    ...status,
    executable: withoutDeleted(await linkOf(`/proc/${pid}/exe`)),
    command: (await textOf(`/proc/${pid}/cmdline`)).split('\0').slice(0, -1),
    containers: parseContainers(await textOf(`/proc/${pid}/cgroup`)),
  };
}

/** The fields of /proc/<pid>/stat that matter; a program may put anything into its own name. */
export function parseStat(text: string): Pick<ProcessInfo, 'parent' | 'startTime' | 'zombie'> | null {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startTime = fields[19];
  if (!text.includes(')') || state === undefined || parent === undefined || startTime === undefined)
    return null;
  return { parent: Number(parent), startTime, zombie: state === 'Z' || state === 'X' };
}

/** Container ids in a process's control groups, the innermost first. */
export function parseContainers(text: string): readonly string[] {
  const ids = text
    .split('\n')
    .flatMap((line) => [...line.matchAll(/[0-9a-f]{64}/g)].map(([id]) => id).reverse());
  return [...new Set(ids)];
}

/** A program replaced by its update still runs from the old file. */
const withoutDeleted = (path: string | null): string | null => path?.replace(/ \(deleted\)$/, '') ?? null;

async function touches(pid: number, folder: string): Promise<boolean> {
  const root = `${(await realpath(folder).catch(() => folder)).replace(/\/+$/, '')}/`;
  if ((await linkOf(`/proc/${pid}/exe`))?.startsWith(root) === true) return true;
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const file of files)
    if ((await linkOf(`/proc/${pid}/fd/${file}`))?.startsWith(root) === true) return true;
  return false;
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
const linkOf = (path: string): Promise<string | null> => readlink(path).catch(() => null);
