import { fail } from '../../../../contract/problems.ts';
import type { InstallUndo } from '../../../core/ports/installing.ts';
import type { RootMachine } from '../../../core/ports/root-machine.ts';
import type { RunResult } from '../../../core/ports/world.ts';
import type { LocalApi } from '../local-api.ts';
import { readDistribution } from './distribution.ts';
import { lastLines, type Packages, packagesOf } from './packages.ts';
import type { Tools } from './recipe.ts';
import { servicesOf } from './services.ts';

/** Where programs of the system lie; nothing is looked for on a PATH. */
const folders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'] as const;

/** All that a program of the system is started with: nothing of the person who asked. */
const cleanEnv = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LANG: 'C',
  LC_ALL: 'C',
  DEBIAN_FRONTEND: 'noninteractive',
  NEEDRESTART_SUSPEND: '1',
} as const;

const usualMs = 60_000;

/** The talk with the host that a list is worked off in, as recipes need it. */
export interface InstallTalk {
  note(undo: InstallUndo): Promise<void>;
  waits(): void;
  sleep(ms: number): Promise<void>;
  monotonic(): number;
}

/** Nothing was there before and nothing is noted yet. */
export const noUndo: InstallUndo = { packages: [], files: [], services: [], groups: [] };

/** What recipes work with on this machine. `ownerId`: who asked; null: root itself. */
export async function toolsFor(
  machine: RootMachine,
  tailscaled: LocalApi,
  ownerId: number | null,
  talk: InstallTalk,
): Promise<Tools> {
  const programs = programsOf(machine);
  const distribution = await readDistribution(machine);
  // As sd_booted(3) tells.
  const systemd = await machine.files.exists('/run/systemd/system');
  const owner = ownerId === null ? null : (await programs.run('id', ['-nu', String(ownerId)])).trim();
  let packages: Packages | null = null;
  return {
    ...programs,
    distribution,
    owner,
    tailscaled,
    files: machine.files,
    services: await servicesOf(systemd, programs.has, programs.run, programs.try),
    get packages() {
      if (distribution.packages === null) fail('install-failed', `no package manager on ${distribution.id}`);
      packages ??= packagesOf(distribution.packages, {
        attempt: programs.try,
        sleep: (ms) => talk.sleep(ms),
        waits: () => talk.waits(),
        monotonic: () => talk.monotonic(),
      });
      return packages;
    },
    note: (undo) => talk.note({ ...noUndo, ...undo }),
    sleep: (ms) => talk.sleep(ms),
    waits: () => talk.waits(),
    monotonic: () => talk.monotonic(),
  };
}

function programsOf(machine: RootMachine): Pick<Tools, 'has' | 'run' | 'try'> {
  const find = async (program: string): Promise<string | null> => {
    for (const folder of folders) {
      const path = `${folder}/${program}`;
      if (await machine.isProgram(path)) return path;
    }
    return null;
  };
  const attempt: Tools['try'] = async (program, args, { timeoutMs = usualMs } = {}) => {
    const path = await find(program);
    if (path === null) return missing(program);
    return machine.run(path, args, { timeoutMs, env: cleanEnv });
  };
  return {
    has: async (program) => (await find(program)) !== null,
    try: attempt,
    run: async (program, args, options) => {
      const result = await attempt(program, args, options);
      if (result.exitCode !== 0) fail('install-failed', `${program} ${args.join(' ')}: ${lastLines(result)}`);
      return result.stdout;
    },
  };
}

const missing = (program: string): RunResult => ({
  exitCode: null,
  stdout: '',
  stderr: `${program}: not found`,
  failure: 'missing',
});
