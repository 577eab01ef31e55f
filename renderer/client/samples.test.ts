import { describe, expect, it } from 'vitest';
import { gpu } from '../testing/states.ts';
import { remember, rememberedMs, type Samples } from './samples.ts';

const { uuid } = gpu(0);
const at = (time: number, utilizationPercent: number | null) => [gpu(time, { utilizationPercent })];
const none: Samples = new Map();

describe('what is remembered of a GPU', () => {
  it('is each measurement once, oldest first', () => {
    const samples = [at(1000, 10), at(1000, 10), at(3000, 30)].reduce(remember, none);
    expect(samples.get(uuid)).toEqual([
      { at: 1000, percent: 10 },
      { at: 3000, percent: 30 },
    ]);
  });

  it('is the same object while nothing new was measured', () => {
    const samples = remember(none, at(1000, 10));
    expect(remember(samples, at(1000, 10))).toBe(samples);
    expect(remember(samples, at(2000, null))).toBe(samples);
  });

  it('goes back five minutes and no further', () => {
    const samples = [at(1000, 1), at(2000, 2), at(1500 + rememberedMs, 3)].reduce(remember, none);
    expect(samples.get(uuid)?.map(({ percent }) => percent)).toEqual([2, 3]);
  });
});
