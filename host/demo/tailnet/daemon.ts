import type { Clock } from '../../core/ports/clock.ts';
import type { Chance } from '../chance.ts';
import { Timers } from '../timers.ts';
import { Bus, loginRefused, networkDown, type StateName, states } from './bus.ts';
import type { Control, ControlNode, Registered } from './control.ts';
import type { Prefs } from './prefs.ts';
import { type DaemonRecord, type Profile, Profiles } from './profiles.ts';
import { tryKey, unsettledMs } from './try-key.ts';

/** What a daemon is made of; `changed` is called whenever its record or what it can reach may differ. */
export interface DaemonParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly controls: readonly Control[];
  readonly machine: string;
  readonly record: DaemonRecord | null;
  readonly changed: () => void;
}

/** The simulated tailscaled: profiles, sign-in, states, and what its computer can reach. */
export class Daemon {
  readonly machine: string;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #controls: readonly Control[];
  readonly profiles: Profiles;
  readonly bus = new Bus();
  readonly #changed: () => void;
  #authKey: string | null = null;
  /** When a running profile was last left: connections are closed a moment later. */
  #leftAt = Number.NEGATIVE_INFINITY;
  readonly #timers: Timers;
  state: StateName = 'NoState';
  authUrl = '';
  health: Readonly<Record<string, { readonly Text: string }>> = {};
  /** The computer's cable is in. */
  linked = true;
  online = false;

  constructor(parts: DaemonParts) {
    this.#clock = parts.clock;
    this.#timers = new Timers(parts.clock);
    this.#chance = parts.chance;
    this.#controls = parts.controls;
    this.#changed = parts.changed;
    this.machine = parts.machine;
    this.profiles = new Profiles(parts.record);
    for (const control of parts.controls) control.onChange((id) => this.#controlChanged(control, id));
    this.#connect(0, 300);
  }

  /** The preferences in use. */
  get prefs(): Prefs {
    return this.profiles.prefs;
  }

  /** The profile in use, or null while it has not signed in. */
  get profile(): Profile | null {
    return this.profiles.current;
  }

  /** Whose server the profile in use belongs to. */
  get control(): Control | null {
    return this.#controls.find((one) => one.url === this.prefs.ControlURL.replace(/\/+$/, '')) ?? null;
  }

  /** This computer as its control server knows it; null when it was deleted there. */
  get node(): ControlNode | null {
    return this.profile === null ? null : (this.control?.node(this.profile.nodeId) ?? null);
  }

  /** This computer as far as the daemon knows: a deletion is not told. */
  get self(): ControlNode | null {
    return this.node ?? this.profile?.seen ?? null;
  }

  /** Whether packets to the other computers of the network in use arrive. */
  get reaches(): boolean {
    return this.state === 'Running' && this.linked && this.node !== null && !this.node.expired;
  }

  /** Goes to a new, empty profile. */
  newProfile(): void {
    this.#leaveCurrent();
    this.profiles.begin();
    this.#setState('NoState');
    this.#setState('NeedsLogin');
  }

  /** Goes to a profile; false where there is none of this id. */
  switchTo(id: string): boolean {
    // A sign-in that never came to an end leaves the old connection as it was.
    const quick = this.profile === null || this.profiles.isCurrent(id);
    if (!this.profiles.use(id)) return false;
    this.#leaveCurrent();
    this.#setState('NoState');
    this.#connect(quick ? 2 : 1_000, quick ? 3 : 3_000);
    return true;
  }

  /** Forgets a profile on this computer; its node stays on the server. */
  forget(id: string): void {
    const current = this.profiles.isCurrent(id);
    this.profiles.forget(id);
    if (current) this.newProfile();
    this.#changed();
  }

  /** Replaces the preferences; nothing is signed in by it. */
  start(prefs: Prefs, authKey: string | null): void {
    this.#store({ ...prefs, LoggedOut: this.profile === null });
    this.#authKey = authKey;
    if (this.profile !== null) this.#connect(0, 200);
  }

  /** Changes preferences. */
  edit(prefs: Prefs): void {
    const before = this.prefs;
    this.#store(prefs);
    this.bus.say({ Prefs: prefs });
    if (before.WantRunning === prefs.WantRunning || this.profile === null) return;
    if (prefs.WantRunning) this.#connect(0, 200);
    else this.#setState('Stopped');
  }

  /** Begins to sign in, with the key of `start` or for a person in a browser. `actor` alone is told the page. */
  login(actor: string): void {
    this.#timers.stop();
    if (this.#authKey !== null) return this.#tryKey(this.#authKey);
    if (this.control !== null) this.#timers.later(1, () => this.#showPage(actor));
  }

  /** A person approved the sign-in that waits. */
  approve(user: string, tags: readonly string[]): void {
    const control = this.control;
    if (this.authUrl === '' || control === null) return;
    this.#timers.later(500, () =>
      this.#signedIn(control.approve(this.machine, this.#hostname(), user, tags), false, 500),
    );
  }

  /** Signs out: the server keeps the node, expired. */
  logout(): void {
    const { profile, control } = this;
    this.#setState('Stopped');
    this.#timers.later(400, () => {
      if (profile !== null) {
        control?.expire(profile.nodeId);
        this.profiles.forget(profile.id);
      }
      this.newProfile();
      this.#changed();
    });
  }

  /** The program was ended and starts anew: a key that it was given is forgotten. */
  restart(): void {
    this.#leaveCurrent();
    this.state = 'NoState';
    if (this.profile === null || this.node !== null) return this.#connect(100, 600);
    // The server does not know the computer any more, and nothing is remembered of when it did.
    this.#timers.later(600, () => {
      this.#setState('NeedsLogin');
      this.#showPage();
    });
  }

  /** Pulls the cable, or puts it back. */
  setLinked(linked: boolean): void {
    this.linked = linked;
    this.#changed();
    this.#clock.after(linked ? 20 : 5_000, () => {
      if (this.linked !== linked) return;
      this.online = linked && this.node !== null;
      this.health = linked ? {} : networkDown;
      this.bus.say({ Health: { Warnings: this.health } });
    });
  }

  #store(prefs: Prefs): void {
    this.profiles.setPrefs(prefs);
    this.#changed();
  }

  #tryKey(key: string): void {
    tryKey({
      later: (ms, call) => this.#timers.later(ms, call),
      register: () => this.#register(key),
      taken: (node) => this.#signedIn(node, true, 1_000),
      refused: (words) => this.#refused(words),
    });
  }

  /** Null where the answer was cut off, because a running profile was left a moment ago: the key is used up all the same. */
  #register(key: string): Registered | null {
    const { control, prefs } = this;
    if (control === null) return null;
    const answer = control.registerWithKey(this.machine, this.#hostname(), key, prefs.AdvertiseTags ?? []);
    this.#changed();
    return this.#clock.monotonic() - this.#leftAt < unsettledMs ? null : answer;
  }

  #refused(words: string): void {
    this.health = loginRefused(words);
    this.bus.say({ ErrMessage: words });
    this.bus.say({ Health: { Warnings: this.health } });
  }

  #signedIn(node: ControlNode, byKey: boolean, startingMs: number): void {
    const prefs: Prefs = { ...this.prefs, LoggedOut: false, AutoUpdate: { Check: true, Apply: false } };
    // The same computer on the same server is the same node: its former profile is the one that is kept.
    const known = this.profiles.list.find(
      (one) => one.nodeId === node.id && one.prefs.ControlURL === prefs.ControlURL,
    );
    const id = this.profile?.id ?? known?.id ?? this.#chance.hex(4);
    this.profiles.keep({ id, prefs, nodeId: node.id, user: node.user, byKey, seen: node });
    this.authUrl = '';
    this.health = {};
    this.bus.say({ LoginFinished: {} });
    this.bus.say({ Prefs: prefs });
    this.#connect(startingMs, Math.round(this.#chance.between(300, 2_500)));
  }

  /** Starting after the first time, Running after the second; at once stopped where nobody wants it to run. */
  #connect(startingMs: number, runningMs: number): void {
    const { profile } = this;
    if (profile === null) return this.#setState('NeedsLogin');
    if (!profile.prefs.WantRunning) return this.#setState('Stopped');
    this.#timers.later(startingMs, () => {
      this.#setState('Starting');
      this.#sayNode();
      this.#timers.later(runningMs, () => {
        if (this.node?.expired === true) return this.#setState('NeedsLogin');
        this.online = this.node !== null && this.linked;
        this.#setState('Running');
        this.health = {};
        if (this.node === null) this.#removed(profile);
        this.bus.say({ Health: { Warnings: this.health } });
      });
    });
  }

  /**
   * A computer that was removed says Running all the same. Who signed in by himself is shown a page;
   * a key that is still in memory is tried again; else nothing but `Online` tells.
   */
  #removed({ byKey }: Profile): void {
    if (!byKey) this.#showPage();
    if (this.#authKey !== null) this.#refused('authkey already used');
  }

  #showPage(to: string | null = null): void {
    this.authUrl = `${this.control?.url ?? ''}/register/hskey-authreq-${this.#chance.hex(24)}`;
    this.bus.say({ BrowseToURL: this.authUrl }, to);
  }

  #controlChanged(control: Control, id: string): void {
    this.#changed();
    const { profile, node } = this;
    // A deletion is not told at all.
    if (control !== this.control || profile?.nodeId !== id || node === null) return;
    this.profiles.keep({ ...profile, seen: node });
    this.#timers.later(700, () => {
      this.#sayNode();
      if (node.expired) this.#setState('NeedsLogin');
      else if (this.state === 'NeedsLogin') this.#connect(900, 100);
    });
  }

  #sayNode(): void {
    const { node } = this;
    if (node === null) return;
    this.bus.say({
      SelfChange: { ID: Number(node.id), Name: node.name, Tags: node.tags, Expired: node.expired },
    });
  }

  #leaveCurrent(): void {
    // An expired one has its addresses still.
    const addressed = this.state === 'Running' || (this.state === 'NeedsLogin' && this.profile !== null);
    if (addressed) this.#leftAt = this.#clock.monotonic();
    this.#timers.stop();
    this.#authKey = null;
    this.authUrl = '';
    this.health = {};
    this.online = false;
  }

  #hostname(): string {
    return this.prefs.Hostname === '' ? this.machine : this.prefs.Hostname;
  }

  #setState(state: StateName): void {
    if (this.state === state) return;
    this.state = state;
    this.bus.say({ State: states.indexOf(state), Prefs: this.prefs });
    this.#changed();
  }
}
