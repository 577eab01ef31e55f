import { expect, it } from 'vitest';
import { problem } from '../../../contract/problems.ts';
import { noFacts, seen, type Facts } from '../facts.ts';
import { guardOff, type GuardSample } from '../guard/sample.ts';
import { joined } from '../testing/world-model.ts';
import { unwatched } from './unwatched.ts';

const opened: Facts = {
  ...noFacts,
  footprint: seen([{ id: 1, at: 1, line: { kind: 'opened' } }], 1),
};
const watch = (over: Partial<GuardSample>): Facts => ({
  ...opened,
  guard: seen({ ...guardOff, ...over }, 1),
});
const blind: Partial<GuardSample> = {
  state: 'blind',
  since: 7,
  problem: problem('engine-refused', '403 events are not for you'),
};

it('closes for new work alone, with the engine’s own words, while nobody can watch', () => {
  expect(unwatched(joined, watch(blind), 10)).toEqual({
    reason: 'machine',
    how: 'finish',
    since: 7,
    until: null,
    name: '403 events are not for you',
    problem: problem('engine-unwatched', '403 events are not for you'),
  });
});

it.each(['off', 'connecting', 'watching'] as const)('is no reason while the watch is %s', (state) => {
  expect(unwatched(joined, watch({ state }), 10)).toBe(null);
});

it('is no reason before sharing was opened once, or while the engine itself is said to be gone', () => {
  const { guard } = watch(blind);
  expect(unwatched(joined, { ...noFacts, guard }, 10)).toBe(null);
  const hold = { problem: problem('engine-stopped'), seenAt: 1, since: 2, goneAt: null };
  const held = { ...watch(blind), memory: { ...opened.memory, holds: { machine: hold } } };
  expect(unwatched(joined, held, 10)).toBe(null);
});
