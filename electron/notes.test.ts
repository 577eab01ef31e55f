import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AppState } from '../contract/app-state.ts';
import type { NodeState, PauseReason, Reason } from '../contract/node-state.ts';
import { problem } from '../contract/problems.ts';
import { speaker, type Catalogue } from '../contract/translate.ts';
import { nothingSeen, notesFor, quietMs, type Note } from './notes.ts';
import type { ShellState } from './shell-state.ts';
import { appState } from './testing/app-state.ts';

const say = speaker(
  JSON.parse(readFileSync(new URL('../assets/text/en.json', import.meta.url), 'utf8')) as Catalogue,
  'en',
);
const start = 1_800_000_000_000;

const because = (reason: Reason, name: string | null = null): PauseReason => ({
  reason,
  how: 'now',
  since: start,
  until: null,
  name,
});
const sharing: NodeState = { kind: 'sharing', since: start, busy: true };
const pausing = (reasons: PauseReason[], left = 1): NodeState => ({
  kind: 'pausing',
  reasons,
  since: start,
  left,
  freesAt: null,
});
const paused = (reasons: PauseReason[]): NodeState => ({
  kind: 'paused',
  reasons,
  until: null,
  ends: reasons[0]?.reason === 'you' ? 'owner' : 'cause',
});
const attention = (code: 'engine-missing' | 'disk-full'): NodeState => ({
  kind: 'attention',
  problem: problem(code),
});
const game = because('game', 'Cyberpunk 2077');

type Moment = readonly [afterMs: number, state: NodeState | ShellState, isLookedAt?: boolean];

/** What is shown while these states come, each so many milliseconds after the start. */
function shown(moments: readonly Moment[], over: Partial<AppState> = {}): Note[] {
  let memory = nothingSeen;
  const notes: Note[] = [];
  for (const [afterMs, one, isLookedAt = false] of moments) {
    const state: ShellState =
      'host' in one ? one : { host: 'up', app: appState(one, over), sameVersion: true };
    const step = notesFor(memory, state, { now: start + afterMs, language: 'en', say }, isLookedAt);
    memory = step.memory;
    if (step.note !== null) notes.push(step.note);
  }
  return notes;
}

test('a game is said once the GPU was seen free, with how long it took', () => {
  const notes = shown([
    [0, sharing],
    [10, pausing([game])],
    [2000, pausing([game], 0)],
    [3000, paused([game])],
    [9000, paused([game])],
  ]);
  expect(notes).toEqual([
    { title: 'Paused: Cyberpunk 2077 is running', body: 'Free after 3s. Resumes shortly after it closes' },
  ]);
});

test('nothing is said of freeing where nothing ran', () => {
  expect(
    shown([
      [0, sharing],
      [10, pausing([game], 0)],
      [500, paused([game])],
    ]),
  ).toEqual([{ title: 'Paused: Cyberpunk 2077 is running', body: 'Resumes shortly after it closes' }]);
});

test('the owner’s own pause is said when work had to go, and not otherwise', () => {
  const you = because('you');
  expect(
    shown([
      [0, sharing],
      [10, pausing([you])],
      [2000, paused([you])],
    ]),
  ).toEqual([{ title: 'The GPU is yours', body: 'Free after 2s. Stays paused until you resume' }]);
  expect(
    shown([
      [0, sharing],
      [10, pausing([you], 0)],
      [20, paused([you])],
    ]),
  ).toEqual([]);
});

test('a pause that held already at the start is no news', () => {
  expect(
    shown([
      [0, { kind: 'looking' }],
      [10, paused([game])],
    ]),
  ).toEqual([]);
});

test.each(['idle', 'session', 'schedule', 'update'] as const)(
  'a pause for %s comes and goes in silence',
  (reason) => {
    expect(
      shown([
        [0, sharing],
        [10, pausing([because(reason)])],
        [2000, paused([because(reason)])],
      ]),
    ).toEqual([]);
  },
);

test('a game that is opened and closed again and again is said once in a while', () => {
  const round = (at: number): Moment[] => [
    [at, sharing],
    [at + 10, pausing([game])],
    [at + 1000, paused([game])],
  ];
  expect(shown([...round(0), ...round(60_000), ...round(120_000)])).toHaveLength(1);
  expect(shown([...round(0), ...round(quietMs.pause + 2000)])).toHaveLength(2);
});

test('nothing is shown to somebody who looks at the window', () => {
  expect(
    shown([
      [0, sharing, true],
      [10, pausing([game]), true],
      [2000, paused([game]), true],
    ]),
  ).toEqual([]);
});

test('a problem is said once while it lasts, another one again', () => {
  const notes = shown([
    [0, sharing],
    [10, attention('engine-missing')],
    [2000, attention('engine-missing')],
    [3000, attention('disk-full')],
  ]);
  expect(notes).toEqual([
    { title: 'Rigshare needs your attention', body: 'Docker is not installed' },
    { title: 'Rigshare needs your attention', body: 'The disk is full' },
  ]);
});

test('a problem that flickers is said once in half an hour', () => {
  const flicker = (at: number): Moment[] => [
    [at, attention('engine-missing')],
    [at + 1000, sharing],
  ];
  expect(shown([...flicker(0), ...flicker(5000), ...flicker(10_000)])).toHaveLength(1);
  expect(shown([...flicker(0), ...flicker(quietMs.problem + 1)])).toHaveLength(2);
});

test('a problem that is there when the app starts is said', () => {
  expect(shown([[0, attention('disk-full')]])).toHaveLength(1);
});

test('a problem on top of a pause does not announce the pause anew', () => {
  expect(
    shown([
      [0, paused([game])],
      [10, attention('disk-full')],
      [20, paused([game])],
    ]),
  ).toHaveLength(1);
});

test('a host that cannot be had is said', () => {
  expect(
    shown([
      [0, { host: 'starting' }],
      [10, { host: 'down', problem: problem('host-not-running') }],
    ]),
  ).toEqual([
    { title: 'Rigshare needs your attention', body: "Rigshare's background program is not running" },
  ]);
});

test('the demo says that it is one', () => {
  expect(
    shown(
      [
        [0, sharing],
        [10, pausing([game])],
        [3000, paused([game])],
      ],
      { demo: true },
    )[0]?.title,
  ).toBe('Rigshare (demo) – Paused: Cyberpunk 2077 is running');
});
