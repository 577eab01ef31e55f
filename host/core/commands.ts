import type { AppState, Settings, Work } from '../../contract/app-state.ts';
import type { Configuration, ConfigWish } from '../../contract/configuration.ts';
import type { LogChunk, LogWish } from '../../contract/logs.ts';
import type { JobLogWish } from './agent-reader.ts';
import type { CheckResult } from '../../contract/checks.ts';
import type { Consent, JoinChoices } from '../../contract/consent.ts';
import type { EarningsSummary, LedgerRow } from '../../contract/earnings.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import type { LeaveOptions, Leaving } from '../../contract/leaving.ts';
import type { PauseHow } from '../../contract/node-state.ts';
import type { Report, ReportPreview, ReportWay } from '../../contract/report.ts';

/** An invite's text and where it came from. */
export interface InviteInput {
  readonly text: string;
  readonly from: 'file' | 'link' | 'paste';
}

/** The session that a client is used in. */
export interface ClientSession {
  /** Where it comes from; null: from this computer. */
  readonly from: string | null;
  /** Its user knows that it will be cut off. */
  readonly mayBeLost: boolean;
}

/** A stretch of a list, newest first. */
export interface Page {
  readonly limit: number;
  /** Only what began before this; null: from the newest. */
  readonly before: number | null;
}

/**
 * What the procedures call: the host's whole surface. Every expected failure is a thrown `ProblemError`.
 * Commands change the intent and return at once with the state's revision; what follows is seen in the state.
 */
export interface Commands {
  /** The present state. */
  state(): AppState;
  /** Calls the listener at each change, at most ten times a second; returns how to stop. `live` (the default): somebody looks at figures, so they are read often. */
  onState(listener: (state: AppState) => void, live?: boolean): () => void;
  preview(invite: InviteInput): InvitePreview;
  /** What joining would mean for this computer; changes nothing. */
  consent(invite: InviteInput, session?: ClientSession): Promise<Consent>;
  join(invite: InviteInput, choices?: JoinChoices, session?: ClientSession): Promise<number>;
  demo(): Promise<number>;
  /** What leaving would take away and ask; changes nothing. */
  leaving(): Promise<Leaving>;
  leave(options?: LeaveOptions): Promise<number>;
  pause(how: PauseHow, until: number | null): Promise<number>;
  resume(openAnyway: boolean): Promise<number>;
  ownNetwork(on: boolean): Promise<number>;
  install(): Promise<number>;
  cancelSignIn(): Promise<number>;
  /** The offered version of the pool's program is wanted; without an offer nothing happens. */
  update(): Promise<number>;
  retry(): Promise<number>;
  share(uuid: string, share: boolean): Promise<number>;
  /** Share only while nobody uses this computer, or always; null: by the rule for its cards. */
  whenIdle(on: boolean | null): Promise<number>;
  /** What a job writes. */
  jobLog(wish: JobLogWish, signal: AbortSignal): AsyncIterable<LogChunk>;
  agentLog(wish: LogWish, signal: AbortSignal): AsyncIterable<LogChunk>;
  /** The agent's configuration, and what would change: as it is, or as if this were wanted. */
  configuration(wish: ConfigWish): Promise<Configuration>;
  history(page: Page): Promise<readonly Work[]>;
  summary(days: number): Promise<EarningsSummary>;
  ledger(page: Page): Promise<readonly LedgerRow[]>;
  updateSettings(change: Partial<Settings>): Promise<Settings>;
  checks(invite: InviteInput | null, signal: AbortSignal): AsyncIterable<CheckResult>;
  previewReport(): Promise<ReportPreview>;
  createReport(id: string, way: ReportWay): Promise<Report>;
  stop(sharing: 'stop' | 'keep'): Promise<number>;
}
