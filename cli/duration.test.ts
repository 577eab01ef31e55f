import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDuration, parseUntil } from './duration.ts';

const hour = 3_600_000;
const minute = 60_000;

describe('a duration', () => {
  it.each([
    ['1h', hour],
    ['90m', 90 * minute],
    ['1h30m', 90 * minute],
    ['2d', 48 * hour],
    ['1.5h', 90 * minute],
    ['45s', 45_000],
    [' 1H ', hour],
  ])('is read from %s', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
  it.each(['', '0h', '1', 'h', '-1h', '1h x', 'x1h', '1h1h', '1w', '1e3h', '400d', '1 h'])(
    'is not read from "%s"',
    (text) => {
      expect(parseDuration(text)).toBeNull();
    },
  );
});

describe('a time', () => {
  const zone = process.env['TZ'];
  beforeAll(() => void (process.env['TZ'] = 'Europe/Berlin'));
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const at = (iso: string) => Date.parse(iso);

  it('is the next one the clock shows, today or tomorrow', () => {
    expect(parseUntil('16:00', at('2025-06-15T15:00:00+02:00'))).toBe(at('2025-06-15T16:00:00+02:00'));
    expect(parseUntil('16:00', at('2025-06-15T16:00:00+02:00'))).toBe(at('2025-06-16T16:00:00+02:00'));
    expect(parseUntil('8:05', at('2025-12-31T23:00:00+01:00'))).toBe(at('2026-01-01T08:05:00+01:00'));
  });
  it('stays what the clock shows across a change of the clock', () => {
    expect(parseUntil('08:00', at('2025-03-29T20:00:00+01:00'))).toBe(at('2025-03-30T08:00:00+02:00'));
    expect(parseUntil('08:00', at('2025-10-25T20:00:00+02:00'))).toBe(at('2025-10-26T08:00:00+01:00'));
  });
  it('that is left out when the clock is put forward is still the same night', () => {
    const until = parseUntil('02:30', at('2025-03-29T23:00:00+01:00')) ?? 0;
    expect(until).toBeGreaterThanOrEqual(at('2025-03-30T03:00:00+02:00'));
    expect(until).toBeLessThanOrEqual(at('2025-03-30T04:00:00+02:00'));
  });
  it('that comes twice when the clock is put back is the next of both', () => {
    expect(parseUntil('02:50', at('2025-10-26T02:40:00+02:00'))).toBe(at('2025-10-26T02:50:00+02:00'));
    expect(parseUntil('02:50', at('2025-10-26T02:55:00+02:00'))).toBe(at('2025-10-26T02:50:00+01:00'));
    expect(parseUntil('02:50', at('2025-10-26T02:55:00+01:00'))).toBe(at('2025-10-27T02:50:00+01:00'));
  });
  it('may be a date, local without a zone', () => {
    const now = at('2025-06-15T12:00:00Z');
    expect(parseUntil('2025-06-16T08:00', now)).toBe(at('2025-06-16T08:00:00+02:00'));
    expect(parseUntil('2025-06-16 08:00', now)).toBe(at('2025-06-16T08:00:00+02:00'));
    expect(parseUntil('2025-06-16T08:00Z', now)).toBe(at('2025-06-16T08:00:00Z'));
  });
  it.each([
    '24:00',
    '12:60',
    '8',
    '',
    'tomorrow',
    '2025-06-15T11:59Z',
    '2025-13-01T00:00',
    '2025-06-16',
    '2027-01-01T00:00',
  ])('is not read from "%s"', (text) => {
    expect(parseUntil(text, at('2025-06-15T12:00:00Z'))).toBeNull();
  });
});
