const msPerHour = 3_600_000n;
const largest = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * What `ms` of one GPU earn at `microsPerHour`: integer micro-units, rounded down. Null where sharing is unpaid.
 * Computed in bigint, since a month in ms times a price in micro-units passes 2^53; a sum that would pass it stays there.
 */
export function amount(ms: number, microsPerHour: number | null): number | null {
  if (microsPerHour === null) return null;
  const micros = (BigInt(Math.max(0, Math.trunc(ms))) * BigInt(microsPerHour)) / msPerHour;
  return Number(micros > largest ? largest : micros);
}

/** Sum of amounts; null only where every part is unpaid. */
export function addAmounts(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a + b, Number.MAX_SAFE_INTEGER);
}
