import type { AppState, Gpu, TailnetSummary } from '../../contract/app-state.ts';
import type { EngineSummary } from '../../contract/engine.ts';
import { formatHours, formatMib } from '../../contract/format.ts';
import { accountLine, accountOf, accountOfNode, gpuBadge, problemPhrase } from '../../contract/phrases.ts';
import type { Problem } from '../../contract/problems.ts';
import { commandLines, helpLine } from '../remedies.ts';
import type { Speech } from '../speech.ts';
import { plain, tableLines } from '../table.ts';
import { unaskedLines } from './config.ts';
import { amount, dash, listed, namedTable, section, type Pen } from './parts.ts';
import { runningLines } from './work.ts';

/** The state as people read it, its one sentence first. */
export function statusLines(state: AppState, pen: Pen): readonly string[] {
  const { speech, styled } = pen;
  const { say, text } = speech;
  const account = accountOf(state, speech);
  const also = [
    ...account.also.map(say),
    ...state.notes.flatMap((note) => [
      say(accountLine(accountOfNode(note, state, speech))),
      ...(note.kind === 'attention' ? problemLines(note.problem, speech) : []),
    ]),
  ];
  return [
    ...(state.demo
      ? [styled('dim', text('line.reason', { title: text('app.demo'), reason: text('app.demoText') }))]
      : []),
    styled('bold', say(accountLine(account))),
    ...(state.node.kind === 'attention' ? problemLines(state.node.problem, speech) : []),
    ...also.map((line) => `  ${line}`),
    ...section(pen, text('home.notices'), [
      ...state.notices.flatMap((notice) => [say(problemPhrase(notice)), ...problemLines(notice, speech)]),
      ...unaskedLines(state.configChange, speech),
    ]),
    ...updateLines(state, speech),
    ...(state.pool === null ? [] : ['', ...summaryLines(state, speech)]),
    ...section(pen, text('home.gpus'), gpuLines(state, pen)),
    ...section(pen, text('home.workNow'), runningLines(state, pen)),
  ];
}

/** Another version of the pool's program, and the command that takes it. */
function updateLines({ update }: AppState, { text }: Speech): readonly string[] {
  return update === null ? [] : [text('cli.update.offered', { from: update.from, to: update.to })];
}

/** A problem's own words, what helps, and its code. */
function problemLines(problem: Problem, speech: Speech): readonly string[] {
  const { code, detail } = problem;
  const details = detail === null ? [] : plain(detail).split('\n');
  return [
    ...details,
    helpLine(problem, speech),
    ...commandLines(problem),
    speech.text('cli.code', { code }),
  ].map((line) => `  ${line}`);
}

function summaryLines(state: AppState, speech: Speech): readonly string[] {
  const { text, language } = speech;
  const { pool, tailnet, today, demo } = state;
  const earned = amount(today.micros, pool?.currency ?? null, demo ? 'demo' : 'estimated', speech);
  const rows = [
    [
      text('cli.pool'),
      text('settings.poolText', { pool: pool?.name ?? dash, operator: pool?.operator ?? dash }),
    ],
    ...(tailnet === null ? [] : [[text('network.label'), networkText(tailnet, speech)]]),
    ...(state.engine == null ? [] : [[text('engine.label'), engineText(state.engine, speech)]]),
    [
      text('home.today'),
      listed(
        [
          `${formatHours(today.gpuMs, language)} ${text('earnings.gpuHours')}`,
          text('earnings.jobsCount', { count: today.jobs }),
          earned,
        ],
        speech,
      ),
    ],
  ];
  return tableLines(rows);
}

function engineText({ kind, version, rights, watched, ended }: EngineSummary, speech: Speech): string {
  const { text } = speech;
  return listed(
    [
      text('engine.about', { kind: kind === 'docker' ? 'Docker' : 'Podman', version }),
      text(`engine.rights.${rights}`),
      text(watched ? 'engine.watched' : 'engine.unwatched'),
      ...(ended === 0 ? [] : [text('engine.ended', { count: ended })]),
    ],
    speech,
  );
}

function networkText(tailnet: TailnetSummary, speech: Speech): string {
  const { connected, path, relay, address, controlOnline, quality } = tailnet;
  const { text } = speech;
  const way =
    path === 'relayed' && relay !== null ? text('network.relayedBy', { relay }) : text(`network.${path}`);
  const ms = quality?.ms ?? null;
  const known = [
    connected
      ? ms === null
        ? way
        : text('network.withMs', { what: way, ms: Math.round(ms) })
      : text('network.off'),
    ...(address === null ? [] : [address]),
    ...(controlOnline === false ? [text('network.controlAway')] : []),
    ...(quality?.problems ?? []).map((problem) => speech.say(problemPhrase(problem))),
  ];
  return listed(known, speech);
}

function gpuLines({ gpus, gpuProblem, otherCards, whenIdle }: AppState, pen: Pen): readonly string[] {
  const { text, say } = pen.speech;
  const names = [
    text('work.gpu'),
    '',
    text('gpu.use'),
    text('gpu.memory'),
    text('gpu.temperature'),
    text('gpu.power'),
  ];
  const table = namedTable(
    pen,
    names,
    gpus.map((gpu) => gpuRow(gpu, pen.speech)),
    ['left', 'left', 'right', 'right', 'right', 'right'],
  );
  return [
    ...table,
    ...otherCards.map(({ name }) => text('line.reason', { title: plain(name), reason: text('gpu.other') })),
    ...(whenIdle.on ? [text('settings.whenIdle')] : []),
    ...(gpuProblem === null ? [] : [say(problemPhrase(gpuProblem))]),
  ];
}

function gpuRow(gpu: Gpu, { text, language }: Speech): readonly string[] {
  const figure = (value: number | null, unit: string): string =>
    value === null ? dash : `${Math.round(value)}${unit}`;
  const memory =
    gpu.usedMib === null || gpu.memoryMib === null
      ? dash
      : text('gpu.memoryOf', {
          used: formatMib(gpu.usedMib, language),
          total: formatMib(gpu.memoryMib, language),
        });
  return [
    gpu.name,
    gpu.fault ?? text(gpuBadge(gpu)),
    figure(gpu.utilizationPercent, ' %'),
    memory,
    figure(gpu.temperatureC, ' °C'),
    figure(gpu.powerW, ' W'),
  ];
}
