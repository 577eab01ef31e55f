import type { Host } from '../client/connect.ts';
import type { AppState } from '../contract/app-state.ts';
import { formatBytes, formatDuration } from '../contract/format.ts';
import type { NodeState, Progress } from '../contract/node-state.ts';
import { accountLine, accountOf } from '../contract/phrases.ts';
import { fail, ProblemError, type Problem } from '../contract/problems.ts';
import { Interrupted, jsonOf, type Cli } from './cli.ts';
import { qrLines } from './views/qr.ts';
import type { Speech } from './speech.ts';

/** What a state means to who waits: it is what was waited for, or not yet, or it will not be. */
export type Verdict = 'done' | 'wait' | Problem;

/** What is waited for. */
export interface Awaited {
  readonly judge: (state: AppState) => Verdict;
  /** Only states from this revision on count: earlier ones do not know of the command. */
  readonly from: number;
  /** Gives up after so many milliseconds. */
  readonly limitMs: number;
  /** What giving up amounts to, by the last state. */
  readonly late: (state: AppState) => Exclude<Verdict, 'wait'>;
  /** What goes on when Ctrl-C ends the waiting. */
  readonly goesOn: string;
  /** Lines to keep on stderr about each state, beside the passing one; nothing in JSON. */
  readonly steps?: (state: AppState, speech: Speech) => readonly string[];
}

/** Follows the state until it is what was waited for, showing on stderr how far it is, and returns it; throws the problem otherwise. */
export async function follow(
  cli: Cli,
  host: Host,
  { judge, from, limitMs, late, goesOn, steps }: Awaited,
): Promise<AppState> {
  const limit = AbortSignal.timeout(Math.min(limitMs, longestTimerMs));
  const show = shower(cli);
  let last: AppState | null = null;
  try {
    const signal = AbortSignal.any([limit, cli.interrupted]);
    for await (const state of await host.state(undefined, { signal })) {
      if (state.revision < from) continue;
      last = state;
      if (!cli.json) for (const line of steps?.(state, cli.speech()) ?? []) cli.terminal.err(line);
      const verdict = judge(state);
      if (verdict === 'done') return state;
      if (verdict !== 'wait') throw new ProblemError(verdict);
      show(state);
    }
  } catch (error) {
    if (!cli.interrupted.aborted && !limit.aborted) throw error;
  }
  if (cli.interrupted.aborted) throw new Interrupted(goesOn);
  if (limit.aborted && last) {
    const verdict = late(last);
    if (verdict === 'done') return last;
    throw new ProblemError(verdict);
  }
  return fail('host-not-running', cli.places.socket);
}

/** The state's kind and what else holds. */
export function allOf(state: AppState): readonly NodeState[] {
  return [state.node, ...state.notes];
}

/** The problem that needs somebody's attention, or null. */
export function attentionOf(state: AppState): Problem | null {
  return allOf(state).find((one) => one.kind === 'attention')?.problem ?? null;
}

/** A problem that came up since `before`: what was wrong already says nothing about what was asked for. */
export function newProblem(before: AppState, state: AppState): Problem | null {
  const problem = attentionOf(state);
  return problem?.code === attentionOf(before)?.code ? null : problem;
}

const longestTimerMs = 2 ** 31 - 1;

function shower(cli: Cli): (state: AppState) => void {
  let last = '';
  let url: string | null = null;
  return (state) => {
    const stage = stageOf(state.node);
    if (!cli.json) cli.terminal.progress(progressLine(cli, state), stage);
    else if (stage !== last) cli.terminal.err(jsonOf({ progress: state.node }, false));
    last = stage;
    const asked = state.node.kind === 'joining' ? state.node.signInUrl : null;
    if (asked !== null && asked !== url && !cli.json) {
      cli.terminal.err(cli.speech().text('cli.signIn', { url: asked }));
      for (const line of qrLines(asked, cli.terminal.columns ?? 0)) cli.terminal.err(line);
    }
    url = asked;
  };
}

/** What a log has a line for: figures that change all the time are left out. */
function stageOf(node: NodeState): string {
  const { step, signInUrl, left } = { step: '', signInUrl: null, left: 0, ...node };
  return JSON.stringify([node.kind, step, signInUrl, left]);
}

function progressLine(cli: Cli, state: AppState): string {
  const speech = cli.speech();
  const line = speech.say(accountLine(accountOf(state, speech)));
  const progress = state.node.kind === 'joining' ? state.node.progress : null;
  return progress ? `${line} ${howFar(progress, speech)}` : line;
}

function howFar({ done, total, unit, perSecond, leftMs }: Progress, { language, text }: Speech): string {
  const said = (count: number): string => (unit === 'bytes' ? formatBytes(count, language) : String(count));
  return [
    total === null
      ? text('work.progressOnly', { done: said(done) })
      : text('work.progressOf', { done: said(done), total: said(total) }),
    ...(perSecond === undefined || unit === 'steps'
      ? []
      : [text('joining.perSecond', { size: said(perSecond) })]),
    ...(leftMs === undefined ? [] : [text('joining.left', { duration: formatDuration(leftMs, language) })]),
  ].join(' · ');
}
