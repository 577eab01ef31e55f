import { execFileSync } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import { execa } from 'execa';
import type { ProcessInfo } from '../../core/ports/world.ts';
import type { ProcessTable } from './programs.ts';

/** macOS tells of its processes by `ps`, and of their open files by `lsof`. */
export const processTable: ProcessTable = {
  process: async (pid) => (await list(['-p', String(pid)]))[0] ?? null,
  processes: () => list(['-ax']),
  touches,
};

/** The machine's boot. */
export const bootId = (): string =>
  execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim();

/** Where tailscaled listens. */
export const tailscaledSockets: readonly [string, ...string[]] = ['/var/run/tailscaled.socket'];

async function list(which: readonly string[]): Promise<readonly ProcessInfo[]> {
  const commands = await output('ps', [...which, '-ww', '-o', 'pid=,ppid=,stat=,lstart=,command=']);
  return parseProcesses(commands, await output('ps', [...which, '-o', 'pid=,comm=']));
}

/** Joins the two listings: one with the start and the whole command, one with the executable, each in its last column. */
export function parseProcesses(commands: string, executables: string): readonly ProcessInfo[] {
  const paths = new Map<number, string>();
  for (const line of executables.split('\n')) {
    const found = /^\s*(\d+)\s+(.+?)\s*$/.exec(line);
    if (found !== null) paths.set(Number(found[1]), found[2] ?? '');
  }
  return commands.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})\s(.*)$/.exec(line);
    if (found === null) return [];
    const [, pid = '', parent = '', state = '', started = '', command = ''] = found;
    const path = paths.get(Number(pid));
    return {
      pid: Number(pid),
      parent: Number(parent),
      startTime: started.replace(/\s+/g, ' '),
      executable: path?.startsWith('/') === true ? path : null,
      // `ps` does not say where one argument ends and the next begins.
      command: command.trim().split(' '),
      containers: [],
      zombie: state.startsWith('Z'),
    };
  });
}

async function touches(pid: number, folder: string): Promise<boolean> {
  const root = `${(await realpath(folder).catch(() => folder)).replace(/\/+$/, '')}/`;
  const names = await output('lsof', ['-p', String(pid), '-F', 'n', '-w']);
  return names.split('\n').some((line) => line.startsWith(`n${root}`));
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execa(program, args, { reject: false, timeout: 5_000, env: { LC_ALL: 'C' } });
  return stdout ?? '';
}
