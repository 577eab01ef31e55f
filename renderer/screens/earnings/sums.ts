import type { Day, EarningsSummary, LedgerRow } from '../../../contract/earnings.ts';

/** What some days come to. */
export interface Sum {
  readonly gpuMs: number;
  /** Integer micro-units; null where unpaid. */
  readonly micros: number | null;
  readonly jobs: number;
}

/** The sum of the last `days` days of a summary, today included. */
export function sumOf({ days: all }: Pick<EarningsSummary, 'days'>, days: number): Sum {
  const last = all.slice(-days);
  const amounts = last.map(({ micros }) => micros).filter((micros) => micros !== null);
  return {
    gpuMs: add(last.map(({ gpuMs }) => gpuMs)),
    micros: amounts.length === 0 ? null : add(amounts),
    jobs: add(last.map(({ jobs }) => jobs)),
  };
}

/** One bar of the chart. */
export interface Bar {
  /** A day (YYYY-MM-DD) or an hour (0 to 23). */
  readonly at: string;
  readonly value: number;
}

/** One bar a day: the amount in whole units of the currency, or GPU hours where unpaid. */
export function dayBars(days: readonly Day[]): readonly Bar[] {
  const isPaid = days.some(({ micros }) => micros !== null);
  return days.map(({ day, micros, gpuMs }) => ({
    at: day,
    value: isPaid ? (micros ?? 0) / 1_000_000 : gpuMs / 3_600_000,
  }));
}

const hourMs = 3_600_000;

/** GPU minutes in each hour since local midnight (epoch ms), of the stretches that reach into today. */
export function hourBars(rows: readonly LedgerRow[], midnight: number, now: number): readonly Bar[] {
  const hours = Math.max(1, Math.ceil((now - midnight) / hourMs));
  return Array.from({ length: Math.max(24, hours) }, (_, hour) => {
    const from = midnight + hour * hourMs;
    const ms = add(
      rows.map(({ startedAt, endedAt }) =>
        Math.max(0, Math.min(endedAt ?? now, from + hourMs) - Math.max(startedAt, from)),
      ),
    );
    return { at: String(hour), value: ms / 60_000 };
  });
}

/** The local midnight before a time; both in epoch milliseconds. */
export function midnightBefore(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

function add(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
