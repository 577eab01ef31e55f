import type { AppState } from '../contract/app-state.ts';
import { formatDuration } from '../contract/format.ts';
import type { Reason } from '../contract/node-state.ts';
import { accountLine, accountOf, phrase, problemPhrase, type Phrase } from '../contract/phrases.ts';
import type { ShellState } from './shell-state.ts';
import type { Speech } from './tray-view.ts';

/** One notification of the desktop. */
export interface Note {
  readonly title: string;
  readonly body: string;
}

/** What is remembered between two states, so that nothing is said twice. */
export interface NotesMemory {
  /** The pause on its way: since when (epoch ms), and whether work had to go. */
  readonly freeing: { readonly since: number; readonly hadWork: boolean } | null;
  readonly wasPaused: boolean;
  /** The problem that was last shown and still holds. */
  readonly problem: string | null;
  /** When each subject was last spoken of, in epoch ms. */
  readonly spokenAt: Readonly<Record<string, number>>;
}

/** Nothing was seen yet; a pause that holds already when the app starts is no news. */
export const nothingSeen: NotesMemory = { freeing: null, wasPaused: true, problem: null, spokenAt: {} };

/** The least time between two notifications about the same thing. */
export const quietMs = { pause: 5 * 60_000, problem: 30 * 60_000 } as const;

/** Pauses that come with the hour or with every touch of the mouse: nobody wants to read of them. */
const silent: ReadonlySet<Reason> = new Set(['idle', 'session', 'schedule', 'update']);

/** What is worth a notification after this state, at most one; nothing while the person looks at the window. */
export function notesFor(
  memory: NotesMemory,
  state: ShellState,
  speech: Speech,
  isLookedAt: boolean,
): { readonly note: Note | null; readonly memory: NotesMemory } {
  const seen = remembered(memory, state);
  const news = subjectOf(memory, state, speech);
  if (news === null) return { note: null, memory: seen };
  const last = memory.spokenAt[news.subject] ?? -Infinity;
  if (isLookedAt || speech.now - last < news.quietMs) return { note: null, memory: seen };
  const note = { title: speech.say(news.title), body: speech.say(news.body) };
  return { note, memory: { ...seen, spokenAt: { ...seen.spokenAt, [news.subject]: speech.now } } };
}

interface News {
  readonly subject: string;
  readonly quietMs: number;
  readonly title: Phrase;
  readonly body: Phrase;
}

function subjectOf(memory: NotesMemory, state: ShellState, speech: Speech): News | null {
  const problem = problemOf(state);
  if (problem !== null) return problem.code === memory.problem ? null : problemNews(problem, isDemo(state));
  return state.host === 'up' ? pauseNews(memory, state.app, speech) : null;
}

function problemNews(
  problem: { readonly code: Parameters<typeof problemPhrase>[0]['code'] },
  demo: boolean,
): News {
  return {
    subject: `problem ${problem.code}`,
    quietMs: quietMs.problem,
    title: marked(phrase('tray.trouble'), demo),
    body: problemPhrase(problem),
  };
}

/** Said once the GPU was seen free, with how long that took where work had to go. */
function pauseNews(memory: NotesMemory, app: AppState, speech: Speech): News | null {
  const { node } = app;
  if (node.kind !== 'paused' || memory.wasPaused) return null;
  const causes = node.reasons.filter(({ reason }) => !silent.has(reason));
  const hadWork = memory.freeing?.hadWork ?? false;
  // The owner's own pause with nothing to free is over before the hand has left the mouse.
  if (causes.length === 0 || (!hadWork && causes.every(({ reason }) => reason === 'you'))) return null;
  const { title, reason, next } = accountOf(app, speech);
  const line = accountLine({ title, reason, next: null, also: [] });
  const duration = formatDuration(speech.now - (memory.freeing?.since ?? speech.now), speech.language);
  const free =
    next === null ? phrase('tray.freeAfterOnly', { duration }) : phrase('tray.freeAfter', { duration, next });
  return {
    subject: `pause ${causes.map((one) => one.reason).join(' ')}`,
    quietMs: causes.some((one) => one.reason === 'you') ? 0 : quietMs.pause,
    title: marked(
      hadWork && causes.every((one) => one.reason === 'you') ? phrase('tray.free') : line,
      app.demo,
    ),
    body: hadWork ? free : (next ?? phrase('tray.free')),
  };
}

const marked = (title: Phrase, demo: boolean): Phrase =>
  demo ? phrase('tray.tooltipDemo', { line: title }) : title;
const isDemo = (state: ShellState): boolean => state.host === 'up' && state.app.demo;

function problemOf(state: ShellState) {
  if (state.host === 'down') return state.problem;
  return state.host === 'up' && state.app.node.kind === 'attention' ? state.app.node.problem : null;
}

function remembered(memory: NotesMemory, state: ShellState): NotesMemory {
  const problem = problemOf(state)?.code ?? null;
  if (state.host !== 'up') return { ...memory, problem };
  const { node } = state.app;
  const isPausing = node.kind === 'pausing';
  const freeing = isPausing
    ? { since: node.since, hadWork: node.left > 0 || (memory.freeing?.hadWork ?? false) }
    : null;
  // A problem on top of a pause does not end the pause.
  const wasPaused =
    node.kind === 'paused' || (memory.wasPaused && (node.kind === 'looking' || node.kind === 'attention'));
  return { ...memory, freeing, wasPaused, problem };
}
