import type { Clock } from '../../core/ports/clock.ts';
import type { Store } from './store.ts';

/** Servers answer a blocking query after at most this long, ms. */
const longestMs = 300_000;

/** Nomad's blocking query: with `index` it waits until what is asked for has a greater one, at most for `wait`. */
export async function blocking(
  clock: Clock,
  store: Store,
  request: Request,
  indexOf: () => number,
): Promise<void> {
  const query = new URL(request.url).searchParams;
  const after = Number(query.get('index') ?? '0');
  if (!(after > 0)) return;
  const given = durationMs(query.get('wait'));
  const limit = Math.min(given ?? longestMs, longestMs);
  // A sixteenth more at most, as on a real server.
  const end = clock.monotonic() + limit + Math.round(limit / 32);
  while (indexOf() <= after && !request.signal.aborted && clock.monotonic() < end) {
    await change(clock, store, end - clock.monotonic(), request.signal);
  }
}

function change(clock: Clock, store: Store, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    const stop = store.onChange(done);
    signal.addEventListener('abort', done, { once: true });
  });
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration as Go writes it ("1m30s") in ms; null where it is none. */
export function durationMs(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return null;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)].reduce(
    (sum, [, n = '0', unit = 's']) => sum + Number(n) * (units[unit] ?? 0),
    0,
  );
}
