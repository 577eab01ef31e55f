import type { Clock } from '../../core/ports/clock.ts';

/** The longest that a timer of Node's waits; a longer one would fire at once. */
const longestMs = 2_147_483_647;

/** This machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const done = (): void => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = after(ms, done);
      signal?.addEventListener('abort', done, { once: true });
    }),
};

function after(ms: number, call: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const now = Math.min(Math.max(left, 0), longestMs);
    timer = setTimeout(() => (left > now ? wait(left - now) : call()), now);
  };
  wait(ms);
  return () => clearTimeout(timer);
}
