import { describe, expect, it } from 'vitest';
import { problem } from '../../contract/problems.ts';
import { noFacts, type Facts } from './facts.ts';
import { isBusy } from './pace.ts';
import { rest, waiting, waitingWith, type Plan } from './planning.ts';

const now = 1_000_000;
/** Closing since so long ago. */
const closing = (agoMs: number): Facts => ({
  ...noFacts,
  memory: { ...noFacts.memory, closing: { how: 'now', at: now - agoMs, brokerAnswered: false } },
});
const unknown = waitingWith('facts', now + 250, 'gpu-driver-error');

describe('the world is looked at often', () => {
  it.each<[string, Plan, Facts, boolean]>([
    ['while a step is due', { do: { kind: 'restart-agent' } }, noFacts, true],
    ['while work ends', waiting('work-ends', now + 1000), closing(600_000), true],
    ['while the GPU is not seen free yet', unknown, closing(10_000), true],
    ['not for hours because the driver is broken', unknown, closing(61_000), false],
    ['not while a try is held back', waiting('backoff', now + 1000, problem('nomad-died')), noFacts, false],
    ['not in a network of the owner’s', waitingWith('network', now, 'tailnet-other'), noFacts, false],
    ['not when all is reached', rest('reached'), noFacts, false],
  ])('%s', (_, next, facts, expected) => {
    expect(isBusy(next, facts, now)).toBe(expected);
  });
});
