const minuteMs = 60_000;
const unitMs = { d: 86_400_000, h: 3_600_000, m: minuteMs, s: 1000 } as const;

/** Longest time that can be asked for; longer is a slip of the finger. */
const maxMs = 366 * unitMs.d;

/** Milliseconds of "1h", "90m", "1h30m", "2d" or "1.5h"; null where it is none of these, nothing at all, or over a year. */
export function parseDuration(text: string): number | null {
  const parts = [
    ...text
      .trim()
      .toLowerCase()
      .matchAll(/(\d+(?:\.\d+)?)([dhms])/g),
  ];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text.trim().toLowerCase()) return null;
  const units = parts.map(([, , unit]) => unit);
  if (new Set(units).size !== units.length) return null;
  const ms = parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * unitMs[unit as keyof typeof unitMs],
    0,
  );
  return ms > 0 && ms <= maxMs ? Math.round(ms) : null;
}

/** Epoch milliseconds of "16:00" (the next time the clock shows it) or of a date and time; null where it is neither, past, or over a year away. */
export function parseUntil(text: string, now: number): number | null {
  const clock = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const at = clock ? nextTime(Number(clock[1]), Number(clock[2]), now) : parseMoment(text.trim());
  return at !== null && at > now && at - now <= maxMs ? at : null;
}

/** Year to minute at least; without a zone it is local time. */
function parseMoment(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/i.test(text))
    return null;
  const at = Date.parse(text.replace(' ', 'T'));
  return Number.isNaN(at) ? null : at;
}

function nextTime(hours: number, minutes: number, now: number): number | null {
  if (hours > 23 || minutes > 59) return null;
  // Where the clock is put forward the time may not exist, and is then what Date makes of it, the same night.
  const today = new Date(now);
  const made = [0, 1].map((days) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, hours, minutes).getTime(),
  );
  // Where it is put back the time comes twice, and Date knows the first alone.
  const again = made.map((at) => at + 60 * minuteMs).filter((at) => shows(at, hours, minutes));
  return Math.min(...[...made, ...again].filter((at) => at > now));
}

function shows(at: number, hours: number, minutes: number): boolean {
  const date = new Date(at);
  return date.getHours() === hours && date.getMinutes() === minutes;
}
