// Of several measurements: the median, with the least and the greatest.

/** `{ min, median, max }` of the numbers among `values`, or null where there are none. */
export function spread(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length / 2;
  const median = sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
  const [min, max] = [sorted[0], sorted.at(-1)];
  return { min: rounded(min), median: rounded(median), max: rounded(max) };
}

/** The spread of `ours[i] / theirs[i]`, of measurements taken one after the other. */
export function ratio(ours, theirs) {
  return spread(ours.map((value, i) => (theirs[i] ? value / theirs[i] : Number.NaN)));
}

const rounded = (value) => Math.round(value * 1000) / 1000;
