import type { AppState } from '../../contract/app-state.ts';
import type { Consent, JoinChoices } from '../../contract/consent.ts';
import type { LeaveOptions } from '../../contract/leaving.ts';
import { fail } from '../../contract/problems.ts';
import type { ClientSession, Commands, InviteInput } from '../core/commands.ts';
import { unseen } from '../core/facts.ts';
import { sessionAtRisk } from '../core/joining/session-at-risk.ts';
import type { Clock } from '../core/ports/clock.ts';
import { pickInvite } from '../core/joining/preview.ts';
import { demoPoolId } from '../demo/invite.ts';
import { OnSession } from './on-session.ts';
import type { Session } from './session.ts';

/** How the desk opens what lies behind it. */
export interface DeskParts {
  readonly clock: Clock;
  openReal(): Promise<Session>;
  openDemo(): Promise<Session>;
  /** Throws the demo's folder away. */
  clearDemo(): Promise<void>;
  /** The invite of the demo pool, as a file's text. */
  demoInvite(): string;
  /** Whether the demo's pool is joined by hand, with its invite. */
  readonly demoByHand: boolean;
  /** Whether a demo was going on when the host last ended. */
  demoGoesOn(): Promise<boolean>;
  /** The host is to end now. */
  onStopped(): void;
}

/** States are sent at most this often, ms. */
const pushEveryMs = 100;

/** Time alone changes the state too (an end nears, a fact grows old): it is looked at again this often while somebody listens, ms. */
const tickMs = 5_000;

const noSession: ClientSession = { from: null, mayBeLost: false };

interface Listener {
  readonly call: (state: AppState) => void;
  readonly live: boolean;
}

/** The host's surface: one session at a time, the real one or the demo's, behind the same commands. */
export class Desk extends OnSession implements Commands {
  readonly #parts: DeskParts;
  #session: Session;
  #listeners = new Set<Listener>();
  #revision = 0;
  #shown: AppState;
  #shownText = '';
  #pushAt = 0;
  #cancelPush: (() => void) | null = null;
  #cancelTick: () => void = () => undefined;
  #stopListening: () => void = () => undefined;
  #switching: Promise<void> = Promise.resolve();
  #stopping = false;

  private constructor(session: Session, parts: DeskParts) {
    super();
    this.#parts = parts;
    this.#session = session;
    this.#shown = session.state(0);
    this.#attach(session);
  }

  /** Opens the session that was going on, or (with `demo`, where no pool was chosen) the demo. */
  static async open(parts: DeskParts, wantsDemo: boolean): Promise<Desk> {
    const real = await parts.openReal();
    const idle = !real.application.occupied && !real.residue;
    if (!idle) return new Desk(real, parts);
    if (await parts.demoGoesOn()) {
      await real.close();
      return new Desk(await parts.openDemo(), parts);
    }
    const desk = new Desk(real, parts);
    if (wantsDemo) await desk.demo();
    return desk;
  }

  state(): AppState {
    this.#refresh();
    return this.#shown;
  }

  onState(call: (state: AppState) => void, live = true): () => void {
    const listener = { call, live };
    this.#listeners.add(listener);
    if (live) this.#session.watched(1);
    if (this.#listeners.size === 1) this.#tick();
    return () => {
      if (!this.#listeners.delete(listener)) return;
      if (live) this.#session.watched(-1);
      if (this.#listeners.size === 0) this.#cancelTick();
    };
  }

  async consent(invite: InviteInput, session: ClientSession = noSession): Promise<Consent> {
    const consent = await this.#consentOf(invite);
    return { ...consent, sessionAtRisk: this.#isAtRisk(invite, session) };
  }

  async #consentOf(invite: InviteInput): Promise<Consent> {
    if (!this.#isForAnother(invite)) return this.#session.consent(invite);
    // Not the demo's computer is meant, but this one.
    const real = await this.#parts.openReal();
    try {
      return await real.consent(invite);
    } finally {
      await real.close();
    }
  }

  async join(
    invite: InviteInput,
    choices: JoinChoices = {},
    session: ClientSession = noSession,
  ): Promise<number> {
    // Who joins must not cut themselves off, unless they said so.
    if (!session.mayBeLost && this.#isAtRisk(invite, session)) fail('session-over-tailnet', session.from);
    if (this.#isForAnother(invite)) await this.#switch(() => this.#parts.openReal(), true);
    await this.#session.application.join(invite, choices);
    return this.shownNow();
  }

  /** Whether joining would cut this session off; the demo's computer is nobody's way in. */
  #isAtRisk(invite: InviteInput, { from }: ClientSession): boolean {
    if (this.#session.demo && !this.#isForAnother(invite)) return false;
    return sessionAtRisk(from, this.#session.demo ? { tailnet: unseen } : this.#session.facts);
  }

  async demo(): Promise<number> {
    if (this.#session.demo) return this.shownNow();
    if (this.#session.application.occupied) fail('already-joined');
    await this.#switch(() => this.#parts.openDemo(), false);
    if (!this.#session.application.occupied && !this.#parts.demoByHand)
      await this.#session.application.join({ text: this.#parts.demoInvite(), from: 'file' });
    return this.shownNow();
  }

  async leave(options?: LeaveOptions): Promise<number> {
    if (this.#session.demo && !this.#session.application.occupied)
      await this.#switch(() => this.#parts.openReal(), true);
    else await this.#session.application.leave(options);
    return this.shownNow();
  }

  stop(sharing: 'stop' | 'keep'): Promise<number> {
    if (sharing === 'keep') return Promise.resolve(this.shownNow());
    this.#stopping = true;
    if (this.#session.application.occupied) this.#session.application.stopSharing();
    this.#settled();
    return Promise.resolve(this.shownNow());
  }

  /** Ends the session; the world goes on as it is. */
  async close(): Promise<void> {
    this.#cancelTick();
    this.#cancelPush?.();
    this.#stopListening();
    await this.#switching;
    await this.#session.close();
  }

  /** Whether an invite is for a pool of the real world while the demo goes on. */
  #isForAnother(invite: InviteInput): boolean {
    const { pool } = pickInvite(invite, this.#parts.clock.now());
    return this.#session.demo && pool.id !== demoPoolId;
  }

  protected get session(): Session {
    return this.#session;
  }

  protected shownNow(): number {
    this.#refresh();
    this.#push();
    return this.#revision;
  }

  #attach(session: Session): void {
    this.#stopListening();
    this.#stopListening = session.onChange(() => this.#changed());
    for (const listener of this.#listeners) if (listener.live) session.watched(1);
    session.open();
  }

  #changed(): void {
    this.#settled();
    if (this.#listeners.size > 0 && this.#cancelPush === null) {
      const wait = Math.max(0, this.#pushAt + pushEveryMs - this.#parts.clock.now());
      this.#cancelPush = this.#parts.clock.after(Math.min(wait, pushEveryMs), () => this.#push());
    }
  }

  /** A demo that was left gives way to the real computer; a host that is to end does so when all is given back. */
  #settled(): void {
    if (this.#stopping && (this.#session.stopped || !this.#session.application.occupied)) {
      // Who watches sees how it ended.
      this.#push();
      this.#parts.onStopped();
    } else if (this.#session.left && !this.#parts.demoByHand)
      void this.#switch(() => this.#parts.openReal(), true);
  }

  async #switch(open: () => Promise<Session>, clearDemo: boolean): Promise<void> {
    const from = this.#session;
    const turn = this.#switching.then(async () => {
      if (this.#session !== from) return;
      this.#stopListening();
      await from.close();
      if (clearDemo) await this.#parts.clearDemo();
      this.#session = await open();
      this.#attach(this.#session);
    });
    this.#switching = turn.catch(() => undefined);
    await turn;
    this.#push();
  }

  #refresh(): void {
    const next = this.#session.state(0);
    const text = JSON.stringify(next);
    if (text === this.#shownText) return;
    this.#shownText = text;
    this.#shown = { ...next, revision: ++this.#revision };
  }

  #push(): void {
    this.#cancelPush?.();
    this.#cancelPush = null;
    const before = this.#revision;
    this.#refresh();
    this.#pushAt = this.#parts.clock.now();
    if (before === this.#revision && this.#pushed === this.#revision) return;
    this.#pushed = this.#revision;
    for (const listener of this.#listeners) listener.call(this.#shown);
  }

  #pushed = -1;

  #tick(): void {
    this.#cancelTick();
    this.#cancelTick = this.#parts.clock.after(tickMs, () => {
      this.#push();
      if (this.#listeners.size > 0) this.#tick();
    });
  }
}
