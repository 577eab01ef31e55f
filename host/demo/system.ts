import type { Clock } from '../core/ports/clock.ts';
import type { RootMachine } from '../core/ports/root-machine.ts';
import type { Programs, RunResult } from '../core/ports/world.ts';
import { SystemRecord } from './system-record.ts';
import { playSystem } from './system-programs.ts';

/** What a package brings, once it is installed. */
export interface DemoPackage {
  /** Packages that come along. */
  readonly brings: readonly string[];
  /** Services that it switches on. */
  readonly units: readonly string[];
  /** Programs, by name. */
  readonly programs: readonly string[];
  /** Groups that it makes, and leaves behind. */
  readonly groups?: readonly string[];
}

/** All that can be installed on the simulated machine. */
export const demoPackages: Readonly<Record<string, DemoPackage>> = {
  tailscale: { brings: [], units: ['tailscaled'], programs: ['tailscale', 'tailscaled'] },
  'docker.io': {
    brings: ['containerd', 'runc'],
    units: ['docker'],
    programs: ['docker', 'dockerd'],
    groups: ['docker'],
  },
  containerd: { brings: [], units: ['containerd'], programs: [] },
  runc: { brings: [], units: [], programs: [] },
  'nvidia-container-toolkit': {
    brings: ['libnvidia-container1', 'nvidia-container-toolkit-base'],
    units: [],
    programs: ['nvidia-ctk', 'nvidia-container-runtime'],
  },
  'libnvidia-container1': { brings: [], units: [], programs: [] },
  'nvidia-container-toolkit-base': { brings: [], units: [], programs: [] },
};

/** A service of the simulated machine. */
export interface DemoUnit {
  readonly enabled: boolean;
  readonly active: boolean;
}

/** What the simulated machine begins with. */
export interface SystemParts {
  readonly clock: Clock;
  /** Where it is kept what was installed. */
  readonly folder: string;
  /** The owner's name; '' or root: root itself. */
  readonly user: string;
  /** Packages that are there; their services run unless they are among `stopped`. */
  readonly packages: readonly string[];
  readonly stopped: readonly string[];
  /** Files that are there beside the system's own. */
  readonly files?: Readonly<Record<string, string>>;
  /** Groups of the owner beside their own. */
  readonly groups?: readonly string[];
}

const groupFile = '/etc/group';

/** How long the package manager takes for each package, ms. */
const packageMs = 1_500;

/** The simulated machine's system: Debian with apt and systemd, as far as installing depends on it. */
export class System {
  readonly clock: Clock;
  readonly user: string;
  readonly installed = new Set<string>();
  readonly units = new Map<string, DemoUnit>();
  readonly files = new Map<string, string>([
    [
      '/etc/os-release',
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
    ],
    ['/run/systemd/system/default.target', ''],
  ]);
  /** Groups that the owner is in by the system's list. */
  readonly groups = new Set<string>();
  /** Groups that the owner's session has: they come with a login, and a demo begins with one. */
  session: readonly string[];
  /** Another program that installs holds the package manager. */
  busy = false;
  /** Nothing can be fetched. */
  offline = false;
  readonly #listeners = new Set<() => void>();
  readonly #loads = new Map<string, number>();

  readonly #record: SystemRecord;

  constructor({ clock, folder, user, packages, stopped, files, groups }: SystemParts) {
    this.clock = clock;
    this.user = user;
    this.#record = new SystemRecord(folder);
    this.session = user === '' ? ['root'] : [user, 'video', ...(groups ?? [])];
    for (const [path, text] of Object.entries(files ?? {})) this.files.set(path, text);
    const kept = this.#record.read();
    for (const group of kept?.groups ?? this.session) this.groups.add(group);
    this.session = [...this.groups];
    for (const [path, text] of kept?.files ?? []) this.files.set(path, text);
    for (const name of this.brings(kept?.packages ?? packages)) this.add(name);
    for (const [name, unit] of kept?.units ?? []) this.units.set(name, unit);
    if (kept === null) for (const unit of stopped) this.setUnit(unit, { enabled: false, active: false });
    // Kept from the start, so that what changes is seen against it.
    this.#changed();
  }

  /** Calls now and when something was installed, removed, started or stopped. */
  follow(call: () => void): void {
    this.#listeners.add(call);
    call();
  }

  /** Whether a service runs. */
  runs(unit: string): boolean {
    return this.units.get(unit)?.active === true;
  }

  /** Whether a program is there; null: none that a package brings. */
  hasProgram(name: string): boolean | null {
    const packages = Object.entries(demoPackages).filter(([, one]) => one.programs.includes(name));
    return packages.length === 0 ? null : packages.some(([one]) => this.installed.has(one));
  }

  /** Everything that installing these would bring and is not there, dependencies first. */
  brings(names: readonly string[]): readonly string[] {
    const all = names.flatMap((name) => [...this.brings(demoPackages[name]?.brings ?? []), name]);
    return [...new Set(all)].filter((name) => !this.installed.has(name));
  }

  /** A package is there from now on, and its services run. */
  add(name: string): void {
    this.installed.add(name);
    for (const unit of demoPackages[name]?.units ?? []) {
      this.units.set(unit, { enabled: true, active: true });
      this.load(unit);
    }
    for (const group of demoPackages[name]?.groups ?? []) this.makeGroup(group);
    this.#changed();
  }

  /** A group is there from now on. */
  makeGroup(group: string): void {
    const lines = this.files.get(groupFile) ?? '';
    if (!lines.includes(`${group}:x:`)) this.files.set(groupFile, `${lines}${group}:x:110:\n`);
  }

  /** A group is gone. */
  dropGroup(group: string): void {
    const lines = (this.files.get(groupFile) ?? '').split('\n');
    const left = lines.filter((line) => line !== '' && !line.startsWith(`${group}:`));
    if (left.length === 0) this.files.delete(groupFile);
    else this.files.set(groupFile, `${left.join('\n')}\n`);
    this.#changed();
  }

  /** A service reads its settings: at its start, or when it is told to. */
  load(unit: string): void {
    this.#loads.set(unit, this.loads(unit) + 1);
  }

  /** How often a service has read its settings. */
  loads(unit: string): number {
    return this.#loads.get(unit) ?? 0;
  }

  /** A package is gone, with its services. */
  drop(name: string): void {
    this.installed.delete(name);
    for (const unit of demoPackages[name]?.units ?? []) this.units.delete(unit);
    this.#changed();
  }

  /** The owner signs out and in again: the session has every group from now on. */
  login(): void {
    this.session = [...this.groups];
    this.#changed();
  }

  /** A service is switched on or off; one that no package brought stays unknown. */
  setUnit(name: string, unit: DemoUnit): void {
    if (!this.units.has(name)) return;
    if (unit.active && !this.runs(name)) this.load(name);
    this.units.set(name, unit);
    this.#changed();
  }

  /** Runs a program of the system, as this user; null: the system has none of this name. */
  async run(name: string, args: readonly string[], root: boolean): Promise<RunResult | null> {
    const played = playSystem(this, name, args, root);
    if (played === null) return null;
    await this.clock.sleep(packageMs * (played.packages ?? 0));
    played.effect?.();
    return { exitCode: played.exitCode, stdout: played.stdout, stderr: played.stderr, failure: null };
  }

  /** The machine as what runs as root reaches it. */
  rootMachine(programs: Programs): RootMachine {
    const folder = (path: string, other: string): boolean => other === path || other.startsWith(`${path}/`);
    const { files } = this;
    return {
      isProgram: async (path) => (await programs.find(path)) !== null,
      run: async (program, args, { timeoutMs }) =>
        (await this.run(program.split('/').at(-1) ?? '', args, true)) ??
        programs.run(program, args, { timeoutMs }),
      files: {
        read: (path) => Promise.resolve(files.get(path) ?? null),
        exists: (path) => Promise.resolve([...files.keys()].some((one) => folder(path, one))),
        write: (path, content) => {
          files.set(path, typeof content === 'string' ? content : new TextDecoder('latin1').decode(content));
          this.#changed();
          return Promise.resolve();
        },
        remove: (path) => {
          for (const one of [...files.keys()]) if (folder(path, one)) files.delete(one);
          this.#changed();
          return Promise.resolve();
        },
      },
    };
  }

  #changed(): void {
    const { installed, units, files, groups } = this;
    this.#record.write({
      packages: [...installed],
      units: [...units],
      files: [...files],
      groups: [...groups],
    });
    for (const call of this.#listeners) call();
  }
}
