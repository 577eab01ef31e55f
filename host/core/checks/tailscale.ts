import { problem } from '../../../contract/problems.ts';
import { olderThan } from '../version.ts';
import type { Check } from './check.ts';

/** The oldest tailscaled that is built upon. */
export const tailscaleFloor = '1.80.0';

/** tailscaled is there, answers, and is new enough. */
export const tailscaleCheck: Check = {
  id: 'tailscale',
  run: async ({ tailnet }) => {
    const look = await tailnet.look(null);
    if (!look.known) return { found: null, problem: look.problem ?? problem('tailscale-missing') };
    const { version } = look.value;
    return {
      found: version,
      problem: olderThan(version, tailscaleFloor)
        ? problem('tailscale-too-old', `${version} < ${tailscaleFloor}`)
        : null,
    };
  },
};
