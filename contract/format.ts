/** Numbers, times and amounts in the reader's language. Pure: `now` and the language are given. */

const day = 86_400_000;

/** How long, in at most two units: "45s", "12m", "2h 5m", "3d 4h". Below a second counts as 0s. */
export function formatDuration(ms: number, language: string): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return unit(seconds, 'second', language);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return unit(minutes, 'minute', language);
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return two(hours, 'hour', minutes % 60, 'minute', language);
  return two(Math.floor(hours / 24), 'day', hours % 24, 'hour', language);
}

/** How long, to the second, in figures that stand below each other: "1:05:12". */
export function formatStopwatch(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A time of day, 24 hours: "16:00". */
export function formatClock(at: number, language: string): string {
  return formatter(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** A day: "Wed, 26 Nov". */
export function formatDate(at: number, language: string): string {
  return formatter(language, { weekday: 'short', day: 'numeric', month: 'short' }).format(at);
}

/** A day of another year too: "26 Nov 2026, 16:00". */
export function formatMoment(at: number, language: string): string {
  return formatter(language, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** How many local calendar days `at` lies after `now`: 0 today, 1 tomorrow, -1 yesterday. */
export function daysFromToday(at: number, now: number): number {
  return Math.round((midnight(at) - midnight(now)) / day);
}

/**
 * An amount in integer micro-units of an ISO 4217 currency: "€1.25", "€0.0042".
 * Amounts below a tenth of a unit show four digits, since a GPU minute costs little; `digits` chooses otherwise.
 */
export function formatAmount(
  micros: number,
  currency: string | null,
  language: string,
  digits?: number,
): string {
  const value = micros / 1_000_000;
  const fraction = digits ?? (micros !== 0 && Math.abs(micros) < 100_000 ? 4 : 2);
  const options = { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
  if (currency === null) return new Intl.NumberFormat(language, options).format(value);
  try {
    return new Intl.NumberFormat(language, {
      style: 'currency',
      currency,
      currencyDisplay: 'narrowSymbol',
      ...options,
    }).format(value);
  } catch {
    return `${new Intl.NumberFormat(language, options).format(value)} ${currency}`;
  }
}

/** How many digits show amounts in micro-units without loss, so that they stand below each other: 2 to 4. */
export function amountDigits(micros: readonly number[]): number {
  if (micros.every((one) => one % 10_000 === 0)) return 2;
  return micros.every((one) => one % 1000 === 0) ? 3 : 4;
}

/** GPU hours of milliseconds, two digits: "1.25". */
export function formatHours(ms: number, language: string): string {
  return new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    ms / 3_600_000,
  );
}

/** Bytes in binary units, three digits at most: "1.5 GB". */
export function formatBytes(bytes: number, language: string): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && power > 0 ? 1 : 0,
  }).format(value);
}

/** GPU memory of mebibytes: "7.9 GB". */
export function formatMib(mib: number, language: string): string {
  return formatBytes(mib * 1_048_576, language);
}

function midnight(at: number): number {
  const date = new Date(at);
  // Counted as if in UTC, so that a day of 23 or 25 hours counts as one.
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}

function unit(value: number, name: 'second' | 'minute' | 'hour' | 'day', language: string): string {
  return new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'narrow' }).format(value);
}

function two(
  big: number,
  bigName: 'hour' | 'day',
  small: number,
  smallName: 'minute' | 'hour',
  language: string,
): string {
  const first = unit(big, bigName, language);
  if (small === 0) return first;
  return `${first}${language.startsWith('zh') ? '' : ' '}${unit(small, smallName, language)}`;
}

function formatter(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English dates in the order most of the world reads them.
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options);
}
