import type { InstallUndo } from '../../../core/ports/installing.ts';
import type { RootMachine } from '../../../core/ports/root-machine.ts';
import type { RunResult } from '../../../core/ports/world.ts';
import type { LocalApi } from '../local-api.ts';
import type { Packages } from './packages.ts';
import type { Distribution } from './distribution.ts';
import type { Services } from './services.ts';

/** How one thing is installed or switched on, and taken back. All of it is fixed here: nothing comes from an invite. */
export interface Recipe {
  /** Whether there is nothing to do. */
  done(tools: Tools): Promise<boolean>;
  /** Makes it so; tells of each change by `tools.note` before it. Throws `ProblemError`. */
  install(tools: Tools): Promise<void>;
  /** Takes back what `install` noted, all of it in one; `kept` where the owner has come to use it otherwise. */
  undo(undo: InstallUndo, tools: Tools): Promise<'undone' | 'kept'>;
}

/** What a recipe works with. Programs are found in the system's own folders, run without a shell and with a clean environment. */
export interface Tools {
  readonly distribution: Distribution;
  /** Throws `install-failed` where no package manager is known. */
  readonly packages: Packages;
  readonly services: Services;
  readonly files: RootMachine['files'];
  /** tailscaled, at the socket that the host uses. */
  readonly tailscaled: LocalApi;
  /** The name of the user who asked; null: root itself. */
  readonly owner: string | null;
  /** Whether the system has this program. */
  readonly has: (program: string) => Promise<boolean>;
  /** Runs a program that must succeed (else `install-failed` with its last lines); by default it has a minute. */
  readonly run: (
    program: string,
    args: readonly string[],
    options?: { readonly timeoutMs?: number },
  ) => Promise<string>;
  /** Runs a program and answers however it ended. */
  try(
    program: string,
    args: readonly string[],
    options?: { readonly timeoutMs?: number },
  ): Promise<RunResult>;
  /** Tells of a change before it is made; resolves when it is in the footprint. */
  readonly note: (undo: Partial<InstallUndo>) => Promise<void>;
  /** Waits; throws when the host took its word back or is gone. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Says that another program is waited for. */
  readonly waits: () => void;
  /** Milliseconds that never jump. */
  readonly monotonic: () => number;
}
