import type { Clock } from '../core/ports/clock.ts';

/** A clock whose timers can all be ended at once: what sleeps wakes, nothing else happens any more. */
export interface StoppableClock extends Clock {
  stop(): void;
}

/** Gives what runs on it an end of its own, other than that of the clock beneath. */
export function stoppableClock(clock: Clock): StoppableClock {
  const cancels = new Set<() => void>();
  const end = new AbortController();
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, call) => {
      if (end.signal.aborted) return () => undefined;
      const timer = clock.after(ms, () => {
        cancels.delete(cancel);
        call();
      });
      const cancel = (): void => {
        cancels.delete(cancel);
        timer();
      };
      cancels.add(cancel);
      return cancel;
    },
    sleep: (ms, signal) =>
      clock.sleep(ms, signal === undefined ? end.signal : AbortSignal.any([end.signal, signal])),
    stop: () => {
      for (const cancel of [...cancels]) cancel();
      end.abort();
    },
  };
}
