import type { AppState, Settings } from '../../contract/app-state.ts';
import type { Consent } from '../../contract/consent.ts';
import type { Leaving } from '../../contract/leaving.ts';
import type { Problem } from '../../contract/problems.ts';
import { AgentReader } from '../core/agent-reader.ts';
import { Application } from '../core/application.ts';
import { Bookkeeping } from '../core/bookkeeping.ts';
import type { Housekeeping } from '../core/budget/housekeeping.ts';
import { consentOf, lookBeforeConsent } from '../core/joining/consent.ts';
import { pickInvite } from '../core/joining/preview.ts';
import type { InviteInput } from '../core/commands.ts';
import { isResidue } from '../core/empty.ts';
import { isBusy } from '../core/pace.ts';
import type { Facts } from '../core/facts.ts';
import type { Intent } from '../core/intent.ts';
import type { Rules } from '../core/planning.ts';
import { leavingOf } from '../core/leaving.ts';
import { Reconciler } from '../core/reconciler.ts';
import { runStep } from '../core/steps/steps.ts';
import { view } from '../core/view.ts';
import type { Pace } from '../observers/observer.ts';
import { guardObserver } from '../observers/guard-observer.ts';
import { poolObservers } from '../observers/pool-observers.ts';
import { programObservers } from '../observers/program-observers.ts';
import { Watchman } from '../observers/watchman.ts';
import { guardOver } from './guarding.ts';
import { housekeepingOver, limitsOver } from './house.ts';
import { Diagnosis } from './diagnosis.ts';
import { Attendant } from './attendant.ts';
import type { Ports } from './ports.ts';

/** What a session begins with, as its stores found it. */
export interface SessionStart {
  readonly ports: Ports;
  readonly intent: Intent;
  readonly settings: Settings;
  /** Damaged files that were moved aside. */
  readonly notices: readonly Problem[];
  /** The footprint is not empty. */
  readonly residue: boolean;
  readonly demo: boolean;
  /** The invite of a demo that is joined by hand, or null. */
  readonly demoInvite?: string | null;
  readonly version: string;
  readonly random: () => number;
  readonly reference: () => string;
  /** Ends what the ground itself holds. */
  readonly release: () => void;
}

/** One pool, real or demo, with its loop, its watchman and its books, from opening to closing. */
export class Session {
  readonly application: Application;
  readonly agent: AgentReader;
  readonly diagnosis: Diagnosis;
  readonly demo: boolean;
  readonly #start: SessionStart;
  readonly #reconciler: Reconciler;
  readonly #attendant: Attendant;
  readonly #watchman: Watchman;
  readonly #guarding: ReturnType<typeof guardOver>;
  readonly #books: Bookkeeping;
  readonly #house: Housekeeping;
  readonly #rules: Rules;
  #joinedOnce: boolean;
  #live = 0;
  #pace: Pace = 'busy';
  #looping: Promise<void> = Promise.resolve();

  constructor(start: SessionStart) {
    const { ports } = start;
    this.#start = start;
    this.demo = start.demo;
    this.#joinedOnce = start.intent.pool !== null;
    this.#rules = {
      hostname: ports.machine.hostname,
      user: ports.machine.user,
      prompts: !ports.machine.root,
      limits: limitsOver(ports, () => this.application.settings),
      hash: (wanted, version) => ports.nomad.hash(wanted, version),
    };
    this.#reconciler = new Reconciler(start.intent, {
      clock: ports.clock,
      log: ports.log,
      rules: this.#rules,
      run: (step, context) => runStep(step, { ...context, ports }),
      read: (names) => this.#watchman.read(names),
      random: start.random,
      reference: start.reference,
    });
    this.#guarding = guardOver(ports, () => this.#reconciler);
    this.diagnosis = new Diagnosis({
      ports,
      reconciler: this.#reconciler,
      state: () => this.state(0),
      reference: start.reference,
    });
    this.#attendant = new Attendant({
      clock: ports.clock,
      log: ports.log,
      reconciler: this.#reconciler,
      application: () => this.application,
      checks: (signal) => this.diagnosis.checks(null, signal),
    });
    this.#watchman = this.#makeWatchman();
    this.#books = new Bookkeeping({
      clock: ports.clock,
      log: ports.log,
      ledger: ports.ledger,
      reconciler: this.#reconciler,
      demo: start.demo,
    });
    this.agent = new AgentReader({
      clock: ports.clock,
      rules: this.#rules,
      reconciler: this.#reconciler,
      logs: ports.logs,
      nomad: ports.nomad,
    });
    this.#house = housekeepingOver(ports, this.#reconciler, () => this.application.settings);
    this.application = this.#makeApplication();
  }

  /** First looks and the loop; returns at once. */
  open(): void {
    for (const notice of this.#start.notices) this.#reconciler.see({ notice });
    this.#reconciler.onChange(() => this.#follow());
    void this.#watchman.start();
    this.#books.start();
    this.#house.start();
    this.#looping = this.#reconciler.loop();
  }

  /** What was observed. */
  get facts(): Facts {
    return this.#reconciler.facts;
  }

  /** What people see now. */
  state(revision: number): AppState {
    const { ports, version, demo } = this.#start;
    const { demoInvite = null } = this.#start;
    const settings = this.application.settings;
    const { hardware } = ports;
    const setting = { ...this.#rules, version, demo, demoInvite, settings, hardware };
    return view(this.#reconciler.intent, this.#reconciler.facts, ports.clock.now(), revision, setting);
  }

  /** Calls at each change of intent or facts. */
  onChange(listener: () => void): () => void {
    return this.#reconciler.onChange(listener);
  }

  /** Whether the host may end: the GPU is free and the agent is down. */
  get stopped(): boolean {
    const next = this.#reconciler.plan();
    return 'rest' in next && next.rest === 'stopped';
  }

  /** Whether something of an earlier run is still to be undone. */
  get residue(): boolean {
    return this.#start.residue;
  }

  /** Whether a demo was left with all undone: nothing is to be seen here any more. */
  get left(): boolean {
    const { intent, facts } = this.#reconciler;
    return (
      this.demo && this.#joinedOnce && intent.pool === null && facts.footprint.known && !isResidue(facts)
    );
  }

  /** Somebody looks at the figures live (`+1`) or no longer (`-1`). */
  watched(by: 1 | -1): void {
    this.#live += by;
    this.#repace();
  }

  /** What joining would mean for this computer; looks, and changes nothing. */
  async consent(input: InviteInput): Promise<Consent> {
    const { ports } = this.#start;
    const invite = pickInvite(input, ports.clock.now());
    return consentOf(invite, await lookBeforeConsent(ports, invite, this.application.proposedName));
  }

  /** What leaving would take away and ask; looks, and changes nothing. */
  leaving(): Promise<Leaving> {
    return leavingOf(this.#start.ports, this.#reconciler.facts);
  }

  /** Ends loop, watchman and books; the world goes on as it is. */
  async close(): Promise<void> {
    const cleared = this.application.close();
    this.#reconciler.close();
    this.#watchman.close();
    this.#guarding.guard.close();
    this.#attendant.close();
    await this.#looping;
    await cleared;
    await this.#books.close();
    await this.#house.close();
    await this.#start.ports.ledger.close();
    this.#start.release();
  }

  #makeWatchman(): Watchman {
    const { ports } = this.#start;
    return new Watchman({
      clock: ports.clock,
      log: ports.log,
      observers: [
        ...poolObservers(
          ports,
          () => this.#reconciler.intent,
          () => this.#reconciler.facts,
        ),
        guardObserver(this.#guarding.guard, ports.clock),
        ...programObservers(ports, () => this.#reconciler.facts),
      ],
      see: (sample) => this.#reconciler.see(sample),
      pace: () => this.#pace,
    });
  }

  #makeApplication(): Application {
    const { ports } = this.#start;
    return new Application(this.#start.settings, {
      clock: ports.clock,
      log: ports.log,
      reconciler: this.#reconciler,
      intents: ports.intents,
      footprint: ports.footprint,
      secrets: ports.secrets,
      folders: ports.folders,
      ledger: ports.ledger,
      settings: ports.settings,
      exports: ports.exports,
      demo: this.#start.demo,
      random: this.#start.random,
    });
  }

  #follow(): void {
    this.#attendant.follow();
    this.#guarding.follow();
    this.application.left();
    void this.application.network.settle();
    this.#joinedOnce ||= this.#reconciler.intent.pool !== null;
    this.#repace();
  }

  /** While something is being brought about the world is looked at often. */
  #repace(): void {
    const next = this.#reconciler.plan();
    const busy = isBusy(next, this.#reconciler.facts, this.#start.ports.clock.now());
    const pace: Pace = busy ? 'busy' : this.#live > 0 ? 'watched' : 'idle';
    if (pace === this.#pace) return;
    this.#pace = pace;
    this.#watchman.paceChanged();
  }
}
