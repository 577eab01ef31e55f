import type { PackageManager } from '../../../core/ports/system.ts';
import type { RootMachine } from '../../../core/ports/root-machine.ts';

/** What os-release tells, and who installs packages here. */
export interface Distribution {
  /** `debian`, `ubuntu`, `fedora`, …; '' where it is not told. */
  readonly id: string;
  /** What it is derived from, the nearest first. */
  readonly like: readonly string[];
  readonly version: string | null;
  /** The code name of the release: Ubuntu's or Debian's own for what is derived from them. */
  readonly codename: string | null;
  readonly packages: PackageManager | null;
}

const managers: readonly (readonly [PackageManager, string])[] = [
  ['apt', '/usr/bin/apt-get'],
  ['dnf', '/usr/bin/dnf'],
  ['zypper', '/usr/bin/zypper'],
  ['pacman', '/usr/bin/pacman'],
  ['apk', '/sbin/apk'],
];

/** Reads what system this is. */
export async function readDistribution(machine: RootMachine): Promise<Distribution> {
  const text =
    (await machine.files.read('/etc/os-release')) ?? (await machine.files.read('/usr/lib/os-release')) ?? '';
  const value = (name: string): string | null => {
    const found = new RegExp(`^${name}=(?:"([^"]*)"|'([^']*)'|(\\S*))$`, 'm').exec(text);
    return found?.[1] ?? found?.[2] ?? found?.[3] ?? null;
  };
  return {
    id: value('ID') ?? '',
    like: (value('ID_LIKE') ?? '').split(' ').filter(Boolean),
    version: value('VERSION_ID'),
    codename: value('UBUNTU_CODENAME') ?? value('DEBIAN_CODENAME') ?? value('VERSION_CODENAME'),
    packages: await managerOf(machine),
  };
}

async function managerOf(machine: RootMachine): Promise<PackageManager | null> {
  // A system that is an image: what is installed into it is lost, or refused.
  if (await machine.isProgram('/usr/bin/rpm-ostree')) return null;
  for (const [name, path] of managers) if (await machine.isProgram(path)) return name;
  return null;
}

/** Whether this is one of these distributions or derived from one. */
export const isLike = ({ id, like }: Distribution, ...names: readonly string[]): boolean =>
  names.some((name) => id === name || like.includes(name));
