const hourMs = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A part of a stretch that lies in one local day. */
export interface DayPart {
  /** YYYY-MM-DD in local time. */
  readonly day: string;
  /** Epoch ms. */
  readonly from: number;
  /** Epoch ms, exclusive. */
  readonly to: number;
}

/** The local calendar day of a moment (epoch ms) in an IANA time zone, as YYYY-MM-DD. */
export function localDay(at: number, timeZone: string): string {
  // One formatter a zone, since making one costs 50 times what using it does.
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const [month, day, year] = format.format(at).split('/');
  return `${year}-${month}-${day}`;
}

/**
 * Cuts a stretch at each local midnight. The parts follow each other without gap and have the stretch's length together,
 * whatever summer time does: a day may have 23 or 25 hours, and a midnight may not exist.
 */
export function splitByDay(from: number, to: number, timeZone: string): readonly DayPart[] {
  const parts: DayPart[] = [];
  let at = from;
  while (at < to) {
    const day = localDay(at, timeZone);
    const end = Math.min(to, dayEnd(at, day, timeZone));
    parts.push({ day, from: at, to: end });
    at = end;
  }
  return parts.length > 0 ? parts : [{ day: localDay(from, timeZone), from, to: from }];
}

/** The last `count` local days, today last. */
export function lastDays(count: number, now: number, timeZone: string): readonly string[] {
  const [year = 0, month = 1, date = 1] = localDay(now, timeZone).split('-').map(Number);
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(year, month - 1, date - (count - 1 - i))).toISOString().slice(0, 10),
  );
}

/** The first millisecond after `at` that is of another local day. */
function dayEnd(at: number, day: string, timeZone: string): number {
  let low = at;
  let high = at + hourMs;
  while (localDay(high, timeZone) === day) {
    low = high;
    high += hourMs;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (localDay(middle, timeZone) === day) low = middle;
    else high = middle;
  }
  return high;
}
