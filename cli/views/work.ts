import type { AppState, Work } from '../../contract/app-state.ts';
import { formatBytes, formatDuration } from '../../contract/format.ts';
import type { Progress } from '../../contract/node-state.ts';
import type { Speech } from '../speech.ts';
import { dash, gpuName, listed, moment, namedTable, section, type Pen } from './parts.ts';

/** The jobs that run and those that ended, newest first. */
export function workLines(state: AppState, past: readonly Work[], pen: Pen): readonly string[] {
  const { text } = pen.speech;
  const running = runningLines(state, pen);
  return [
    pen.styled('bold', text('home.workNow')),
    ...(running.length === 0 ? [text('work.none')] : running).map((line) => `  ${line}`),
    ...slowLines(state, pen.speech).map((line) => `  ${line}`),
    ...section(
      pen,
      text('work.past'),
      past.length === 0 ? [text('work.noPast')] : pastLines(state, past, pen),
    ),
  ];
}

/** The table of the jobs that have not ended; nothing where there is none. */
export function runningLines(state: AppState, pen: Pen): readonly string[] {
  const { text } = pen.speech;
  const rows = state.work
    .filter((work) => work.state !== 'ended')
    .map((work) => [
      work.job,
      stateText(work, pen.speech),
      gpusText(state, work, pen.speech),
      moment(work.since, pen.speech),
      restartsText(work),
    ]);
  return namedTable(
    pen,
    [text('work.job'), '', text('work.gpu'), text('work.since'), text('work.restarts')],
    rows,
    ['left', 'left', 'left', 'left', 'right'],
  );
}

function pastLines(state: AppState, past: readonly Work[], pen: Pen): readonly string[] {
  const { text, language } = pen.speech;
  const rows = past.map((work) => [
    work.job,
    text(`work.ended.${work.ended ?? 'unknown'}`),
    gpusText(state, work, pen.speech),
    moment(work.since, pen.speech),
    work.endedAt === null ? dash : formatDuration(work.endedAt - work.since, language),
    restartsText(work),
  ]);
  const names = [
    text('work.job'),
    text('work.outcome'),
    text('work.gpu'),
    text('work.started'),
    text('work.duration'),
    text('work.restarts'),
  ];
  return namedTable(pen, names, rows, ['left', 'left', 'left', 'left', 'right', 'right']);
}

function stateText({ state, progress, pull, stopped }: Work, speech: Speech): string {
  const { text } = speech;
  if (stopped != null) return text('guard.stopped', { what: text(`guard.${stopped}`) });
  const parts = [
    ...(progress === null || progress.unit !== 'bytes' ? [] : [farText(progress, speech)]),
    ...(pull != null && pull.attempt > 1 ? [text('work.pullTry', { count: pull.attempt })] : []),
  ];
  const said = text(`work.states.${state}`);
  return parts.length === 0 ? said : `${said} (${parts.join(', ')})`;
}

function farText({ done, total, perSecond, leftMs }: Progress, { text, language }: Speech): string {
  const size = (bytes: number): string => formatBytes(bytes, language);
  return [
    total === null
      ? text('work.progressOnly', { done: size(done) })
      : text('work.progressOf', { done: size(done), total: size(total) }),
    ...(perSecond === undefined ? [] : [text('joining.perSecond', { size: size(perSecond) })]),
    ...(leftMs === undefined ? [] : [text('joining.left', { duration: formatDuration(leftMs, language) })]),
  ].join(', ');
}

/** What is to be said of downloads for which this line is too slow. */
function slowLines({ work }: AppState, { text, language }: Speech): readonly string[] {
  return work.flatMap(({ job, pull }) =>
    pull?.tooSlow === true
      ? [`${job}: ${text('work.pullTooSlow', { duration: formatDuration(pull.limitMs, language) })}`]
      : [],
  );
}

function gpusText(state: AppState, { gpus }: Work, speech: Speech): string {
  const names = gpus.map((uuid) => gpuName(state, uuid));
  return names.length === 0 ? speech.text('work.noGpu') : listed(names, speech);
}

function restartsText({ restarts }: Work): string {
  return restarts === 0 ? '' : String(restarts);
}
