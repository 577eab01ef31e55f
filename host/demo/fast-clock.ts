import type { Clock } from '../core/ports/clock.ts';

/** A clock that runs `speed` times as fast as another. */
export function fastClock(clock: Clock, speed: number): Clock {
  if (speed === 1) return clock;
  const [wall, steady] = [clock.now(), clock.monotonic()];
  const passed = (): number => (clock.monotonic() - steady) * speed;
  return {
    now: () => Math.round(wall + passed()),
    monotonic: () => steady + passed(),
    after: (ms, call) => clock.after(ms / speed, call),
    sleep: (ms, signal) => clock.sleep(ms / speed, signal),
  };
}
