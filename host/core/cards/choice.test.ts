import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noFacts, seen, type Facts } from '../facts.ts';
import {
  chosen,
  idleOnly,
  ignoredDevices,
  lostAfterMs,
  newDisplays,
  offeredGpus,
  sharedGpus,
  whyKept,
  type Choice,
} from './choice.ts';
import { observe } from '../observe.ts';
import type { GpuSample } from '../ports/gpus.ts';

const now = 1_000_000;
const nothing: Choice = { keptGpus: [] };

/** A card by its letter, which stands for its uuid. */
const card = (letter: string, change: Partial<GpuSample> = {}): GpuSample => ({
  uuid: `GPU-${letter}`,
  index: 0,
  name: 'NVIDIA GeForce RTX 4090',
  driver: '570',
  busId: null,
  memoryMib: 24_564,
  usedMib: 0,
  utilizationPercent: 0,
  temperatureC: 40,
  powerW: 20,
  fault: null,
  unified: false,
  display: false,
  asleep: false,
  mig: [],
  ...change,
});
const see = (gpus: readonly GpuSample[], facts: Facts = noFacts, at = now): Facts =>
  observe(facts, { fact: 'gpus', value: seen({ gpus, processes: [] }, at) }, at);
const shared = (choice: Choice, ...gpus: readonly GpuSample[]) =>
  sharedGpus(choice, see(gpus))
    .map((g) => g.uuid.slice(-1))
    .join('');
const screen = { display: true };
const lost = { fault: 'GPU is lost' };

describe('the cards that are shared', () => {
  it.each([
    ['one without a display', nothing, [card('a')], 'a', false],
    [
      'the only one, though it drives the display, but then only while nobody is there',
      nothing,
      [card('a', screen)],
      'a',
      true,
    ],
    [
      'not the one with the display where there is another',
      nothing,
      [card('a', screen), card('b')],
      'b',
      false,
    ],
    [
      'the one with the display as well where its owner says so',
      { keptGpus: [], chosenGpus: ['GPU-a'] },
      [card('a', screen), card('b')],
      'ab',
      false,
    ],
    [
      'the one with the display alone where its owner says so',
      { keptGpus: ['GPU-b'], chosenGpus: ['GPU-a'] },
      [card('a', screen), card('b')],
      'a',
      true,
    ],
    ['all, where each drives a display', nothing, [card('a', screen), card('b', screen)], 'ab', true],
    [
      'none where the other is lost: the display is not shared unasked in its place',
      nothing,
      [card('a', screen), card('b', lost)],
      '',
      false,
    ],
    ['the healthy ones beside a lost one', nothing, [card('a', lost), card('b'), card('c')], 'bc', false],
    ['none where its owner keeps the only one', { keptGpus: ['GPU-a'] }, [card('a')], '', false],
    ['one whose display is not known, as if it drove it', nothing, [card('a', { display: null })], 'a', true],
    ['one that sleeps, which drives none', nothing, [card('a', { display: null, asleep: true })], 'a', false],
    [
      'one whose display is not known beside one that is known to drive it',
      nothing,
      [card('a', { display: null }), card('b', screen)],
      'a',
      false,
    ],
    [
      'not one that had a display when its screen was on',
      { keptGpus: [], displayGpus: ['GPU-a'] },
      [card('a'), card('b')],
      'b',
      false,
    ],
  ] as const)('are %s', (_, choice, gpus, expected, onlyIdle) => {
    expect(shared(choice, ...gpus)).toBe(expected);
    expect(idleOnly(choice, see(gpus)).on).toBe(onlyIdle);
  });
  it('are shared by the owner’s word whenever they say so, and by the rule again when they say nothing', () => {
    const facts = see([card('a', screen)]);
    expect(idleOnly({ ...nothing, whenIdle: false }, facts)).toEqual({ on: false, by: 'owner' });
    expect(idleOnly({ ...nothing, whenIdle: true }, see([card('b')]))).toEqual({ on: true, by: 'owner' });
    expect(idleOnly({ ...nothing, whenIdle: null }, facts)).toEqual({ on: true, by: 'display' });
  });
  it('say why not: the owner’s word before a fault, a fault before the display', () => {
    const gpus = [card('a', screen), card('b', lost), card('c', lost), card('d')];
    const choice = { keptGpus: ['GPU-c'] };
    expect(gpus.map((g) => whyKept(choice, gpus, g))).toEqual(['display', 'fault', 'owner', null]);
  });
  it('are a new one as well, by the same rule', () => {
    const choice = { keptGpus: ['GPU-a'], chosenGpus: ['GPU-b'] };
    expect(shared(choice, card('a'), card('b', screen), card('c'))).toBe('bc');
    expect(shared(choice, card('a'), card('b', screen), card('d', screen))).toBe('b');
  });
});

describe('the owner’s word', () => {
  it('replaces the one said before', () => {
    const kept = { ...nothing, ...chosen({ keptGpus: [], chosenGpus: ['x'] }, 'x', false) };
    expect(kept).toEqual({ keptGpus: ['x'], chosenGpus: [] });
    expect(chosen(kept, 'x', true)).toEqual({ keptGpus: [], chosenGpus: ['x'] });
  });
  it('is kept, whatever the cards do: a kept card is never shared nor offered, and a healthy one never hidden', () => {
    const letters = ['a', 'b', 'c', 'd'] as const;
    const some = fc.subarray([...letters]).map((list) => list.map((l) => `GPU-${l}`));
    const cards = fc.tuple(
      ...letters.map((letter) =>
        fc.record({
          uuid: fc.constant(`GPU-${letter}`),
          fault: fc.constantFrom(null, 'GPU is lost'),
          display: fc.constantFrom(true, false, null),
        }),
      ),
    );
    fc.assert(
      fc.property(some, some, some, cards, (kept, wished, displays, changes) => {
        const choice = {
          keptGpus: kept,
          chosenGpus: wished.filter((g) => !kept.includes(g)),
          displayGpus: displays,
        };
        const gpus = changes.map((change) => card('x', change));
        const facts = see(gpus, see(gpus), now + lostAfterMs);
        const out = ignoredDevices(choice, facts, now + lostAfterMs);
        const offered = offeredGpus(choice, facts, now + lostAfterMs).map((g) => g.uuid);
        const given = sharedGpus(choice, facts).map((g) => g.uuid);
        expect(given.filter((g) => kept.includes(g))).toEqual([]);
        expect(kept.filter((g) => !out.includes(g))).toEqual([]);
        expect(offered).toEqual(given);
        for (const gpu of gpus.filter((g) => g.fault === null)) {
          const drives = gpu.display === true || displays.includes(gpu.uuid);
          if (!kept.includes(gpu.uuid) && !drives) expect(given).toContain(gpu.uuid);
        }
      }),
    );
  });
});

describe('what the agent leaves out', () => {
  it('are cards that are kept, with their parts, and kept ones that are not seen', () => {
    const parts = [{ uuid: 'MIG-1', profile: '1g.10gb', memoryMib: null }];
    const choice = { keptGpus: ['GPU-gone', 'GPU-b'] };
    const facts = see([card('a', screen), card('b', { mig: parts }), card('c', { mig: parts })]);
    expect(ignoredDevices(choice, facts, now)).toEqual(['GPU-a', 'GPU-b', 'GPU-gone', 'MIG-1']);
  });
  it('is a lost card only after a minute, and not where the driver no longer tells its name', () => {
    const gpus = [card('a'), card('b', lost), card('x', { ...lost, uuid: '0000:01:00.0' })];
    const later = see(gpus, see(gpus), now + lostAfterMs - 1);
    expect(ignoredDevices(nothing, later, now + lostAfterMs - 1)).toEqual([]);
    expect(ignoredDevices(nothing, later, now + lostAfterMs)).toEqual(['GPU-b']);
    const back = see([card('a'), card('b')], later);
    const again = see(gpus, back, now + lostAfterMs);
    expect(ignoredDevices(nothing, again, now + lostAfterMs)).toEqual([]);
  });
});

describe('a display that is seen for the first time', () => {
  it('is news once', () => {
    const facts = see([card('a', screen), card('b')]);
    expect(newDisplays(nothing, facts)).toEqual(['GPU-a']);
    expect(newDisplays({ keptGpus: [], displayGpus: ['GPU-a'] }, facts)).toEqual([]);
  });
});
