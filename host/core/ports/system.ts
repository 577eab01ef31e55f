import type { Fact } from '../facts.ts';

/** Who installs packages here. */
export type PackageManager = 'apt' | 'dnf' | 'pacman' | 'zypper' | 'apk';

/** What this machine's system is, as far as installing depends on it. */
export interface SystemSample {
  /** os-release's ID (`debian`, `fedora`, …); '' where it is not told. */
  readonly distribution: string;
  /** os-release's VERSION_ID; null for rolling ones. */
  readonly version: string | null;
  /** Null: none that we know. */
  readonly packages: PackageManager | null;
  /** Whether systemd starts the services here. */
  readonly systemd: boolean;
  /** The user's groups by name: what this process has, and what a new login would have. */
  readonly groups: { readonly now: readonly string[]; readonly login: readonly string[] };
}

/** The machine's system, read without administrator rights. */
export interface System {
  /** Looks once; an expected failure is an unknown fact with its problem. */
  look(): Promise<Fact<SystemSample>>;
}
