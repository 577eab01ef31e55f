import type { AppState, Work } from '../contract/app-state.ts';
import { formatAmount, formatClock, formatDuration } from '../contract/format.ts';
import type { NodeState, NodeStateKind } from '../contract/node-state.ts';
import { pauseChoices, type PauseChoice } from '../contract/pause-choices.ts';
import {
  accountLine,
  accountOf,
  going,
  ownPause,
  pauseEffect,
  phrase,
  problemPhrase,
  remedyPhrase,
  type Phrase,
} from '../contract/phrases.ts';
import type { Say } from '../contract/translate.ts';
import type { ShellState } from './shell-state.ts';

/** The shapes of the icon; each has a file of its name for light and for dark panels. */
export type TrayIcon = NodeStateKind | 'busy';

/** What an entry of the menu does. */
export type TrayCommand =
  | { readonly do: 'open'; readonly at: string }
  | { readonly do: 'pause'; readonly choice: PauseChoice['id'] }
  | { readonly do: 'resume' }
  | { readonly do: 'own-network'; readonly on: boolean }
  | { readonly do: 'start-host' }
  | { readonly do: 'quit'; readonly sharing: 'stop' | 'keep' };

/** One entry of the menu; a text cannot be clicked. */
export type TrayEntry =
  | { readonly type: 'line' }
  | { readonly type: 'text'; readonly label: string }
  | { readonly type: 'command'; readonly label: string; readonly command: TrayCommand }
  | { readonly type: 'submenu'; readonly label: string; readonly entries: readonly TrayEntry[] };

/** Everything the tray shows. */
export interface TrayView {
  readonly icon: TrayIcon;
  /** The icon carries the mark of the demo. */
  readonly demo: boolean;
  readonly tooltip: string;
  readonly menu: readonly TrayEntry[];
  /** A countdown is shown: make the view again after so many milliseconds. */
  readonly againAfterMs: number | null;
}

/** How the view speaks: when, in which language. */
export interface Speech {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly language: string;
  readonly say: Say;
}

/** The whole tray for this state; made anew for each. */
export function trayView(state: ShellState, speech: Speech): TrayView {
  if (state.host === 'up') return viewOf(state.app, speech, state.sameVersion);
  if (state.host === 'stopping') return stoppingView(state.app, speech);
  return withoutHost(state, speech);
}

function withoutHost(state: Exclude<ShellState, { app: AppState }>, speech: Speech): TrayView {
  const { say } = speech;
  const line = say(state.host === 'down' ? problemPhrase(state.problem) : phrase(`tray.${state.host}`));
  const canStart = state.host === 'down' || state.host === 'stopped';
  const start = canStart ? [command(say(phrase('remedy.start-host')), { do: 'start-host' })] : [];
  const quit = command(say(phrase('tray.quit')), { do: 'quit', sharing: 'keep' });
  return {
    icon: iconWithoutHost[state.host],
    demo: false,
    tooltip: tooltip(say(phrase('tray.tooltip', { line }))),
    menu: [text(line), ...start, ruler, open(speech), quit],
    againAfterMs: null,
  };
}

const iconWithoutHost = { starting: 'looking', lost: 'looking', stopped: 'new', down: 'attention' } as const;

function viewOf(app: AppState, speech: Speech, sameVersion: boolean): TrayView {
  const { say } = speech;
  const account = accountOf(app, speech);
  const line = say(accountLine(account));
  return {
    icon: iconOf(app.node),
    demo: app.demo,
    tooltip: tooltip(say(phrase(app.demo ? 'tray.tooltipDemo' : 'tray.tooltip', { line }))),
    menu: [
      ...(app.demo ? [text(say(phrase('tray.demo')))] : []),
      text(
        say(
          account.reason === null
            ? account.title
            : phrase('line.reason', { title: account.title, reason: account.reason }),
        ),
      ),
      ...[account.next, sameVersion ? null : phrase('problem.host-version-differs')].flatMap((one) =>
        one === null ? [] : [text(say(one))],
      ),
      ...remedyOf(app.node, say),
      ruler,
      ...(app.pool === null
        ? []
        : [
            ...resume(app, say),
            pauseMenu(app, speech),
            ...ownNetwork(app, say),
            ruler,
            ...workNow(app, speech),
            earned(app, speech),
            ruler,
          ]),
      open(speech),
      quitMenu(app, say),
    ],
    againAfterMs: countdownOf(app.node),
  };
}

function stoppingView(app: AppState, speech: Speech): TrayView {
  const { say } = speech;
  const line = say(phrase('tray.stopping'));
  const now = command(say(phrase('tray.quitNow')), { do: 'quit', sharing: 'keep' });
  return {
    icon: 'leaving',
    demo: app.demo,
    tooltip: tooltip(
      say(
        phrase(app.demo ? 'tray.tooltipDemo' : 'tray.tooltip', {
          line: `${line}. ${say(accountLine(accountOf(app, speech)))}`,
        }),
      ),
    ),
    menu: [text(line), ruler, open(speech), now],
    againAfterMs: 1000,
  };
}

const ruler: TrayEntry = { type: 'line' };
const text = (label: string): TrayEntry => ({ type: 'text', label });
const command = (label: string, what: TrayCommand): TrayEntry => ({ type: 'command', label, command: what });
const open = ({ say }: Speech): TrayEntry => command(say(phrase('tray.open')), { do: 'open', at: '' });

/** Windows shows 127 characters. */
const tooltip = (line: string): string => (line.length <= 127 ? line : `${line.slice(0, 126)}…`);

function iconOf(node: NodeState): TrayIcon {
  return node.kind === 'sharing' && node.busy ? 'busy' : node.kind;
}

function countdownOf(node: NodeState): number | null {
  if (node.kind === 'pausing' && node.freesAt !== null) return 1000;
  return node.kind === 'offline' && node.nextTry !== null ? 5000 : null;
}

/** The one thing to do about a problem; it is done in the window, where more can be said. */
function remedyOf(node: NodeState, say: Say): readonly TrayEntry[] {
  return node.kind === 'attention'
    ? [command(say(remedyPhrase(node.problem)), { do: 'open', at: '#/' })]
    : [];
}

function resume(app: AppState, say: Say): readonly TrayEntry[] {
  return ownPause(app) === null ? [] : [command(say(phrase('pause.resume')), { do: 'resume' })];
}

/** To the owner's own network and back; switching the pool's off is no more than a pause. */
function ownNetwork({ ownNetwork: own }: AppState, say: Say): readonly TrayEntry[] {
  if (own === null) return [];
  const label = own.wanted ? 'back' : own.none ? 'off' : 'go';
  return [command(say(phrase(`network.own.${label}`)), { do: 'own-network', on: !own.wanted })];
}

function pauseMenu(app: AppState, { now, say }: Speech): TrayEntry {
  const choices = pauseChoices(now);
  const entry = ({ id, label }: PauseChoice) => command(say(label), { do: 'pause', choice: id });
  const [freeing, finishing] = [
    choices.filter(({ how }) => how === 'now'),
    choices.filter(({ how }) => how === 'finish'),
  ];
  const entries = [
    ...freeing.map(entry),
    text(say(pauseEffect(app.work, 'now'))),
    ruler,
    ...finishing.map(entry),
    text(say(pauseEffect(app.work, 'finish'))),
  ];
  return { type: 'submenu', label: say(phrase('pause.button')), entries };
}

const jobsShown = 5;

function workNow(app: AppState, { say, language }: Speech): readonly TrayEntry[] {
  const jobs = going(app.work);
  if (jobs.length === 0) return [text(say(phrase('work.none')))];
  const line = (job: Work) =>
    phrase('tray.job', {
      job: job.job,
      state: phrase(`work.states.${job.state}`),
      clock: formatClock(job.since, language),
    });
  const rest = jobs.length - jobsShown;
  return [
    ...jobs.slice(0, jobsShown).map((job) => text(say(line(job)))),
    ...(rest > 0 ? [text(say(phrase('tray.moreJobs', { count: rest })))] : []),
  ];
}

function earned({ today, pool, demo }: AppState, { say, language }: Speech): TrayEntry {
  if (today.micros === null)
    return text(say(phrase('tray.gpuTime', { duration: formatDuration(today.gpuMs, language) })));
  // Two digits, so that the menu is not made anew every second under the pointer.
  const amount = formatAmount(today.micros, pool?.currency ?? null, language, 2);
  return text(say(phrase(demo ? 'tray.earnedDemo' : 'tray.earned', { amount })));
}

function quitMenu(app: AppState, say: Say): TrayEntry {
  if (app.pool === null) return command(say(phrase('tray.quit')), { do: 'quit', sharing: 'stop' });
  const count = going(app.work).length;
  const effect: Phrase = count > 0 ? phrase('tray.quitStopEffect', { count }) : phrase('tray.quitStopNone');
  const entries = [
    command(say(phrase('tray.quitStop')), { do: 'quit', sharing: 'stop' }),
    text(say(effect)),
    ruler,
    command(say(phrase('tray.quitKeep')), { do: 'quit', sharing: 'keep' }),
    text(say(phrase('tray.quitKeepEffect'))),
  ];
  return { type: 'submenu', label: say(phrase('tray.quit')), entries };
}
