import type { World } from '../../../core/ports/world.ts';
import { systemClock } from '../../world/clock.ts';
import { httpTo } from '../../world/http.ts';
import { createWorld } from '../../world/index.ts';

/** The real world on a clock whose waits are this many times shorter. */
export function fastWorld(times: number): World {
  const clock: World['clock'] = {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * times,
    after: (ms, call) => systemClock.after(ms / times, call),
    sleep: (ms, signal) => systemClock.sleep(ms / times, signal),
  };
  const world = createWorld({ tailscaledSocket: () => null, engineSocket: () => null, env: process.env });
  return { ...world, clock, nomad: (port) => httpTo({ origin: `http://127.0.0.1:${port}` }, clock) };
}
