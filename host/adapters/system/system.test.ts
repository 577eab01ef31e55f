import { describe, expect, it } from 'vitest';
import type { Machine, Programs, RunResult } from '../../core/ports/world.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { createSystem } from './system.ts';

const usual: Readonly<Record<string, string>> = {
  'cat /etc/os-release': 'NAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\n',
  'systemctl is-system-running': 'degraded\n',
  'id -nG': 'mira video\n',
  'id -nG mira': 'mira video docker\n',
};

async function look(
  answers: Readonly<Record<string, string>>,
  there: readonly string[],
  platform: Machine['platform'] = 'linux',
) {
  const result = (stdout: string): RunResult => ({ exitCode: 0, stdout, stderr: '', failure: null });
  const programs = {
    find: (path: string) => Promise.resolve(there.includes(path) ? path : null),
    run: (program: string, args: readonly string[]) =>
      Promise.resolve(result(answers[[program, ...args].join(' ')] ?? '')),
  } as unknown as Programs;
  const machine = { platform, user: 'mira' } as Machine;
  return createSystem({ clock: new FakeClock(), programs, machine }).look();
}

describe('what system this machine has', () => {
  it('is told by its own files and programs', async () => {
    expect(await look(usual, ['/usr/bin/apt-get'])).toMatchObject({
      known: true,
      value: {
        distribution: 'debian',
        version: '12',
        packages: 'apt',
        systemd: true,
        groups: { now: ['mira', 'video'], login: ['mira', 'video', 'docker'] },
      },
    });
  });

  it.each([
    ['dnf', '/usr/bin/dnf'],
    ['zypper', '/usr/bin/zypper'],
    ['pacman', '/usr/bin/pacman'],
    ['apk', '/sbin/apk'],
  ])('finds %s', async (packages, path) => {
    expect(await look(usual, [path])).toMatchObject({ value: { packages } });
  });

  it('has no package manager that helps where the system is an image, or is described in a file', async () => {
    expect(await look(usual, ['/usr/bin/rpm-ostree', '/usr/bin/dnf'])).toMatchObject({
      value: { packages: null },
    });
    const nixos = { ...usual, 'cat /etc/os-release': 'ID=nixos\n' };
    expect(await look(nixos, ['/usr/bin/apt-get'])).toMatchObject({
      value: { packages: null, distribution: 'nixos', version: null },
    });
  });

  it('knows that systemd is installed and starts nothing', async () => {
    const offline = { ...usual, 'systemctl is-system-running': 'offline\n' };
    expect(await look(offline, [])).toMatchObject({ value: { systemd: false } });
    expect(await look({}, [])).toMatchObject({
      value: { systemd: false, distribution: '', packages: null, groups: { now: [], login: [] } },
    });
  });

  it('is not known on other systems than Linux', async () => {
    expect(await look(usual, [], 'windows')).toMatchObject({ known: false });
  });
});
