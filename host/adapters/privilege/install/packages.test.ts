import { describe, expect, it } from 'vitest';
import type { PackageManager } from '../../../core/ports/system.ts';
import type { RunResult } from '../../../core/ports/world.ts';
import { packagesOf } from './packages.ts';

const ended = (exitCode: number, stdout = ''): RunResult => ({ exitCode, stdout, stderr: '', failure: null });

/** What a package manager ran and answered; `needs`: who needs a package, beside ours. */
function machine(
  manager: PackageManager,
  there: readonly string[],
  needs: Readonly<Record<string, string>>,
  manual = '',
) {
  const ran: string[] = [];
  const attempt = (program: string, args: readonly string[]): Promise<RunResult> => {
    ran.push([program, ...args].join(' '));
    const names = args.filter((one) => there.includes(one));
    const others = names.flatMap((one) => needs[one] ?? []);
    if (program === 'dpkg-query')
      return Promise.resolve(ended(0, names.map((one) => `${one}\tinstalled\n`).join('')));
    if (program === 'apt-mark') return Promise.resolve(ended(0, manual));
    if (args.includes('--test') || args[0] === '-Rnsp')
      return Promise.resolve(ended(others.length === 0 ? 0 : 1));
    if (program === 'rpm' || args[0] === '-Qq') return Promise.resolve(ended(0, names.join('\n')));
    return Promise.resolve(ended(0, [...others, ...names].map((one) => `Purg ${one} [1.0]\n`).join('')));
  };
  const packages = packagesOf(manager, {
    attempt,
    sleep: () => Promise.resolve(),
    waits: () => undefined,
    monotonic: () => 0,
  });
  const removals = (): readonly string[] =>
    ran.filter((line) => !/ -s |--test|-Rnsp|dpkg-query|queryformat|-Qq|showmanual/.test(line));
  return { packages, removals };
}

describe('removing packages', () => {
  it('leaves one that the owner’s own program has come to need, and removes the others', async () => {
    const { packages, removals } = machine('apt', ['iptables', 'tailscale'], { iptables: 'ufw' });
    await packages.remove(['iptables', 'tailscale', 'gone'], 'tailscale');
    expect(removals()).toEqual(['apt-get purge -y -q -- tailscale']);
    expect(await packages.needed(['iptables', 'tailscale'], 'tailscale')).toEqual(['iptables']);
  });

  it('removes those that need each other alone', async () => {
    const { packages, removals } = machine('apt', ['runc', 'docker.io'], { runc: 'docker.io' });
    await packages.remove(['runc', 'docker.io'], 'docker.io');
    expect(removals()).toEqual(['apt-get purge -y -q -- runc docker.io']);
  });

  it('leaves one that the owner has asked for since, and whatever would take it away', async () => {
    const all = ['runc', 'containerd', 'docker.io'];
    const { packages, removals } = machine('apt', all, { runc: 'containerd' }, 'containerd\ndocker.io\n');
    await packages.remove(all, 'docker.io');
    expect(removals()).toEqual(['apt-get purge -y -q -- docker.io']);
  });

  it.each([
    ['dnf', 'dnf -y remove moby-engine'],
    ['zypper', 'zypper --non-interactive remove --clean-deps moby-engine'],
    ['pacman', 'pacman -Rns --noconfirm -- moby-engine'],
  ] as const)('asks before %s whether something else needs it', async (manager, removal) => {
    const needed = machine(manager, ['moby-engine'], { 'moby-engine': 'docker-compose' });
    await needed.packages.remove(['moby-engine'], 'moby-engine');
    expect(needed.removals()).toEqual([]);
    const free = machine(manager, ['moby-engine'], {});
    await free.packages.remove(['moby-engine'], 'moby-engine');
    expect(free.removals()).toEqual([removal]);
  });
});
