import { fail, ProblemError } from '../../../../contract/problems.ts';
import type { PackageManager } from '../../../core/ports/system.ts';
import type { RunResult } from '../../../core/ports/world.ts';
import { type Manager, managers } from './managers.ts';

/** The system's packages. A busy package manager is waited for; being offline is a problem of its own. */
export interface Packages {
  readonly manager: PackageManager;
  /** Reads afresh what can be installed. A source that cannot be read is a problem only where a package is then lacking. */
  refresh(): Promise<void>;
  /** Whether the sources of this system offer a package. */
  offers(name: string): Promise<boolean>;
  /** Which of these are installed. */
  installed(names: readonly string[]): Promise<readonly string[]>;
  /** Everything that installing these would bring along and is not there yet. */
  brings(names: readonly string[]): Promise<readonly string[]>;
  /** Installs them. Throws `install-failed`, `packages-busy`, `packages-offline`. */
  install(names: readonly string[]): Promise<void>;
  /**
   * Which of these, that came with `of`, stay: something else that is installed has come to need them, so that removing
   * them would take that away too, or their owner has asked for them since.
   */
  needed(names: readonly string[], of: string): Promise<readonly string[]>;
  /** Removes them with their settings; what is not there, or stays, is passed over. */
  remove(names: readonly string[], of: string): Promise<void>;
}

/** How long another program's installing is waited for, and how often it is tried again, ms. */
const busyForMs = 10 * 60_000;
const tryEveryMs = 5_000;
// It is killed then, and killed half-way it leaves packages half set up: a slow line must not come near it.
const installWithinMs = 90 * 60_000;

/** What the packages need of the tools. */
export interface PackageTools {
  attempt(
    program: string,
    args: readonly string[],
    options: { readonly timeoutMs: number },
  ): Promise<RunResult>;
  sleep(ms: number): Promise<void>;
  waits(): void;
  monotonic(): number;
}

/** The packages of a machine with this manager. */
export function packagesOf(name: PackageManager, tools: PackageTools): Packages {
  const manager = managers[name];
  // Why the sources could not all be read: one of the owner's that is gone keeps nothing from coming from the others.
  let unread: ProblemError | null = null;
  const change = async (args: readonly string[]): Promise<string> => {
    try {
      return await changed(manager, args, tools);
    } catch (error) {
      throw unread !== null && isLacking(error) ? unread : error;
    }
  };
  const asked = (command: readonly [string, ...string[]]): Promise<RunResult> =>
    tools.attempt(command[0], command.slice(1), { timeoutMs: 120_000 });
  const installed = async (names: readonly string[]): Promise<readonly string[]> =>
    names.length === 0 ? [] : manager.installedIn(await asked(manager.list(names)), names);
  const takesOthers = async (names: readonly string[], ours: readonly string[]): Promise<boolean> => {
    if (names.length === 0 || manager.tryRemoving === null) return false;
    const goes = manager.tryRemoving.read(await asked(manager.tryRemoving.command(names)));
    return goes === null || goes.some((one) => !ours.includes(one));
  };
  const wanted = async (names: readonly string[], of: string): Promise<readonly string[]> => {
    const others = names.filter((one) => one !== of);
    if (manager.manual === null || others.length === 0) return [];
    const said = (await asked(manager.manual(others))).stdout.split('\n').map((line) => line.trim());
    return others.filter((one) => said.includes(one));
  };
  const needed = async (names: readonly string[], of: string): Promise<readonly string[]> => {
    const there = await installed(names);
    const stay = [...(await wanted(there, of))];
    const ours = there.filter((one) => !stay.includes(one));
    if (!(await takesOthers(ours, ours))) return stay;
    for (const one of ours) if (await takesOthers([one], ours)) stay.push(one);
    return stay;
  };
  return {
    manager: name,
    installed,
    needed,
    refresh: async () => {
      unread = null;
      if (manager.refresh !== null)
        unread = await changed(manager, manager.refresh, tools).then(noProblem, butBusy);
    },
    offers: async (one) => manager.isOffered(await asked(manager.offer(one))),
    brings: async (names) => {
      if (manager.simulate === null) {
        const there = await installed(names);
        return names.filter((one) => !there.includes(one));
      }
      return manager.simulate.read(await change(manager.simulate.args(names)));
    },
    install: async (names) => void (await change(manager.install(names))),
    remove: async (names, of) => {
      const stay = await needed(names, of);
      const go = (await installed(names)).filter((one) => !stay.includes(one));
      if (go.length > 0) await change(manager.remove(go));
    },
  };
}

const noProblem = (): null => null;

/** What kept the sources from being read; busy is another matter. */
function butBusy(error: unknown): ProblemError {
  if (error instanceof ProblemError && error.problem.code !== 'packages-busy') return error;
  throw error;
}

/** Whether a package is in none of the sources. */
const isLacking = (error: unknown): boolean =>
  error instanceof ProblemError &&
  /Unable to locate package|no installation candidate|No match for argument|not found|no such package/i.test(
    error.problem.detail ?? '',
  );

/** Runs the manager; while another program holds its lock it is tried again. */
async function changed(manager: Manager, args: readonly string[], tools: PackageTools): Promise<string> {
  const until = tools.monotonic() + busyForMs;
  for (;;) {
    const result = await tools.attempt(manager.program, args, { timeoutMs: installWithinMs });
    const words = lastLines(result);
    if (result.exitCode === 0 && !manager.isOffline(result)) return result.stdout;
    if (manager.isBusy(result)) {
      if (tools.monotonic() >= until) fail('packages-busy', words);
      tools.waits();
      await tools.sleep(tryEveryMs);
      continue;
    }
    fail(manager.isOffline(result) ? 'packages-offline' : 'install-failed', words);
  }
}

/** The last lines a program said, or how it ended. */
export function lastLines({ stdout, stderr, exitCode, failure }: RunResult): string {
  const said = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-6)
    .join('\n');
  return said === '' ? (failure ?? `ended with ${exitCode}`) : said.slice(-1_500);
}
