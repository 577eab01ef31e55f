import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppState, Work } from '../contract/app-state.ts';
import { nodeStateOrder, reasons, type NodeState, type PauseReason } from '../contract/node-state.ts';
import { problem, problemCodes } from '../contract/problems.ts';
import { languages, speaker, type Catalogue, type Language } from '../contract/translate.ts';
import { appState } from './testing/app-state.ts';
import { trayView, type Speech, type TrayEntry } from './tray-view.ts';

const zone = process.env['TZ'];
beforeEach(() => {
  process.env['TZ'] = 'Europe/Berlin';
});
afterEach(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const noon = new Date('2026-11-25T12:00:00+01:00').getTime();
const catalogue = (language: Language) =>
  JSON.parse(readFileSync(new URL(`../assets/text/${language}.json`, import.meta.url), 'utf8')) as Catalogue;
const speech = (language: Language = 'en', now = noon): Speech => ({
  now,
  language,
  say: speaker(catalogue(language), language),
});

const job = (over: Partial<Work> = {}): Work => ({
  id: 'a1',
  job: 'train-bert',
  type: 'batch',
  state: 'running',
  gpus: ['GPU-1'],
  since: noon - 60_000,
  endedAt: null,
  restarts: 0,
  ended: null,
  image: null,
  progress: null,
  ...over,
});

const reason = (over: Partial<PauseReason> = {}): PauseReason => ({
  reason: 'you',
  how: 'now',
  since: noon,
  until: null,
  name: null,
  ...over,
});

const up = (app: AppState, sameVersion = true) => ({ host: 'up', app, sameVersion }) as const;
const sharing = { kind: 'sharing', since: noon - 1, busy: false } as const;
const pausedByYou: NodeState = { kind: 'paused', reasons: [reason()], until: null, ends: 'owner' };

const examples: Record<NodeState['kind'], NodeState> = {
  looking: { kind: 'looking' },
  new: { kind: 'new' },
  joining: { kind: 'joining', step: 'sign-in', progress: null, signInUrl: null },
  sharing,
  pausing: { kind: 'pausing', reasons: [reason()], since: noon, left: 1, freesAt: noon + 12_000 },
  paused: pausedByYou,
  offline: { kind: 'offline', since: noon, nextTry: noon + 30_000, cause: 'server' },
  attention: { kind: 'attention', problem: problem('engine-missing') },
  leaving: { kind: 'leaving', left: 0 },
};

/** Every text of a menu, those of its submenus included. */
function labels(entries: readonly TrayEntry[]): string[] {
  return entries.flatMap((one) =>
    one.type === 'line' ? [] : one.type === 'submenu' ? [one.label, ...labels(one.entries)] : [one.label],
  );
}
function entry(entries: readonly TrayEntry[], label: string): TrayEntry | undefined {
  return entries
    .flatMap((one) => (one.type === 'submenu' ? [one, ...one.entries] : [one]))
    .find((one) => one.type !== 'line' && one.label === label);
}

describe.each(languages)('in %s', (language) => {
  test.each(nodeStateOrder)('%s has its icon, one line in the tooltip, and no text is missing', (kind) => {
    const view = trayView(up(appState(examples[kind], { work: [job()] })), speech(language));
    expect(view.icon).toBe(kind);
    const all = [view.tooltip, ...labels(view.menu)];
    for (const one of all) {
      expect(one).not.toMatch(/\{\{|\}\}|^[a-z-]+\.[\w.-]+$/i);
      expect(one).not.toContain('\n');
    }
    expect(view.tooltip.length).toBeGreaterThan('Rigshare – '.length);
  });

  test.each(reasons)('a pause for %s says why', (one) => {
    const node: NodeState = {
      kind: 'paused',
      reasons: [reason({ reason: one })],
      until: null,
      ends: 'cause',
    };
    const view = trayView(up(appState(node)), speech(language));
    expect(view.tooltip).not.toContain('reason.');
  });

  test.each(problemCodes)('the problem %s is said with its remedy', (code) => {
    const view = trayView(up(appState({ kind: 'attention', problem: problem(code) })), speech(language));
    expect(labels(view.menu).join(' ')).not.toMatch(/problem\.|remedy\./);
  });

  test.each(['starting', 'lost', 'stopped'] as const)('a host that is %s is said', (host) => {
    const view = trayView({ host }, speech(language));
    expect([view.icon, labels(view.menu).join(' ').includes('tray.')]).toEqual([
      host === 'stopped' ? 'new' : 'looking',
      false,
    ]);
  });
});

test('the own network is one click away, and the way back from it', () => {
  const menu = (own: AppState['ownNetwork']) =>
    trayView(up(appState(pausedByYou, { ownNetwork: own })), speech()).menu;
  const none = { wanted: false, there: false, none: false, offered: true };
  expect(entry(menu(none), 'Pause and go to my own network')).toMatchObject({
    command: { do: 'own-network', on: true },
  });
  expect(entry(menu({ ...none, wanted: true, there: true }), "Back to the pool's network")).toMatchObject({
    command: { do: 'own-network', on: false },
  });
  expect(entry(menu({ ...none, none: true }), "Pause and switch the pool's network off")).toBeDefined();
  expect(labels(menu(null)).join(' ')).not.toContain('network');
});

test('work that runs changes the icon', () => {
  expect(trayView(up(appState({ ...sharing, busy: true }, { work: [job()] })), speech()).icon).toBe('busy');
});

test('the tooltip has state, reason and what comes next', () => {
  const node: NodeState = {
    kind: 'paused',
    reasons: [reason({ reason: 'game', name: 'Cyberpunk 2077' })],
    until: null,
    ends: 'cause',
  };
  expect(trayView(up(appState(node)), speech()).tooltip).toBe(
    'Rigshare – Paused: Cyberpunk 2077 is running. Resumes shortly after it closes.',
  );
});

test('a tooltip has room on every system', () => {
  const node: NodeState = { ...pausedByYou, reasons: [reason({ reason: 'game', name: 'x'.repeat(300) })] };
  expect(trayView(up(appState(node)), speech()).tooltip).toHaveLength(127);
});

test('the demo is marked in icon, tooltip and menu', () => {
  const view = trayView(up(appState(sharing, { demo: true })), speech());
  expect(view.demo).toBe(true);
  expect(view.tooltip).toMatch(/^Rigshare \(demo\) – Sharing/);
  expect(labels(view.menu)[0]).toBe('Demo: nothing on this computer is used');
  expect(labels(view.menu)).toContain('Earned today: €1.25 (demo)');
});

test('every way to pause is offered with what it does to the job now running', () => {
  const view = trayView(up(appState({ ...sharing, busy: true }, { work: [job()] })), speech());
  const menu = view.menu.find((one) => one.type === 'submenu' && one.label === 'Pause');
  expect(menu?.type === 'submenu' && labels(menu.entries)).toEqual([
    'For 30 minutes',
    'For 1 hour',
    'For 4 hours',
    'Until tomorrow 08:00',
    'Until I resume',
    '1 job stops here and starts again elsewhere. What it has not saved is computed again',
    'Take no new work',
    '1 job runs to its end, no new one starts',
  ]);
  expect(entry(view.menu, 'Take no new work')).toMatchObject({ command: { do: 'pause', choice: 'finish' } });
  expect(entry(view.menu, 'For 4 hours')).toMatchObject({ command: { do: 'pause', choice: 'four-hours' } });
});

test('resume is offered while the owner’s own pause holds, also behind another state', () => {
  const leaving = appState(examples.leaving, { notes: [pausedByYou] });
  expect(entry(trayView(up(leaving), speech()).menu, 'Resume')).toMatchObject({ command: { do: 'resume' } });
  const game: NodeState = { ...pausedByYou, reasons: [reason({ reason: 'game' })], ends: 'cause' };
  expect(entry(trayView(up(appState(game)), speech()).menu, 'Resume')).toBeUndefined();
});

test('pausing is offered in every kind but new', () => {
  for (const kind of nodeStateOrder) {
    const app = appState(examples[kind], kind === 'new' ? { pool: null } : {});
    expect([kind, entry(trayView(up(app), speech()).menu, 'Pause') !== undefined]).toEqual([
      kind,
      kind !== 'new',
    ]);
  }
});

test('jobs that run are named, many are counted, ended ones are not there', () => {
  const work = [
    ...Array.from({ length: 7 }, (_, i) => job({ id: `${i}`, job: `job-${i}` })),
    job({ job: 'old', state: 'ended' }),
  ];
  const shown = labels(trayView(up(appState(sharing, { work })), speech()).menu);
  expect(shown).toContain('job-0 – Running, since 11:59');
  expect(shown).toContain('and 2 more jobs');
  expect(shown.some((one) => one.includes('old') || one.includes('job-5'))).toBe(false);
});

test('without a price GPU time is shown, and no amount', () => {
  const view = trayView(
    up(appState(sharing, { today: { gpuMs: 5_400_000, micros: null, jobs: 1 } })),
    speech(),
  );
  expect(labels(view.menu)).toContain('GPU time today: 1h 30m');
  expect(labels(view.menu).join(' ')).not.toContain('Earned');
});

test('each way to quit says what it does to running work, stopping first', () => {
  const view = trayView(up(appState(sharing, { work: [job(), job({ id: '2' })] })), speech());
  const quit = view.menu.at(-1);
  expect(quit?.type === 'submenu' && labels(quit.entries)).toEqual([
    'Stop sharing and quit',
    '2 jobs stop here and start again elsewhere',
    'Keep sharing in the background',
    'Jobs go on; start Rigshare again to see this icon',
  ]);
});

test('a host of another version is named, and the tray goes on', () => {
  const view = trayView(up(appState(sharing), false), speech());
  expect(labels(view.menu)).toContain('This window and the background program are of different versions');
  expect(entry(view.menu, 'Pause')).toBeDefined();
});

test('a host that cannot be had is a plain problem with one thing to do, and nothing of its last state is shown', () => {
  const view = trayView({ host: 'down', problem: problem('host-not-running') }, speech());
  expect([view.icon, view.tooltip]).toEqual([
    'attention',
    "Rigshare – Rigshare's background program is not running",
  ]);
  expect(entry(view.menu, 'Start it again')).toMatchObject({ command: { do: 'start-host' } });
  expect(entry(view.menu, 'Pause')).toBeUndefined();
});

test('while the GPU is freed before quitting, the tooltip says how far it is and quitting at once is offered', () => {
  const view = trayView({ host: 'stopping', app: appState(examples.pausing) }, speech());
  expect(view.tooltip).toBe(
    'Rigshare – Freeing the GPU, then quitting. Freeing your GPU: You paused it. Yours in 12s at the latest.',
  );
  expect(view.menu.at(-1)).toMatchObject({ command: { do: 'quit', sharing: 'keep' } });
  expect(view.againAfterMs).toBe(1000);
});

test('only what counts down is made again by itself', () => {
  expect(trayView(up(appState(sharing)), speech()).againAfterMs).toBeNull();
  expect(trayView(up(appState(examples.pausing)), speech()).againAfterMs).toBe(1000);
  expect(trayView(up(appState(examples.offline)), speech()).againAfterMs).toBe(5000);
});

test('a pause over the change to winter time ends at the hour on the clock', () => {
  const eve = new Date('2026-10-24T20:00:00+02:00').getTime();
  const eight = new Date('2026-10-25T08:00:00+01:00').getTime();
  const node: NodeState = { kind: 'paused', reasons: [reason({ until: eight })], until: eight, ends: 'time' };
  expect(trayView(up(appState(node)), speech('en', eve)).tooltip).toBe(
    'Rigshare – Paused by you. Resumes tomorrow at 08:00.',
  );
});

test('the same state makes the same view, so that nothing is set twice', () => {
  const app = appState({ ...sharing, busy: true }, { work: [job()] });
  expect(trayView(up(app), speech('en', noon))).toEqual(
    trayView(up({ ...app, revision: 9 }), speech('en', noon + 900)),
  );
});
