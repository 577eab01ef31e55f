import { olderThan } from '../version.ts';
import { type Check, must, passed, wrong } from './check.ts';

/** The oldest tailscaled that is built upon. */
export const tailscaleFloor = '1.80.0';

/** tailscaled is there, answers, and is new enough. */
export const tailscaleCheck: Check = {
  id: 'tailscale',
  applies: () => true,
  run: async ({ looks }) => {
    const { version } = must(await looks.tailnet(), 'tailscale-missing');
    return olderThan(version, tailscaleFloor)
      ? wrong('tailscale-too-old', `${version} < ${tailscaleFloor}`)
      : passed(version);
  },
};
