import type { Settings, Work } from '../../contract/app-state.ts';
import type { JoinChoices } from '../../contract/consent.ts';
import type { EarningsSummary, LedgerRow } from '../../contract/earnings.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import type { PauseHow } from '../../contract/node-state.ts';
import type { LeaveOptions } from '../../contract/leaving.ts';
import { usualLeave } from '../../contract/usual.ts';
import { fail, type Problem, ProblemError } from '../../contract/problems.ts';
import type { Invite } from '../../pool/contract/invite.ts';
import { freshInvite, type FreshInvite, keepSecrets, withoutSecrets } from './joining/accept-invite.ts';
import type { InviteInput, Page } from './commands.ts';
import { isResidue } from './empty.ts';
import { chosen, newDisplays } from './cards/choice.ts';
import { emptyIntent, isLeaving, storedPart, type Intent } from './intent.ts';
import { NetworkCommands } from './network/commands.ts';
import { randomNodeName, tidyNodeName } from './joining/node-name.ts';
import type { Clock } from './ports/clock.ts';
import type {
  Exports,
  FootprintStore,
  Folders,
  IntentStore,
  Ledger,
  Log,
  Secrets,
  SettingsStore,
} from './ports/stores.ts';
import { offeredUpdate } from './programs/wish.ts';
import { pickInvite, previewOf } from './joining/preview.ts';
import type { Reconciler } from './reconciler.ts';

/** What the commands act through. */
export interface ApplicationParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly reconciler: Reconciler;
  readonly intents: IntentStore;
  readonly footprint: FootprintStore;
  readonly secrets: Secrets;
  readonly folders: Folders;
  readonly ledger: Ledger;
  readonly exports: Exports;
  readonly settings: SettingsStore;
  readonly demo: boolean;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** How long until what did not fit on the disk is written again, ms. */
const saveAgainMs = 10_000;

/** The owner's commands on one pool, real or demo: each changes the intent (saved before it counts) and returns. */
export class Application {
  readonly #parts: ApplicationParts;
  #settings: Settings;
  #cancelSaving: () => void = () => undefined;
  #clearing: Promise<void> = Promise.resolve();
  /** The notice that says so, as long as the intent does not fit on the disk. */
  #unsaved: Problem | null = null;
  #proposedName: string | null = null;
  /** The commands on networks. */
  readonly network: NetworkCommands;

  constructor(settings: Settings, parts: ApplicationParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.network = new NetworkCommands({
      clock: parts.clock,
      reconciler: parts.reconciler,
      want: (change) => this.#wantAtOnce(change),
      now: (change) => this.#now(change),
    });
  }

  get settings(): Settings {
    return this.#settings;
  }

  preview(input: InviteInput): InvitePreview {
    return previewOf(pickInvite(input, this.#parts.clock.now()));
  }

  /** Whether a pool is joined, or being left. */
  get occupied(): boolean {
    const { intent, facts } = this.#parts.reconciler;
    return intent.pool !== null || isResidue(facts);
  }

  /** The name proposed for this computer: the same one as long as nothing is joined. */
  get proposedName(): string {
    this.#proposedName ??= randomNodeName(this.#parts.random);
    return this.#proposedName;
  }

  async join(input: InviteInput, choices: JoinChoices = {}): Promise<void> {
    const invite = pickInvite(input, this.#parts.clock.now());
    const nodeName = nameFrom(choices) ?? this.proposedName;
    const again = this.#freshInvite(invite);
    if (again !== null) return this.#joinAgain(again);
    if (this.occupied) fail('already-joined', this.#parts.reconciler.intent.pool?.invite.pool.name ?? null);
    await keepSecrets(invite, this.#parts);
    // In this order, because a footprint without a pool is a residue that the plan undoes.
    await this.#want({
      pool: withoutSecrets(invite, this.#parts.clock.now()),
      pause: null,
      keptGpus: choices.keptGpus ?? [],
      chosenGpus: choices.chosenGpus ?? [],
      whenIdle: choices.whenIdle ?? null,
      nodeName,
    });
    this.#proposedName = null;
    await this.#readFootprint();
  }

  #freshInvite(invite: Invite): FreshInvite | null {
    const { intent, facts } = this.#parts.reconciler;
    return freshInvite(invite, intent, facts, this.#parts.clock.now());
  }

  /** The same pool: what was chosen, what ran and what was earned stay. */
  async #joinAgain({ invite, enters }: FreshInvite): Promise<void> {
    const { reconciler, clock } = this.#parts;
    const before = reconciler.intent.pool?.acceptedAt ?? clock.now();
    await keepSecrets(invite, this.#parts);
    await this.#want({ pool: withoutSecrets(invite, enters ? clock.now() : before) });
    await this.#readFootprint();
    this.#now({ retryAt: clock.now() });
  }

  /** Problem: export-failed, where the file could not be made; then nothing was begun. */
  async leave(leaving: LeaveOptions = usualLeave): Promise<void> {
    if (!this.occupied) fail('not-joined');
    // A step that is under way may have changed more than was seen: it is broken off and undone.
    await this.#readFootprint();
    if (leaving.ledger === 'export') await this.#parts.exports.check(leaving.exportTo ?? '');
    const isUnderWay = isLeaving(this.#parts.reconciler.intent);
    await this.#wantAtOnce({ pool: null, pause: null, lost: null, leaving });
    this.#again(isUnderWay);
  }

  /** All is undone: what the owner wanted of that pool goes from the disk too. */
  left(): void {
    const { intent, facts } = this.#parts.reconciler;
    if (intent.leaving === undefined || intent.pool !== null) return;
    if (!facts.footprint.known || facts.running !== null || isResidue(facts)) return;
    this.#parts.reconciler.want({ ...emptyIntent, ...(intent.stopping === true ? { stopping: true } : {}) });
    this.#clearing = this.#save(emptyIntent).catch((error: unknown) => {
      this.#parts.log.warn('the intent is not cleared', { error: String(error) });
    });
  }

  async pause(how: PauseHow, until: number | null): Promise<void> {
    this.#needPool();
    await this.#wantAtOnce({
      pause: { how, until, since: this.#parts.reconciler.intent.pause?.since ?? this.#parts.clock.now() },
    });
  }

  async resume(openAnyway: boolean): Promise<void> {
    this.#needPool();
    await this.#wantAtOnce(this.network.resumed());
    if (openAnyway) this.#now({ openAnywayAt: this.#parts.clock.now() });
  }

  async update(): Promise<void> {
    this.#needPool();
    const { clock, reconciler } = this.#parts;
    const offered = offeredUpdate(reconciler.intent, reconciler.facts);
    if (offered === null) return;
    await this.#want({ update: { to: offered.to, at: clock.now() } });
    this.retry();
  }

  retry(): void {
    this.#again(isLeaving(this.#parts.reconciler.intent));
  }

  #again(leaving: boolean): void {
    const at = this.#parts.clock.now();
    this.#now({ retryAt: at, ...(leaving ? { leaveAgainAt: at } : {}) });
  }

  async share(uuid: string, share: boolean): Promise<void> {
    this.#needPool();
    await this.#want(chosen(this.#parts.reconciler.intent, uuid, share));
  }

  /** Share only while nobody uses this computer, or always; null: by the rule for its cards. */
  async whenIdle(on: boolean | null): Promise<void> {
    this.#needPool();
    await this.#want({ whenIdle: on });
  }

  /** Cards were seen to drive a display: they count as such from now on, and are no news to the next host. */
  async noteDisplays(): Promise<void> {
    const { intent, facts } = this.#parts.reconciler;
    const news = newDisplays(intent, facts);
    if (news.length > 0) await this.#wantAtOnce({ displayGpus: [...(intent.displayGpus ?? []), ...news] });
  }

  history(page: Page): Promise<readonly Work[]> {
    return this.#parts.ledger.history(page);
  }

  async summary(days: number): Promise<EarningsSummary> {
    const sums = await this.#parts.ledger.summary(days, this.#parts.clock.now());
    return {
      ...sums,
      currency: sums.currency ?? this.#parts.reconciler.intent.pool?.invite.pool.prices?.currency ?? null,
      status: this.#parts.demo ? 'demo' : 'estimated',
    };
  }

  ledger(page: Page): Promise<readonly LedgerRow[]> {
    return this.#parts.ledger.rows(page, this.#parts.clock.now());
  }

  async updateSettings(change: Partial<Settings>): Promise<Settings> {
    const next = { ...this.#settings, ...change };
    await this.#parts.settings.save(next);
    this.#settings = next;
    this.#now({});
    return next;
  }

  /** The host is to end: the GPU is freed and the agent stopped first, then `plan` says `stopped`. */
  stopSharing(): void {
    this.#now({ stopping: true, retryAt: this.#parts.clock.now() });
  }

  /** Nothing is saved any more; what was begun is. */
  close(): Promise<void> {
    this.#cancelSaving();
    return this.#clearing;
  }

  #needPool(): void {
    if (this.#parts.reconciler.intent.pool === null) fail('not-joined');
  }

  /** Saved first, so that a crash cannot forget what the owner was promised. */
  async #want(change: Partial<Intent>): Promise<void> {
    await this.#save({ ...this.#parts.reconciler.intent, ...change });
    this.#now(change);
  }

  /** What gives the GPU back, or the disk, must not wait for room on it: it counts at once, and is saved when there is room. */
  async #wantAtOnce(change: Partial<Intent>): Promise<void> {
    try {
      await this.#want(change);
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'disk-full') throw error;
      this.#now(change);
      this.#saveLater(error.problem);
    }
  }

  async #save(intent: Intent): Promise<void> {
    await this.#parts.intents.save(storedPart(intent));
    this.#cancelSaving();
    if (this.#unsaved !== null) this.#parts.reconciler.see({ over: this.#unsaved });
    this.#unsaved = null;
  }

  #saveLater(why: Problem): void {
    const { clock, reconciler, log } = this.#parts;
    if (!reconciler.facts.notices.some((n) => n.code === why.code)) {
      this.#unsaved = why;
      reconciler.see({ notice: why });
    }
    this.#cancelSaving();
    this.#cancelSaving = clock.after(saveAgainMs, () => {
      this.#save(reconciler.intent).catch((error: unknown) => {
        log.warn('the intent is not saved yet', { error: String(error) });
        this.#saveLater(error instanceof ProblemError ? error.problem : why);
      });
    });
  }

  /** A wish that ends with this host. */
  #now(change: Partial<Intent>): void {
    this.#parts.reconciler.want({ ...this.#parts.reconciler.intent, ...change });
  }

  async #readFootprint(): Promise<void> {
    const { footprint, clock, reconciler } = this.#parts;
    const { value } = await footprint.load();
    reconciler.see({ fact: 'footprint', value: { known: true, at: clock.now(), value } });
  }
}

/** The name that the owner typed, made fit for a network; null where none was typed. */
function nameFrom({ nodeName }: JoinChoices): string | null {
  if (nodeName === undefined) return null;
  return tidyNodeName(nodeName) ?? fail('bad-request', nodeName);
}
