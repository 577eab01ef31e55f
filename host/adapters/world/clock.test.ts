import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const dayMs = 86_400_000;

it('waits longer than a timer of Node’s can, and not at once', async () => {
  const call = vi.fn<() => void>();
  systemClock.after(40 * dayMs, call);
  await vi.advanceTimersByTimeAsync(40 * dayMs - 1);
  expect(call).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(call).toHaveBeenCalledOnce();
});

it('cancels, also past the first timer', async () => {
  const call = vi.fn<() => void>();
  const cancel = systemClock.after(40 * dayMs, call);
  await vi.advanceTimersByTimeAsync(30 * dayMs);
  cancel();
  await vi.advanceTimersByTimeAsync(30 * dayMs);
  expect(call).not.toHaveBeenCalled();
});

it('sleeps until its time or the abort, whichever comes first', async () => {
  const caller = new AbortController();
  const woken = vi.fn<() => void>();
  void systemClock.sleep(1_000).then(woken);
  void systemClock.sleep(dayMs, caller.signal).then(woken);
  await vi.advanceTimersByTimeAsync(999);
  expect(woken).toHaveBeenCalledTimes(0);
  caller.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(woken).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(woken).toHaveBeenCalledTimes(2);
  await systemClock.sleep(dayMs, caller.signal);
});
