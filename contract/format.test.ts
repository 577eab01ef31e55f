import { beforeAll, describe, expect, it } from 'vitest';
import {
  amountDigits,
  daysFromToday,
  formatAmount,
  formatBytes,
  formatClock,
  formatDuration,
  formatHours,
  formatMib,
  formatStopwatch,
} from './format.ts';

const second = 1000;
const hour = 3_600_000;

beforeAll(() => {
  process.env['TZ'] = 'Europe/Berlin';
});

describe('a duration', () => {
  it.each([
    [-5, '0s', '0秒'],
    [45 * second, '45s', '45秒'],
    [119 * second, '1m', '1分钟'],
    [hour, '1h', '1小时'],
    [2 * hour + 300 * second, '2h 5m', '2小时5分钟'],
    [52 * hour, '2d 4h', '2天4小时'],
  ])('of %i ms is %s', (ms, en, zh) => {
    expect(formatDuration(ms, 'en')).toBe(en);
    expect(formatDuration(ms, 'zh-CN')).toBe(zh);
  });
});

describe('a stopwatch', () => {
  it('counts to the second and past a day', () => {
    expect([0, 65 * second, 26 * hour + 1499].map(formatStopwatch)).toEqual([
      '0:00:00',
      '0:01:05',
      '26:00:01',
    ]);
  });
});

describe('an amount', () => {
  it('shows small ones with four digits and nothing as nothing', () => {
    expect(formatAmount(1_250_000, 'EUR', 'en')).toBe('€1.25');
    expect(formatAmount(4_200, 'EUR', 'en')).toBe('€0.0042');
    expect(formatAmount(0, 'EUR', 'en')).toBe('€0.00');
    expect(formatAmount(1_250_000, 'CNY', 'zh-CN', 4)).toBe('¥1.2500');
  });

  it('shows four digits only below a tenth, and as many as a list needs', () => {
    expect(formatAmount(704_000, 'EUR', 'en')).toBe('€0.70');
    expect([[220_000, 60_000], [220_000, 4_500], [1_234]].map(amountDigits)).toEqual([2, 4, 4]);
    expect(amountDigits([5_000])).toBe(3);
  });

  it('is shown also in a currency nobody knows, or in none', () => {
    expect(formatAmount(1_000_000, 'nonsense', 'en')).toBe('1.00 nonsense');
    expect(formatAmount(1_000_000, null, 'en')).toBe('1.00');
  });
});

describe('sizes and times', () => {
  it('are short and in the reader’s way', () => {
    expect(formatMib(24_564, 'en')).toBe('24 GB');
    expect(formatBytes(1_610_612_736, 'en')).toBe('1.5 GB');
    expect(formatBytes(0, 'en')).toBe('0 bytes');
    expect(formatHours(5_400_000, 'en')).toBe('1.50');
    expect(formatClock(Date.UTC(2026, 6, 1, 22, 30), 'en')).toBe('00:30');
  });

  it('count calendar days, also over a night of 23 hours', () => {
    const before = Date.UTC(2026, 2, 28, 22, 30); // 23:30 in Berlin, the clocks go forward that night
    expect(daysFromToday(before + 90 * 60 * second, before)).toBe(1);
    expect(daysFromToday(before + 24 * hour, before)).toBe(2);
    expect(daysFromToday(before - 24 * hour, before)).toBe(-1);
  });
});
