import { olderThan } from '../version.ts';
import { type Check, must, passed, wrong } from './check.ts';
import { comesWithJoining } from './comes.ts';

/** The oldest tailscaled that is built upon. */
export const tailscaleFloor = '1.80.0';

/** tailscaled is there, answers, and is new enough. */
export const tailscaleCheck: Check = {
  id: 'tailscale',
  applies: () => true,
  run: async (context) => {
    const tailnet = await context.looks.tailnet();
    const comes = tailnet.known ? null : await comesWithJoining(context, ['tailscale', 'tailscale-start']);
    if (comes !== null) return comes;
    const { version } = must(tailnet, 'tailscale-missing');
    return olderThan(version, tailscaleFloor)
      ? wrong('tailscale-too-old', `${version} < ${tailscaleFloor}`)
      : passed(version);
  },
};
