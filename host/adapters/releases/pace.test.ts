import { describe, expect, it } from 'vitest';
import type { Progress } from '../../../contract/node-state.ts';
import { Pace } from './pace.ts';

/** A download of 1,000 bytes, with hands on its clock. */
function download(total: number | null = 1_000) {
  const told: Progress[] = [];
  const at = { ms: 0 };
  const pace = new Pace({ monotonic: () => at.ms }, 0, total, (progress) => void told.push(progress));
  return { told, at, pace };
}

describe('how far a download is', () => {
  it('is told with its rate and the time left, at most four times a second', () => {
    const { told, at, pace } = download();
    at.ms = 100;
    pace.at(50);
    at.ms = 500;
    pace.at(250);
    expect(told).toEqual([
      { done: 0, total: 1_000, unit: 'bytes' },
      { done: 250, total: 1_000, unit: 'bytes', perSecond: 500, leftMs: 1_500 },
    ]);
  });
  it('is told at its end also where all came at once', () => {
    const { told, at, pace } = download();
    at.ms = 3;
    pace.at(1_000);
    expect(told.at(-1)).toEqual({ done: 1_000, total: 1_000, unit: 'bytes' });
  });
  it('names no time left where the size is unknown', () => {
    const { told, at, pace } = download(null);
    at.ms = 1_000;
    pace.at(500);
    expect(told.at(-1)).toEqual({ done: 500, total: null, unit: 'bytes', perSecond: 500 });
  });
});
