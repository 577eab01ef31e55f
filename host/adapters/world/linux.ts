import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import type { ProcessInfo } from '../../core/ports/world.ts';
import type { ProcessTable } from './programs.ts';

/** Linux tells of its processes in /proc. */
export const processTable: ProcessTable = {
  process: (pid) => Promise.resolve(readProcess(pid)),
  processes: () => Promise.resolve(readProcesses()),
  touches,
};

/** The machine's boot. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Where tailscaled may listen: a package's, and a snap's. */
export const tailscaledSockets: readonly [string, ...string[]] = [
  '/var/run/tailscale/tailscaled.sock',
  '/var/snap/tailscale/common/socket/tailscaled.sock',
];

function readProcesses(): readonly ProcessInfo[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => readProcess(Number(pid))).filter((one) => one !== null);
}

// Reading /proc waits for no disk, and through promises costs ten times the CPU (75 instead of 7 ms for 150 processes).
function readProcess(pid: number): ProcessInfo | null {
  const status = parseStat(textOf(`/proc/${pid}/stat`));
  if (status === null) return null;
  return {
    pid,
    ...status,
    executable: withoutDeleted(linkOf(`/proc/${pid}/exe`)),
    command: textOf(`/proc/${pid}/cmdline`).split('\0').slice(0, -1),
    containers: parseContainers(textOf(`/proc/${pid}/cgroup`)),
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
  if (linkOf(`/proc/${pid}/exe`)?.startsWith(root) === true) return true;
  return openFiles(pid).some((file) => linkOf(`/proc/${pid}/fd/${file}`)?.startsWith(root) === true);
}

function openFiles(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    // Gone, or another user's.
    return [];
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
