import type { ControlNode } from './control.ts';
import { newPrefs, type Prefs } from './prefs.ts';

/** A sign-in on this computer. */
export interface Profile {
  readonly id: string;
  readonly prefs: Prefs;
  readonly nodeId: string;
  readonly user: string;
  /** It came by a key, not by a person in a browser. */
  readonly byKey: boolean;
  /** This computer as the server last told of it. */
  readonly seen: ControlNode;
}

/** What of the daemon outlives it. */
export interface DaemonRecord {
  readonly profiles: readonly Profile[];
  readonly current: string;
}

/** The sign-ins on this computer, and which one is in use: none while a new one has not come to its end. */
export class Profiles {
  readonly #all = new Map<string, Profile>();
  #current: string;
  /** Preferences of the profile in use that has not signed in yet. */
  #draft: Prefs = newPrefs;
  readonly #serves = new Map<string, Readonly<Record<string, unknown>>>();

  constructor(record: DaemonRecord | null) {
    for (const profile of record?.profiles ?? []) this.#all.set(profile.id, profile);
    this.#current = record?.current ?? '';
  }

  /** What outlives the daemon. */
  record(): DaemonRecord {
    return { profiles: this.list, current: this.#current };
  }

  /** All of them. */
  get list(): readonly Profile[] {
    return [...this.#all.values()];
  }

  /** The one in use, or null while it has not signed in. */
  get current(): Profile | null {
    return this.#all.get(this.#current) ?? null;
  }

  /** The preferences in use. */
  get prefs(): Prefs {
    return this.current?.prefs ?? this.#draft;
  }

  /** What is served in the profile in use; null: nothing was ever. */
  get serve(): Readonly<Record<string, unknown>> | null {
    return this.#serves.get(this.#current) ?? null;
  }

  set serve(config: Readonly<Record<string, unknown>>) {
    this.#serves.set(this.#current, config);
  }

  /** Changes the preferences in use. */
  setPrefs(prefs: Prefs): void {
    const { current } = this;
    if (current === null) this.#draft = prefs;
    else this.#all.set(current.id, { ...current, prefs });
  }

  /** Begins a new, empty one. */
  begin(): void {
    this.#current = '';
    this.#draft = newPrefs;
  }

  /** Goes to the one with this id; false where there is none. */
  use(id: string): boolean {
    if (!this.#all.has(id)) return false;
    this.#current = id;
    return true;
  }

  /** Keeps a sign-in and uses it. */
  keep(profile: Profile): void {
    this.#all.set(profile.id, profile);
    this.#current = profile.id;
  }

  /** Forgets one. */
  forget(id: string): void {
    this.#all.delete(id);
  }

  /** Whether this is the one in use. */
  isCurrent(id: string): boolean {
    return this.#current === id;
  }
}
