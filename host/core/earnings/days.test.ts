import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastDays, localDay, splitByDay } from './days.ts';

const hour = 3_600_000;
const at = (iso: string) => Date.parse(iso);
const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
  'America/St_Johns',
];

describe('a local day', () => {
  it('is the calendar day of the time zone', () => {
    expect(localDay(at('2025-01-31T23:30:00Z'), 'UTC')).toBe('2025-01-31');
    expect(localDay(at('2025-01-31T23:30:00Z'), 'Asia/Shanghai')).toBe('2025-02-01');
    expect(localDay(at('2025-02-01T02:30:00Z'), 'America/New_York')).toBe('2025-01-31');
  });
});

describe('a stretch cut into days', () => {
  it('stays whole within a day', () => {
    const from = at('2025-06-01T08:00:00Z');
    expect(splitByDay(from, from + hour, 'UTC')).toEqual([{ day: '2025-06-01', from, to: from + hour }]);
  });
  it('is cut exactly at local midnight', () => {
    const from = at('2025-06-01T21:30:00Z');
    const midnight = at('2025-06-01T22:00:00Z');
    expect(splitByDay(from, from + hour, 'Europe/Berlin')).toEqual([
      { day: '2025-06-01', from, to: midnight },
      { day: '2025-06-02', from: midnight, to: from + hour },
    ]);
  });
  it('gives the day of summer time 23 hours and that of winter time 25', () => {
    const lengths = (from: string, to: string) =>
      splitByDay(at(from), at(to), 'Europe/Berlin').map((p) => (p.to - p.from) / hour);
    expect(lengths('2025-03-28T23:00:00Z', '2025-03-31T22:00:00Z')).toEqual([24, 23, 24]);
    expect(lengths('2025-10-24T22:00:00Z', '2025-10-27T23:00:00Z')).toEqual([24, 25, 24]);
  });
  it('copes with a midnight that does not exist and a day that was left out', () => {
    const saoPaulo = splitByDay(at('2018-11-03T12:00:00Z'), at('2018-11-04T12:00:00Z'), 'America/Sao_Paulo');
    expect(saoPaulo.map((p) => [p.day, p.to])).toEqual([
      ['2018-11-03', at('2018-11-04T03:00:00Z')],
      ['2018-11-04', at('2018-11-04T12:00:00Z')],
    ]);
    const apia = splitByDay(at('2011-12-30T00:00:00Z'), at('2011-12-31T00:00:00Z'), 'Pacific/Apia');
    expect(apia.map((p) => p.day)).toEqual(['2011-12-29', '2011-12-31']);
  });
  it('is one part of no length where it has none', () => {
    const now = at('2025-06-01T08:00:00Z');
    expect(splitByDay(now, now, 'UTC')).toEqual([{ day: '2025-06-01', from: now, to: now }]);
  });
  it('has parts that follow each other without gap, each wholly of its day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2009-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.integer({ min: 1, max: 100 * hour }),
        fc.constantFrom(...zones),
        (from, length, zone) => {
          const parts = splitByDay(from, from + length, zone);
          expect(parts[0]?.from).toBe(from);
          expect(parts.at(-1)?.to).toBe(from + length);
          parts.forEach((p, i) => {
            expect(p.to).toBeGreaterThan(p.from);
            expect(localDay(p.from, zone)).toBe(p.day);
            expect(localDay(p.to - 1, zone)).toBe(p.day);
            if (i > 0) expect(p.from).toBe(parts[i - 1]?.to);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('the last days', () => {
  it('end with today and have no gap over a month, a leap day or summer time', () => {
    expect(lastDays(3, at('2024-03-01T12:00:00Z'), 'UTC')).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
    expect(lastDays(3, at('2025-03-30T22:30:00Z'), 'Europe/Berlin')).toEqual([
      '2025-03-29',
      '2025-03-30',
      '2025-03-31',
    ]);
    expect(new Set(lastDays(366, at('2025-11-05T00:00:00Z'), 'America/New_York')).size).toBe(366);
  });
});
