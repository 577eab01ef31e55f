import { type Check, inNetwork, must, passed, wrong } from './check.ts';

/** The network treats this computer as one that shares: without that it would be one that may reach everything, or nothing. */
export const tagCheck: Check = {
  id: 'tag',
  applies: inNetwork,
  run: async ({ looks, intent }) => {
    const tag = intent.pool?.invite.tailnet.tag ?? '';
    const { tags } = must(await looks.tailnet(), 'tailscale-missing');
    return tags.includes(tag)
      ? passed(null)
      : wrong('tailnet-tag-missing', `${tags.join(', ') || '-'} ≠ ${tag}`);
  },
};
