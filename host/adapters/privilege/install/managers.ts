import type { PackageManager } from '../../../core/ports/system.ts';
import type { RunResult } from '../../../core/ports/world.ts';

/** How one package manager is spoken to: fixed commands, and what its answers mean (all in the C locale). */
export interface Manager {
  /** The program that changes things. */
  readonly program: string;
  /** Reads afresh what can be installed; null: it must not be done alone (a rolling system is updated whole or not at all). */
  readonly refresh: readonly string[] | null;
  install(names: readonly string[]): readonly string[];
  remove(names: readonly string[]): readonly string[];
  /** What installing would bring; null: the manager takes what a package brought away with it. */
  readonly simulate: {
    args(names: readonly string[]): readonly string[];
    read(output: string): readonly string[];
  } | null;
  /** Tries the removing without changing anything; null: the manager leaves by itself what others need. */
  readonly tryRemoving: {
    command(names: readonly string[]): readonly [string, ...string[]];
    /** Everything that would go; null: it would be refused. */
    read(answer: RunResult): readonly string[] | null;
  } | null;
  /** Prints which of these somebody asked for by name; null: removing them does not go by a list of ours. */
  readonly manual: ((names: readonly string[]) => readonly [string, ...string[]]) | null;
  list(names: readonly string[]): readonly [string, ...string[]];
  installedIn(answer: RunResult, names: readonly string[]): readonly string[];
  offer(name: string): readonly [string, ...string[]];
  isOffered(answer: RunResult): boolean;
  isBusy(answer: RunResult): boolean;
  isOffline(answer: RunResult): boolean;
}

const words = ({ stdout, stderr }: RunResult): string => `${stdout}\n${stderr}`;
const says =
  (pattern: RegExp) =>
  (answer: RunResult): boolean =>
    answer.exitCode !== 0 && pattern.test(words(answer));
const succeeded = (answer: RunResult): boolean => answer.exitCode === 0;
const lines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

// A refresh that reached nothing ends well all the same, with a warning.
const aptOffline =
  /^(?:W|E): (?:Failed to fetch|Some index files failed)|Temporary failure resolving|Could not (?:resolve|connect)|Unable to connect/m;

const apt: Manager = {
  program: 'apt-get',
  refresh: ['update', '-q'],
  // Where one of the owner's packages stands against it (containerd.io, podman-docker) nothing is done.
  install: (names) => ['install', '-y', '-q', '--no-remove', '--no-install-recommends', '--', ...names],
  remove: (names) => ['purge', '-y', '-q', '--', ...names],
  simulate: {
    args: (names) => ['install', '-s', '-q', '--no-remove', '--no-install-recommends', '--', ...names],
    // "Inst runc (1.1.5 Debian:12.5/stable [amd64])"; an upgrade names the old version first.
    read: (output) => lines(output).flatMap((line) => /^Inst (\S+) \(/.exec(line)?.slice(1, 2) ?? []),
  },
  tryRemoving: {
    command: (names) => ['apt-get', 'purge', '-s', '-q', '--', ...names],
    // "Purg ufw [0.36-7]": whatever depends on them goes as well.
    read: ({ exitCode, stdout }) =>
      exitCode === 0
        ? lines(stdout).flatMap((line) => /^(?:Remv|Purg) (\S+)/.exec(line)?.slice(1, 2) ?? [])
        : null,
  },
  manual: (names) => ['apt-mark', 'showmanual', ...names],
  list: (names) => ['dpkg-query', '-W', '-f=${Package}\t${db:Status-Status}\n', ...names],
  installedIn: (answer, names) => {
    const there = lines(answer.stdout).flatMap((line) => {
      const [name = '', state] = line.split('\t');
      return state === 'installed' ? [name] : [];
    });
    return names.filter((one) => there.includes(one));
  },
  offer: (name) => ['apt-cache', 'policy', name],
  isOffered: ({ stdout }) => /^\s*Candidate: (?!\(none\))\S/m.test(stdout),
  isBusy: says(/Could not get lock|Unable to (?:acquire|lock)|is another process using it/),
  isOffline: (answer) => aptOffline.test(words(answer)),
};

const rpmInstalled = (answer: RunResult, names: readonly string[]): readonly string[] => {
  const there = lines(answer.stdout);
  return names.filter((one) => there.includes(one));
};
const rpmList = (names: readonly string[]): readonly [string, ...string[]] => [
  'rpm',
  '-q',
  '--queryformat=%{NAME}\n',
  ...names,
];

// dnf and zypper take away whatever needs a package; rpm itself refuses.
const rpmTryRemoving: Manager['tryRemoving'] = {
  command: (names) => ['rpm', '-e', '--test', ...names],
  read: ({ exitCode }) => (exitCode === 0 ? [] : null),
};

const dnf: Manager = {
  program: 'dnf',
  refresh: ['-q', '-y', 'makecache'],
  install: (names) => ['-y', 'install', '--setopt=install_weak_deps=False', ...names],
  // What came with a package goes with it: clean_requirements_on_remove is its default.
  remove: (names) => ['-y', 'remove', ...names],
  simulate: null,
  tryRemoving: rpmTryRemoving,
  manual: null,
  list: rpmList,
  installedIn: rpmInstalled,
  offer: (name) => ['dnf', '-q', 'repoquery', '--available', name],
  isOffered: ({ exitCode, stdout }) => exitCode === 0 && stdout.trim() !== '',
  isBusy: says(/lock(?:ed)? by|Waiting for process|another copy is running/i),
  isOffline: says(/Could not resolve host|Cannot download repomd|Failed to download metadata|Curl error/i),
};

const zypper: Manager = {
  program: 'zypper',
  refresh: ['--non-interactive', '--quiet', 'refresh'],
  install: (names) => ['--non-interactive', 'install', '--no-recommends', ...names],
  remove: (names) => ['--non-interactive', 'remove', '--clean-deps', ...names],
  simulate: null,
  tryRemoving: rpmTryRemoving,
  manual: null,
  list: rpmList,
  installedIn: rpmInstalled,
  offer: (name) => ['zypper', '--non-interactive', '--quiet', 'search', '--match-exact', name],
  isOffered: succeeded,
  // ZYPPER_EXIT_ZYPP_LOCKED
  isBusy: ({ exitCode }) => exitCode === 7,
  isOffline: says(/Could ?n[o']t resolve host|Download \(curl\) error|Timeout exceeded|Problem retrieving/i),
};

const pacman: Manager = {
  program: 'pacman',
  refresh: null,
  install: (names) => ['-S', '--noconfirm', '--needed', '--', ...names],
  remove: (names) => ['-Rns', '--noconfirm', '--', ...names],
  simulate: null,
  tryRemoving: {
    command: (names) => ['pacman', '-Rnsp', '--', ...names],
    read: ({ exitCode }) => (exitCode === 0 ? [] : null),
  },
  manual: null,
  list: (names) => ['pacman', '-Qq', '--', ...names],
  installedIn: rpmInstalled,
  offer: (name) => ['pacman', '-Si', '--', name],
  isOffered: succeeded,
  isBusy: says(/unable to lock database/),
  isOffline: says(/Could not resolve host|failed retrieving file|failed to synchronize/i),
};

const apk: Manager = {
  program: 'apk',
  refresh: ['update', '--quiet'],
  install: (names) => ['add', '--no-progress', ...names],
  remove: (names) => ['del', '--no-progress', ...names],
  simulate: null,
  tryRemoving: null,
  manual: null,
  list: (names) => ['apk', 'info', '-e', ...names],
  installedIn: rpmInstalled,
  offer: (name) => ['apk', 'search', '--exact', '--quiet', name],
  isOffered: ({ stdout }) => stdout.trim() !== '',
  isBusy: says(/Unable to lock database/),
  isOffline: says(/temporary error|network error|DNS/i),
};

/** All that we know how to speak to. */
export const managers: Readonly<Record<PackageManager, Manager>> = { apt, dnf, zypper, pacman, apk };
