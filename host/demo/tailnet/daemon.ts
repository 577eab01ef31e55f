import type { Clock } from '../../core/ports/clock.ts';
import type { Chance } from '../chance.ts';
import { Bus, networkDown, type StateName, states } from './bus.ts';
import type { Control, ControlNode } from './control.ts';
import type { Prefs } from './prefs.ts';
import { type DaemonRecord, type Profile, Profiles } from './profiles.ts';

/** The simulated tailscaled: profiles, sign-in, states, and what its computer can reach. */
export class Daemon {
  readonly machine: string;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #controls: readonly Control[];
  readonly #profiles: Profiles;
  readonly bus = new Bus();
  readonly #changed: () => void;
  #authKey: string | null = null;
  #attempt: (() => void)[] = [];
  state: StateName = 'NoState';
  authUrl = '';
  health: Readonly<Record<string, { readonly Text: string }>> = {};
  /** The computer's cable is in. */
  #linked = true;
  online = false;

  /** `changed` is called whenever what `record` gives or what can be reached may differ. */
  constructor(parts: {
    clock: Clock;
    chance: Chance;
    controls: readonly Control[];
    machine: string;
    record: DaemonRecord | null;
    changed: () => void;
  }) {
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.#controls = parts.controls;
    this.#changed = parts.changed;
    this.machine = parts.machine;
    this.#profiles = new Profiles(parts.record);
    for (const control of parts.controls) control.onChange((id) => this.#controlChanged(control, id));
    this.#connect(0, 300);
  }

  /** What outlives it. */
  record(): DaemonRecord {
    return this.#profiles.record();
  }

  /** The preferences in use. */
  get prefs(): Prefs {
    return this.#profiles.prefs;
  }

  /** The profile in use, or null while it has not signed in. */
  get profile(): Profile | null {
    return this.#profiles.current;
  }

  /** All profiles. */
  get profiles(): readonly Profile[] {
    return this.#profiles.list;
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
    return this.state === 'Running' && this.#linked && this.node !== null && !this.node.expired;
  }

  /** Goes to a new, empty profile. */
  newProfile(): void {
    this.#leaveCurrent();
    this.#profiles.begin();
    this.#setState('NoState');
    this.#setState('NeedsLogin');
  }

  /** Goes to a profile; false where there is none of this id. */
  switchTo(id: string): boolean {
    // A sign-in that never came to an end leaves the old connection as it was.
    const quick = this.profile === null || this.#profiles.isCurrent(id);
    if (!this.#profiles.use(id)) return false;
    this.#leaveCurrent();
    this.#setState('NoState');
    this.#connect(quick ? 2 : 1_000, quick ? 3 : 3_000);
    return true;
  }

  /** Forgets a profile on this computer; its node stays on the server. */
  forget(id: string): void {
    const current = this.#profiles.isCurrent(id);
    this.#profiles.forget(id);
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
    this.#stopAttempt();
    if (this.#authKey !== null) return this.#tryKey(0);
    const control = this.control;
    if (control === null) return;
    this.#later(1, () => {
      this.authUrl = `${control.url}/register/hskey-authreq-${this.#chance.hex(24)}`;
      this.bus.say({ BrowseToURL: this.authUrl }, actor);
    });
  }

  /** A person approved the sign-in that waits. */
  approve(user: string, tags: readonly string[]): void {
    const control = this.control;
    if (this.authUrl === '' || control === null) return;
    this.#later(500, () => this.#signedIn(control.approve(this.machine, this.#hostname(), user, tags), 500));
  }

  /** Signs out: the server keeps the node, expired. */
  logout(): void {
    const { profile, control } = this;
    this.#setState('Stopped');
    this.#later(400, () => {
      if (profile !== null) {
        control?.expire(profile.nodeId);
        this.#profiles.forget(profile.id);
      }
      this.newProfile();
      this.#changed();
    });
  }

  /** The program was ended and starts anew: a key that it was given is forgotten. */
  restart(): void {
    this.#leaveCurrent();
    this.state = 'NoState';
    this.#connect(100, 600);
  }

  /** Pulls the cable, or puts it back. */
  setLinked(linked: boolean): void {
    this.#linked = linked;
    this.#changed();
    if (linked) {
      this.online = this.node !== null;
      this.health = {};
      this.bus.say({ Health: { Warnings: this.health } });
      return;
    }
    this.#clock.after(5_000, () => {
      if (this.#linked) return;
      this.online = false;
      this.health = networkDown;
      this.bus.say({ Health: { Warnings: this.health } });
    });
  }

  #store(prefs: Prefs): void {
    this.#profiles.setPrefs(prefs);
    this.#changed();
  }

  /** One try with the key; a refused one is repeated for ever, fast at first. */
  #tryKey(tries: number): void {
    const { control } = this;
    const key = this.#authKey;
    if (control === null || key === null) return;
    this.#later(tries === 0 ? 700 : tries < 16 ? 750 : 30_000, () => {
      const answer = control.registerWithKey(
        this.machine,
        this.#hostname(),
        key,
        this.prefs.AdvertiseTags ?? [],
      );
      this.#changed();
      if ('node' in answer) return this.#signedIn(answer.node, 1_000);
      const Text = `You are logged out. The last login error was: ${answer.refused}`;
      this.health = { 'login-state': { Text } };
      this.bus.say({ ErrMessage: answer.refused });
      this.bus.say({
        Health: { Warnings: { 'login-state': { WarnableCode: 'login-state', Severity: 'medium', Text } } },
      });
      this.#tryKey(tries + 1);
    });
  }

  #signedIn(node: ControlNode, startingMs: number): void {
    const prefs: Prefs = { ...this.prefs, LoggedOut: false, AutoUpdate: { Check: true, Apply: false } };
    // The same computer on the same server is the same node: its former profile is the one that is kept.
    const known = this.profiles.find(
      (one) => one.nodeId === node.id && one.prefs.ControlURL === prefs.ControlURL,
    );
    const id = this.profile?.id ?? known?.id ?? this.#chance.hex(4);
    this.#profiles.keep({ id, prefs, nodeId: node.id, user: node.user, seen: node });
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
    this.#later(startingMs, () => {
      this.#setState('Starting');
      this.#sayNode();
      this.#later(runningMs, () => {
        const { node, control } = this;
        if (node?.expired === true) return this.#setState('NeedsLogin');
        // A node that was deleted says Running all the same; only its page and Online tell.
        this.online = node !== null && this.#linked;
        if (node === null)
          this.authUrl = `${control?.url ?? ''}/register/hskey-authreq-${this.#chance.hex(24)}`;
        this.#setState('Running');
        if (node === null) this.bus.say({ BrowseToURL: this.authUrl });
        this.health = {};
        this.bus.say({ Health: { Warnings: {} } });
      });
    });
  }

  #controlChanged(control: Control, id: string): void {
    this.#changed();
    const { profile, node } = this;
    // A deletion is not told at all.
    if (control !== this.control || profile?.nodeId !== id || node === null) return;
    this.#profiles.keep({ ...profile, seen: node });
    this.#later(700, () => {
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
    this.#stopAttempt();
    this.#authKey = null;
    this.authUrl = '';
    this.health = {};
    this.online = false;
  }

  #stopAttempt(): void {
    for (const cancel of this.#attempt) cancel();
    this.#attempt = [];
  }

  #later(ms: number, call: () => void): void {
    if (ms <= 0) return call();
    this.#attempt.push(this.#clock.after(ms, call));
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
