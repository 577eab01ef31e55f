import type { Printed } from './nvidia-smi.ts';
import type { System } from './system.ts';

/** What a program of the system printed, how many packages it worked on, and what it has done at its end. */
export interface Played extends Printed {
  readonly packages?: number;
  readonly effect?: () => void;
}

type Play = (system: System, args: readonly string[], root: boolean) => Played;

const said = (stdout: string, exitCode = 0): Played => ({ exitCode, stdout, stderr: '' });
const refused = (stderr: string, exitCode: number): Played => ({ exitCode, stdout: '', stderr });

const plays: Readonly<Record<string, Play>> = {
  cat: ({ files }, [path = '']) => {
    const text = files.get(path);
    return text === undefined ? refused(`cat: ${path}: No such file or directory\n`, 1) : said(text);
  },
  id: (system, args, root) => {
    if (args[0] === '-nu') return said(`${system.user === '' ? 'root' : system.user}\n`);
    const named = args.length > 1;
    const groups = named ? [...system.groups] : root ? ['root'] : system.session;
    return said(`${groups.join(' ')}\n`);
  },
  systemctl: playSystemctl,
  'apt-get': playAptGet,
  'apt-cache': (_, [, name = '']) => said(`${name}:\n  Installed: (none)\n  Candidate: 1.0-1\n`),
  'dpkg-query': ({ installed }, args) => {
    const names = args.filter((one) => !one.startsWith('-'));
    const there = names.filter((one) => installed.has(one));
    const lines = there.map((one) => `${one}\tinstalled\n`).join('');
    return { ...said(lines, there.length === names.length ? 0 : 1) };
  },
  groupadd: (system, args) => ({ ...said(''), effect: () => system.makeGroup(args.at(-1) ?? '') }),
  groupdel: (system, args) => ({ ...said(''), effect: () => system.dropGroup(args.at(-1) ?? '') }),
  dpkg: () => said('amd64\n'),
  usermod: (system, args) => changeGroup(system, args, true),
  gpasswd: (system, args) => changeGroup(system, args, false),
};

/** Plays one of the system's programs; null: it has none of this name. */
export function playSystem(
  system: System,
  name: string,
  args: readonly string[],
  root: boolean,
): Played | null {
  return plays[name]?.(system, args, root) ?? null;
}

/** Whether the system has a program of this name. */
export const isSystemProgram = (name: string): boolean => name in plays;

function playSystemctl(system: System, args: readonly string[], root: boolean): Played {
  const [word = '', ...rest] = args;
  if (word === 'is-system-running') return said('running\n');
  const name = (rest.find((one) => !one.startsWith('-')) ?? '').replace(/\.service$/, '');
  const unit = system.units.get(name);
  if (word === 'is-enabled') return said('', unit?.enabled === true ? 0 : 1);
  if (word === 'is-active') return said('', unit?.active === true ? 0 : 3);
  if (!root) return refused('Interactive authentication required.\n', 1);
  if (unit === undefined) return refused(`Unit file ${name}.service does not exist.\n`, 1);
  const now = rest.includes('--now');
  const next = {
    enable: { enabled: true, active: unit.active || now },
    disable: { enabled: false, active: unit.active && !now },
    start: { ...unit, active: true },
    restart: { ...unit, active: true },
    reload: unit,
    stop: { ...unit, active: false },
  }[word];
  if (next === undefined) return said('');
  const reads = (word === 'reload' || word === 'restart') && unit.active;
  return {
    ...said(''),
    effect: () => {
      if (reads) system.load(name);
      system.setUnit(name, next);
    },
  };
}

function playAptGet(system: System, args: readonly string[], root: boolean): Played {
  const [word = '', ...rest] = args;
  const names = rest.filter((one) => !one.startsWith('-'));
  if (!root && !rest.includes('-s'))
    return refused(
      'E: Could not open lock file /var/lib/dpkg/lock-frontend - open (13: Permission denied)\n',
      100,
    );
  if (system.busy)
    return refused(
      'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt)\n',
      100,
    );
  if (system.offline)
    return refused("E: Failed to fetch https://deb.debian.org/  Could not resolve 'deb.debian.org'\n", 100);
  if (word === 'update') return { ...said('Reading package lists...\n'), packages: 1 };
  if (word === 'install') {
    const brings = system.brings(names);
    const lines = brings.map((one) => `Inst ${one} (1.0-1 demo [amd64])\n`).join('');
    if (rest.includes('-s')) return said(lines);
    return {
      ...said(lines),
      packages: brings.length,
      effect: () => brings.forEach((one) => system.add(one)),
    };
  }
  if (word !== 'purge' && word !== 'remove') return refused(`E: Invalid operation ${word}\n`, 100);
  const gone = said(names.map((one) => `Purg ${one} [1.0-1]\n`).join(''));
  if (rest.includes('-s')) return gone;
  return { ...gone, packages: 1, effect: () => names.forEach((one) => system.drop(one)) };
}

/** `usermod -aG group user`, `gpasswd -d user group`. */
function changeGroup(system: System, args: readonly string[], add: boolean): Played {
  const [flag, first = '', second = ''] = args;
  const [group, user] = add ? [first, second] : [second, first];
  if (flag !== (add ? '-aG' : '-d') || user !== system.user) return refused('user does not exist\n', 6);
  if (add) system.groups.add(group);
  else system.groups.delete(group);
  return said('');
}
