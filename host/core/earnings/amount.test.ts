import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addAmounts, amount } from './amount.ts';

const ms = fc.integer({ min: 0, max: 3_000_000_000 });
const price = fc.integer({ min: 0, max: 1_000_000_000 });

describe('an amount', () => {
  it('is the price for an hour, and half of it for half an hour', () => {
    expect(amount(3_600_000, 300_000)).toBe(300_000);
    expect(amount(1_800_000, 300_000)).toBe(150_000);
  });
  it('is rounded down to whole micro-units', () => {
    expect(amount(1, 3_599_999)).toBe(0);
    expect(amount(1, 3_600_000)).toBe(1);
    expect(amount(3_599_999, 1)).toBe(0);
  });
  it('is null where sharing is unpaid, and 0 where the price is 0', () => {
    expect(amount(3_600_000, null)).toBeNull();
    expect(amount(3_600_000, 0)).toBe(0);
  });
  it('is exact where the product passes 2^53', () => {
    expect(amount(31_536_000_000, 999_999_999_999)).toBe(8_759_999_999_991_240);
    expect(amount(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
  });
  it('is never negative, whatever the clock did', () => {
    expect(amount(-5, 300_000)).toBe(0);
  });
  it('never falls as time goes on, and a part never earns more than the whole', () => {
    fc.assert(
      fc.property(ms, ms, price, (a, b, p) => {
        const whole = amount(a + b, p) ?? -1;
        const parts = (amount(a, p) ?? -1) + (amount(b, p) ?? -1);
        return whole >= (amount(a, p) ?? 0) && parts <= whole && whole - parts <= 1;
      }),
    );
  });
});

describe('a sum of amounts', () => {
  it('is null only where nothing was paid', () => {
    expect(addAmounts(null, null)).toBeNull();
    expect(addAmounts(null, 4)).toBe(4);
    expect(addAmounts(3, null)).toBe(3);
    expect(addAmounts(3, 4)).toBe(7);
  });
});
