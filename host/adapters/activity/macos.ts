import type { Activity } from '../../core/ports/activity.ts';
import type { World } from '../../core/ports/world.ts';

/** The last input on macOS, from the registry of its input system. Written from its documentation, not tried on a Mac. */
export const macosActivity = ({ clock, programs }: Pick<World, 'clock' | 'programs'>): Activity => ({
  look: async () => {
    const { stdout } = await programs.run('ioreg', ['-c', 'IOHIDSystem', '-d', '4'], { timeoutMs: 5_000 });
    const nanoseconds = /"HIDIdleTime"\s*=\s*(\d+)/.exec(stdout)?.[1];
    return nanoseconds === undefined
      ? { lastInputAt: null, source: null }
      : { lastInputAt: clock.now() - Math.round(Number(nanoseconds) / 1e6), source: 'IOHIDSystem' };
  },
});
