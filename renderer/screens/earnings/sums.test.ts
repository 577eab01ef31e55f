import { describe, expect, it } from 'vitest';
import type { Day, LedgerRow } from '../../../contract/earnings.ts';
import { dayBars, hourBars, sumOf } from './sums.ts';

const hour = 3_600_000;
const day = (gpuMs: number, micros: number | null): Day => ({ day: '2026-11-25', gpuMs, micros, jobs: 1 });
const row = (startedAt: number, endedAt: number | null): LedgerRow => ({
  id: '1',
  workId: '1',
  job: 'j',
  gpu: 'g',
  gpuName: 'G',
  startedAt,
  endedAt,
  gpuMs: 0,
  microsPerHour: null,
  micros: null,
});

describe('a sum', () => {
  it('is of the last days alone, and has no amount where none was paid', () => {
    expect(sumOf({ days: [day(1, 10), day(2, 20), day(3, 30)] }, 2)).toEqual({
      gpuMs: 5,
      micros: 50,
      jobs: 2,
    });
    expect(sumOf({ days: [day(1, null)] }, 7)).toEqual({ gpuMs: 1, micros: null, jobs: 1 });
  });
});

describe('bars', () => {
  it('are amounts where the pool pays and hours where it does not', () => {
    expect(dayBars([day(hour, 1_500_000), day(0, null)]).map(({ value }) => value)).toEqual([1.5, 0]);
    expect(dayBars([day(hour / 2, null)]).map(({ value }) => value)).toEqual([0.5]);
  });

  it('share a stretch among the hours it reaches into, cut at midnight and now', () => {
    const midnight = 10 * 24 * hour;
    const rows = [row(midnight - hour, midnight + hour / 2), row(midnight + hour * 1.75, null)];
    const bars = hourBars(rows, midnight, midnight + hour * 2.5);
    expect(bars).toHaveLength(24);
    expect(bars.slice(0, 4).map(({ value }) => value)).toEqual([30, 15, 30, 0]);
  });
});
