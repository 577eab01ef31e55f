import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process, told apart from a later one with the same id by when it was started (clock ticks since boot). */
export interface ProcessId {
  readonly pid: number;
  readonly startedAt: string;
}

/** Where a long-lived program runs and writes to. */
export interface StartOptions {
  readonly log: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** The process with this id now, if there is one that is not a zombie. */
export function identify(pid: number): ProcessId | undefined {
  try {
    const [state, ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const startedAt = rest[18];
    return startedAt === undefined || state === 'Z' ? undefined : { pid, startedAt };
  } catch {
    return undefined;
  }
}

/** Whether exactly this process still runs. */
export const isAlive = ({ pid, startedAt }: ProcessId): boolean => identify(pid)?.startedAt === startedAt;

/** Signals exactly this process; nothing where it is gone. */
export function signal(process_: ProcessId, name: NodeJS.Signals): void {
  if (!isAlive(process_)) return;
  try {
    process.kill(process_.pid, name);
  } catch {
    // Gone between the look and the signal.
  }
}

/** Asks these processes to end, and ends those that have not after the time given; 0 is SIGKILL without asking. */
export async function end(processes: readonly ProcessId[], withinMs = 5_000): Promise<void> {
  if (withinMs > 0) for (const one of [...processes].reverse()) signal(one, 'SIGTERM');
  const until = Date.now() + withinMs;
  while (processes.some(isAlive) && Date.now() < until) await sleep(50);
  for (const one of processes) signal(one, 'SIGKILL');
  while (processes.some(isAlive) && Date.now() < until + 5_000) await sleep(50);
}

/** The long-lived programs of one run, each noted in a file so that a later run can end what a killed one left. */
export class Processes {
  readonly #record: string;
  readonly #started: ProcessId[] = [];

  constructor(record: string) {
    this.#record = record;
  }

  /** Starts a program in a session of its own. */
  start(file: string, args: readonly string[], options: StartOptions): ProcessId {
    mkdirSync(dirname(options.log), { recursive: true });
    const log = openSync(options.log, 'a');
    const child = spawn(file, [...args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    closeSync(log);
    return this.adopt(child, file);
  }

  /** Notes a child that was spawned elsewhere as one of this run. */
  adopt(child: ChildProcess, what: string): ProcessId {
    child.on('error', () => undefined);
    child.unref();
    const found = child.pid === undefined ? undefined : identify(child.pid);
    if (found === undefined) throw new Error(`${what} did not start`);
    this.#started.push(found);
    appendFileSync(this.#record, `${found.pid} ${found.startedAt}\n`);
    return found;
  }

  /** Ends all of them, the last started first. */
  async stop(): Promise<void> {
    await end(this.#started.splice(0));
  }
}

/** The processes noted in such a file. */
export function recorded(record: string): ProcessId[] {
  try {
    return readFileSync(record, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [pid, startedAt] = line.split(' ');
        return pid === undefined || startedAt === undefined ? [] : [{ pid: Number(pid), startedAt }];
      });
  } catch {
    return [];
  }
}
