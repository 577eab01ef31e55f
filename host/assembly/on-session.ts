import type { Settings } from '../../contract/app-state.ts';
import type { PauseHow } from '../../contract/node-state.ts';
import type { ConfigWish } from '../../contract/configuration.ts';
import type { LogWish } from '../../contract/logs.ts';
import type { ReportWay } from '../../contract/report.ts';
import type { JobLogWish } from '../core/agent-reader.ts';
import type { InviteInput, Page } from '../core/commands.ts';
import type { Session } from './session.ts';

/** The commands that the session in use answers as it is: each that changes something shows at once what it led to. */
export abstract class OnSession {
  protected abstract get session(): Session;

  /** Shows the present state to who watches; its revision. */
  protected abstract shownNow(): number;

  preview(invite: InviteInput) {
    return this.session.application.preview(invite);
  }

  leaving() {
    return this.session.leaving();
  }

  async pause(how: PauseHow, until: number | null): Promise<number> {
    await this.session.application.pause(how, until);
    return this.shownNow();
  }

  async resume(openAnyway: boolean): Promise<number> {
    await this.session.application.resume(openAnyway);
    return this.shownNow();
  }

  async ownNetwork(on: boolean): Promise<number> {
    await this.session.application.network.own(on);
    return this.shownNow();
  }

  install(): Promise<number> {
    this.session.application.network.install();
    return Promise.resolve(this.shownNow());
  }

  cancelSignIn(): Promise<number> {
    this.session.application.network.cancelSignIn();
    return Promise.resolve(this.shownNow());
  }

  async update(): Promise<number> {
    await this.session.application.update();
    return this.shownNow();
  }

  retry(): Promise<number> {
    this.session.application.retry();
    return Promise.resolve(this.shownNow());
  }

  async share(uuid: string, share: boolean): Promise<number> {
    await this.session.application.share(uuid, share);
    return this.shownNow();
  }

  async whenIdle(on: boolean | null): Promise<number> {
    await this.session.application.whenIdle(on);
    return this.shownNow();
  }

  jobLog(wish: JobLogWish, signal: AbortSignal) {
    return this.session.agent.jobLog(wish, signal);
  }

  agentLog(wish: LogWish, signal: AbortSignal) {
    return this.session.agent.agentLog(wish, signal);
  }

  configuration(wish: ConfigWish) {
    return this.session.agent.configuration(wish);
  }

  history(page: Page) {
    return this.session.application.history(page);
  }

  summary(days: number) {
    return this.session.application.summary(days);
  }

  ledger(page: Page) {
    return this.session.application.ledger(page);
  }

  async updateSettings(change: Partial<Settings>): Promise<Settings> {
    const settings = await this.session.application.updateSettings(change);
    this.shownNow();
    return settings;
  }

  checks(invite: InviteInput | null, signal: AbortSignal) {
    return this.session.diagnosis.checks(invite, signal);
  }

  previewReport() {
    return this.session.diagnosis.previewReport();
  }

  createReport(id: string, way: ReportWay) {
    return this.session.diagnosis.createReport(id, way);
  }
}
