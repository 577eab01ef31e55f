import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, ProblemError } from '../../contract/problems.ts';
import { somebodyListens } from './unix-socket.ts';

/** This process's right to be the home's one host. */
export interface Claim {
  /** Gives it back; a killed process's is void by itself. */
  readonly release: () => Promise<void>;
}

/** Where the claim is made. */
export interface ClaimPlaces {
  readonly run: string;
  readonly socket: string;
}

/**
 * Claims the home for this process, before anything in it is opened; throws the problem `host-already-running`.
 *
 * Each process writes a file named after itself and *then* looks for others': of two at once, the later one sees the other.
 * A file's name is one process's alone, so that a dead one's may be deleted by anybody without a race.
 */
export async function claimHost({ run, socket }: ClaimPlaces): Promise<Claim> {
  await mkdir(run, { recursive: true, mode: 0o700 });
  const start = await startOf(process.pid);
  const own = `host-${process.pid}-${start}.claim`;
  const release = (): Promise<void> => rm(join(run, own), { force: true });
  for (let triesLeft = 8; ; triesLeft--) {
    // A file of this very name is this process's own earlier claim, unless no start tells it from an older process's.
    await writeFile(join(run, own), '', { mode: 0o600, flag: start === unknown ? 'w' : 'wx' }).catch(taken);
    const other = await livingOther(run, own);
    // Another's process may not be visible here (a container, another computer with this home), but its socket is.
    if (other === null && !(await somebodyListens(socket))) return { release };
    await release();
    const detail = other === null ? socket : `process ${other}`;
    if (triesLeft === 0 || other === null) throw new ProblemError(problem('host-already-running', detail));
    await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 40));
  }
}

function taken(error: NodeJS.ErrnoException): never {
  throw error.code === 'EEXIST' ? new ProblemError(problem('host-already-running', 'this process')) : error;
}

/** The pid of a living process that claims this home too; claims of the dead are removed. */
async function livingOther(run: string, own: string): Promise<number | null> {
  for (const name of await readdir(run)) {
    const [, pid, start] = /^host-(\d+)-(\w+)\.claim$/.exec(name) ?? [];
    if (pid === undefined || name === own) continue;
    const lives = isAlive(Number(pid)) && (await startOf(Number(pid))) === start;
    if (lives && (start !== unknown || (await isYoung(join(run, name))))) return Number(pid);
    await rm(join(run, name), { force: true });
  }
  return null;
}

/** Where no start is known, a pid may be another program's by now: then only a claim of this minute counts, and later the socket. */
async function isYoung(file: string): Promise<boolean> {
  const written = await stat(file).catch(() => null);
  return written !== null && Date.now() - written.mtimeMs < 60_000;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const unknown = 'unknown';

/** When a process started, so that a pid used again is not taken for it; `dead` for one that only waits to be buried. */
async function startOf(pid: number): Promise<string> {
  try {
    const [boot, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // proc(5): fields 3 (state) and 22 (start), counted after the program's name, which is in brackets and may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'dead' : `${boot.slice(0, 8)}t${fields[19]}`;
  } catch {
    return unknown;
  }
}
