import { seen, unknown } from '../../core/facts.ts';
import type { PackageManager, System, SystemSample } from '../../core/ports/system.ts';
import type { World } from '../../core/ports/world.ts';
import { problem } from '../../../contract/problems.ts';

const withinMs = 10_000;
const limit = { timeoutMs: withinMs, env: { LC_ALL: 'C' } } as const;

const managers: readonly (readonly [PackageManager, string])[] = [
  ['apt', '/usr/bin/apt-get'],
  ['dnf', '/usr/bin/dnf'],
  ['zypper', '/usr/bin/zypper'],
  ['pacman', '/usr/bin/pacman'],
  ['apk', '/sbin/apk'],
];

/** Systems that are an image, or are described by a file: nothing can be installed into them by a command. */
const closed: ReadonlySet<string> = new Set(['nixos', 'guix', 'steamos']);

/** What system this machine has; read by programs, so that nothing needs a right. */
export function createSystem({
  clock,
  programs,
  machine,
}: Pick<World, 'clock' | 'programs' | 'machine'>): System {
  const output = async (program: string, ...args: string[]): Promise<string> =>
    (await programs.run(program, args, limit)).stdout.trim();
  const look = async (): Promise<SystemSample> => {
    const [release, systemd, now, login] = await Promise.all([
      output('cat', '/etc/os-release'),
      output('systemctl', 'is-system-running'),
      output('id', '-nG'),
      output('id', '-nG', machine.user),
    ]);
    const distribution = valueIn(release, 'ID') ?? '';
    return {
      distribution,
      version: valueIn(release, 'VERSION_ID'),
      packages: closed.has(distribution) ? null : await managerOf(programs),
      systemd: /^(?:initializing|starting|running|degraded|maintenance|stopping)$/.test(systemd),
      groups: { now: words(now), login: words(login) },
    };
  };
  return {
    look: async () =>
      machine.platform === 'linux'
        ? seen(await look(), clock.now())
        : unknown(problem('install-failed', machine.platform), clock.now()),
  };
}

function valueIn(release: string, name: string): string | null {
  const found = new RegExp(`^${name}=(?:"([^"]*)"|'([^']*)'|(\\S*))$`, 'm').exec(release);
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
}

async function managerOf(programs: World['programs']): Promise<PackageManager | null> {
  if ((await programs.find('/usr/bin/rpm-ostree')) !== null) return null;
  for (const [name, path] of managers) if ((await programs.find(path)) !== null) return name;
  return null;
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);
