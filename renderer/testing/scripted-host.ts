import type { AppState, Settings, Work } from '../../contract/app-state.ts';
import type { CheckResult } from '../../contract/checks.ts';
import type { Configuration, ConfigWish } from '../../contract/configuration.ts';
import type { Consent, JoinChoices } from '../../contract/consent.ts';
import type { EarningsSummary, LedgerRow } from '../../contract/earnings.ts';
import type { InvitePreview } from '../../contract/invite-preview.ts';
import type { LeaveOptions, Leaving } from '../../contract/leaving.ts';
import { usualLeave } from '../../contract/usual.ts';
import type { LogChunk, LogStream, LogWish } from '../../contract/logs.ts';
import type { PauseHow } from '../../contract/node-state.ts';
import { ProblemError, type Problem } from '../../contract/problems.ts';
import type { Report, ReportPreview, ReportWay } from '../../contract/report.ts';
import { leaving } from './leaving.ts';

/** What a scripted host answers besides its state. */
export interface Script {
  readonly past: readonly Work[];
  readonly rows: readonly LedgerRow[];
  readonly summary: EarningsSummary;
  readonly preview: InvitePreview;
  readonly consent: Consent;
  /** What leaving would take away; absent: what some jobs brought. */
  readonly leaving?: Leaving;
  readonly checks: readonly CheckResult[];
  /** What a job writes, by the output: a piece at a time; a log that is followed stays open after the last. */
  readonly logs: Readonly<Record<LogStream, readonly LogChunk[]>>;
  readonly configuration: Configuration;
}

interface PageOfList {
  readonly limit: number;
  readonly before: number | null;
}

/** A host that shows the states it is told to, notes what it is asked, and fails where it is told to. */
export class ScriptedHost {
  /** Every command in order, with what it was given. */
  readonly asked: (readonly [name: string, ...given: readonly unknown[]])[] = [];
  /** Problems by the name of the command that fails with it. */
  readonly problems = new Map<string, Problem>();
  #state: AppState;
  readonly #script: Script;
  readonly #listeners = new Set<(state: AppState) => void>();

  constructor(state: AppState, script: Script) {
    this.#state = state;
    this.#script = script;
  }

  /** Shows a state from now on. */
  readonly show = (state: AppState): void => {
    this.#state = { ...state, revision: this.#state.revision + 1 };
    for (const listener of this.#listeners) listener(this.#state);
  };

  readonly state = (): AppState => this.#state;

  readonly onState = (listener: (state: AppState) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly preview = (invite: unknown): InvitePreview => {
    this.#note('preview', invite);
    return this.#script.preview;
  };

  readonly consent = async (invite: unknown): Promise<Consent> => {
    await this.#done('consent', invite);
    return this.#script.consent;
  };

  readonly join = (invite: unknown, choices: JoinChoices = {}): Promise<number> =>
    this.#done('join', invite, choices);
  readonly demo = (): Promise<number> => this.#done('demo');
  readonly leaving = async (): Promise<Leaving> => {
    await this.#done('leaving');
    return this.#script.leaving ?? leaving;
  };

  readonly leave = (options: LeaveOptions = usualLeave): Promise<number> => this.#done('leave', options);
  readonly pause = (how: PauseHow, until: number | null): Promise<number> => this.#done('pause', how, until);
  readonly resume = (openAnyway: boolean): Promise<number> => this.#done('resume', openAnyway);
  readonly update = (): Promise<number> => this.#done('update');
  readonly retry = (): Promise<number> => this.#done('retry');
  readonly ownNetwork = (on: boolean): Promise<number> => this.#done('ownNetwork', on);
  readonly install = (): Promise<number> => this.#done('install');
  readonly cancelSignIn = (): Promise<number> => this.#done('cancelSignIn');
  readonly share = (uuid: string, share: boolean): Promise<number> => this.#done('share', uuid, share);
  readonly whenIdle = (on: boolean | null): Promise<number> => this.#done('whenIdle', on);
  readonly stop = (sharing: 'stop' | 'keep'): Promise<number> => this.#done('stop', sharing);

  readonly jobLog = (
    { id, stream, lines, follow }: LogWish & { readonly id: string; readonly stream: LogStream },
    signal: AbortSignal,
  ): AsyncGenerator<LogChunk> => {
    this.#note('jobLog', id, stream, lines, follow);
    return this.#written(this.#script.logs[stream], follow, signal);
  };

  readonly agentLog = ({ follow }: LogWish, signal: AbortSignal): AsyncGenerator<LogChunk> => {
    this.#note('agentLog');
    return this.#written([], follow, signal);
  };

  readonly configuration = async (wish: ConfigWish): Promise<Configuration> => {
    await this.#done('configuration', wish);
    return {
      ...this.#script.configuration,
      pending: wish.gpu === null && wish.limits === null ? null : this.#script.configuration.pending,
    };
  };

  readonly history = async ({ limit, before }: PageOfList): Promise<readonly Work[]> => {
    await this.#done('history', limit, before);
    return this.#script.past.filter(({ since }) => before === null || since < before).slice(0, limit);
  };

  readonly summary = async (days: number): Promise<EarningsSummary> => {
    await this.#done('summary', days);
    return this.#script.summary;
  };

  readonly ledger = async ({ limit, before }: PageOfList): Promise<readonly LedgerRow[]> => {
    await this.#done('ledger', limit, before);
    return this.#script.rows.filter(({ startedAt }) => before === null || startedAt < before).slice(0, limit);
  };

  readonly updateSettings = async (change: Partial<Settings>): Promise<Settings> => {
    await this.#done('settings', change);
    const settings = { ...this.#state.settings, ...change };
    this.show({ ...this.#state, settings });
    return settings;
  };

  readonly checks = async function* (this: ScriptedHost): AsyncGenerator<CheckResult> {
    await this.#done('checks');
    yield* this.#script.checks;
  };

  async *#written(
    chunks: readonly LogChunk[],
    follow: boolean,
    signal: AbortSignal,
  ): AsyncGenerator<LogChunk> {
    yield* chunks;
    if (follow && !signal.aborted)
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }

  readonly previewReport = async (): Promise<ReportPreview> => {
    await this.#done('previewReport');
    const files = [
      { name: 'versions.json', bytes: 412 },
      { name: 'checks.json', bytes: 3_180 },
      { name: 'logs/host.4.log', bytes: 88_412 },
    ];
    return { id: 'report-1', files, bytes: 21_004 };
  };

  readonly createReport = async (id: string, way: ReportWay): Promise<Report> => {
    await this.#done('createReport', id, way);
    return { name: 'rigshare-report.zip', path: '/home/mira/Downloads/rigshare-report.zip', base64: null };
  };

  #note(name: string, ...given: readonly unknown[]): void {
    this.asked.push([name, ...given]);
    const problem = this.problems.get(name);
    if (problem) throw new ProblemError(problem);
  }

  async #done(name: string, ...given: readonly unknown[]): Promise<number> {
    await Promise.resolve();
    this.#note(name, ...given);
    return this.#state.revision;
  }
}
