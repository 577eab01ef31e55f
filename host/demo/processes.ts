import type { Clock } from '../core/ports/clock.ts';
import type { ProcessId, ProcessInfo } from '../core/ports/world.ts';

/** A simulated process as it is started. */
export interface Started {
  readonly parent: number;
  readonly executable: string;
  readonly command: readonly string[];
  readonly containers?: readonly string[];
  /** Folders in which it has files open. */
  readonly folders?: readonly string[];
  /** What a signal does; without it, both signals end it at once. */
  readonly onSignal?: (signal: 'SIGTERM' | 'SIGKILL') => void;
}

interface Entry {
  readonly info: ProcessInfo;
  readonly folders: readonly string[];
  readonly onSignal: ((signal: 'SIGTERM' | 'SIGKILL') => void) | undefined;
}

/** The simulated machine's process table. */
export class Processes {
  readonly #clock: Clock;
  readonly #table = new Map<number, Entry>();
  #next = 4200;

  constructor(clock: Clock) {
    this.#clock = clock;
    // The first process, whose command an ordinary user reads, and whose executable not.
    const command = ['/sbin/init'];
    const info = {
      pid: 1,
      startTime: '1',
      parent: 0,
      executable: null,
      command,
      containers: [],
      zombie: false,
    };
    this.#table.set(1, { info, folders: [], onSignal: () => undefined });
  }

  /** Starts one and answers who it is. */
  start(started: Started): ProcessId {
    const pid = this.#next++;
    // Clock ticks since the machine's boot, which was a day before the demo.
    const startTime = String(8_640_000 + Math.floor(this.#clock.monotonic() / 10));
    const { parent, executable, command } = started;
    const info = {
      pid,
      startTime,
      parent,
      executable,
      command,
      containers: started.containers ?? [],
      zombie: false,
    };
    this.#table.set(pid, { info, folders: started.folders ?? [], onSignal: started.onSignal });
    return { pid, startTime };
  }

  /** It is gone; its children are the first process's now. */
  end(pid: number): void {
    if (!this.#table.delete(pid)) return;
    for (const [child, entry] of this.#table) {
      if (entry.info.parent === pid) this.#table.set(child, { ...entry, info: { ...entry.info, parent: 1 } });
    }
  }

  /** The process with this pid, or null. */
  find(pid: number): ProcessInfo | null {
    return this.#table.get(pid)?.info ?? null;
  }

  /** All of them. */
  list(): readonly ProcessInfo[] {
    return [...this.#table.values()].map((entry) => entry.info);
  }

  /** Whether it has a file open under this folder, or is a program from there. */
  touches(pid: number, folder: string): boolean {
    const entry = this.#table.get(pid);
    if (entry === undefined) return false;
    const under = (path: string): boolean => path === folder || path.startsWith(`${folder}/`);
    return entry.folders.some(under) || (entry.info.executable !== null && under(entry.info.executable));
  }

  /** Signals exactly this one; false when it is gone. */
  signal(id: ProcessId, signal: 'SIGTERM' | 'SIGKILL'): boolean {
    const entry = this.#table.get(id.pid);
    if (entry === undefined || entry.info.startTime !== id.startTime) return false;
    if (entry.onSignal === undefined) this.end(id.pid);
    else entry.onSignal(signal);
    return true;
  }
}
