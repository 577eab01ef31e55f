import type { RunResult } from './world.ts';

/** The machine as what runs as root reaches it: programs by their whole path, and a few small files of the system. */
export interface RootMachine {
  /** Whether a program lies at this path. */
  isProgram(path: string): Promise<boolean>;
  /** Runs a program to its end with nothing but this environment; no shell. Never rejects. */
  run(
    program: string,
    args: readonly string[],
    options: { readonly timeoutMs: number; readonly env: Readonly<Record<string, string>> },
  ): Promise<RunResult>;
  readonly files: {
    /** Null: not there. */
    read(path: string): Promise<string | null>;
    exists(path: string): Promise<boolean>;
    /** Writes it whole, readable by all; folders on the way are made. */
    write(path: string, content: string | Uint8Array): Promise<void>;
    /** Removes a file, or a folder with all in it; gone already is fine. */
    remove(path: string): Promise<void>;
  };
}
