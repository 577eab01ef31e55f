import { expect, test } from 'vitest';
import type { Host } from '../client/connect.ts';
import { runCommand } from './commands.ts';
import type { TrayCommand } from './tray-view.ts';

/** What a command leads to, at `now`. */
function led(command: TrayCommand, now = 1000, answer: Promise<unknown> = Promise.resolve({})) {
  const said: unknown[] = [];
  const tell = (name: string) => (input?: unknown) =>
    void said.push(input === undefined ? [name] : [name, input]);
  const asked = (name: string) => (input: unknown) => (said.push([name, input]), answer);
  const host = {
    sharing: { pause: asked('pause'), resume: asked('resume'), ownNetwork: asked('ownNetwork') },
  } as unknown as Host;
  runCommand(command, {
    host: () => host,
    open: tell('open'),
    startHost: tell('start'),
    quit: tell('quit'),
    failed: tell('failed'),
    now: () => now,
  });
  return said;
}

test('a pause is counted from the click', () => {
  expect(led({ do: 'pause', choice: 'half-hour' }, 5000)).toEqual([
    ['pause', { how: 'now', until: 5000 + 30 * 60_000 }],
  ]);
  expect(led({ do: 'pause', choice: 'resume' })).toEqual([['pause', { how: 'now', until: null }]]);
  expect(led({ do: 'pause', choice: 'finish' })).toEqual([['pause', { how: 'finish', until: null }]]);
});

test('until tomorrow 08:00 is the clock’s eight, also over a change of time', () => {
  process.env['TZ'] = 'Europe/Berlin';
  const eve = new Date('2027-03-27T23:30:00+01:00').getTime();
  expect(led({ do: 'pause', choice: 'tomorrow' }, eve)).toEqual([
    ['pause', { how: 'now', until: new Date('2027-03-28T08:00:00+02:00').getTime() }],
  ]);
});

test('the other commands lead where they say', () => {
  expect(led({ do: 'own-network', on: true })).toEqual([['ownNetwork', { on: true }]]);
  expect(led({ do: 'resume' })).toEqual([['resume', {}]]);
  expect(led({ do: 'open', at: '#/work' })).toEqual([['open', '#/work']]);
  expect(led({ do: 'quit', sharing: 'keep' })).toEqual([['quit', 'keep']]);
  expect(led({ do: 'start-host' })).toEqual([['start']]);
});

test('a command that fails is said', async () => {
  const said = led({ do: 'resume' }, 0, Promise.reject(new Error('x')));
  await expect.poll(() => said.at(-1)).toEqual(['failed', new Error('x')]);
});
