import { app } from 'electron';
import { phrase, problemPhrase } from '../contract/phrases.ts';
import type { Problem } from '../contract/problems.ts';
import type { HostKeeper } from './host-keeper.ts';
import { speak, systemLanguage, type Spoken } from './language.ts';
import type { Notifications } from './notifications.ts';
import { stopSharing } from './quit.ts';
import type { ShellState } from './shell-state.ts';
import type { TrayIcon } from './tray.ts';
import { trayView, type Speech } from './tray-view.ts';

/** What shows the shell's state. */
export interface Shown {
  readonly tray: TrayIcon;
  readonly notifications: Notifications;
  /** Whether the person looks at the window. */
  readonly isLookedAt: () => boolean;
}

/** Brings each state to tray and notifications, in the language that holds. */
export class Shell {
  readonly #shown: Shown;
  #spoken: Spoken;
  #state: ShellState = { host: 'starting' };
  #again: NodeJS.Timeout | undefined;

  constructor(shown: Shown, spoken: Spoken) {
    this.#shown = shown;
    this.#spoken = spoken;
  }

  /** What is known now. */
  get state(): ShellState {
    return this.#state;
  }

  /** How to speak now. */
  get speech(): Speech {
    return { ...this.#spoken, now: Date.now() };
  }

  /** Shows this state; a language that was set meanwhile is fetched first. */
  update(state: ShellState): void {
    this.#state = state;
    this.#render();
    if (state.host === 'up') void this.#speak(state.app.settings.language);
  }

  /** The address at which the pool's network wants the person to sign in, or null. */
  get signInUrl(): string | null {
    const node = this.#state.host === 'up' ? this.#state.app.node : null;
    return node?.kind === 'joining' ? node.signInUrl : null;
  }

  /** Says on the desktop why something did not work. */
  sayProblem(problem: Pick<Problem, 'code'>): void {
    const { say } = this.speech;
    this.#shown.notifications.show(say(phrase('tray.trouble')), say(problemPhrase(problem)));
  }

  /** Frees the GPU and ends the host, or leaves it to share on; then ends the shell. */
  async quit(sharing: 'stop' | 'keep', keeper: HostKeeper | null): Promise<void> {
    const outcome = sharing === 'stop' && keeper !== null ? await stopSharing(keeper) : 'stopped';
    if (typeof outcome === 'object') return this.sayProblem(outcome);
    const { say } = this.speech;
    if (outcome === 'slow') this.#shown.notifications.show('Rigshare', say(phrase('tray.stoppingSlow')));
    app.quit();
  }

  #render(): void {
    clearTimeout(this.#again);
    const { speech } = this;
    const view = trayView(this.#state, speech);
    this.#shown.tray.show(view);
    this.#shown.notifications.update(this.#state, speech, this.#shown.isLookedAt());
    if (view.againAfterMs !== null) this.#again = setTimeout(() => this.#render(), view.againAfterMs);
  }

  async #speak(set: Parameters<typeof speak>[0]): Promise<void> {
    const spoken = await speak(set, systemLanguage());
    if (spoken.language === this.#spoken.language) return;
    this.#spoken = spoken;
    this.#render();
  }
}
