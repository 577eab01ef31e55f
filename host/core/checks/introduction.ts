import { problem } from '../../../contract/problems.ts';
import { type Check, failed, must, passed } from './check.ts';

/** What introduces this computer to the pool still holds, as long as it is needed. */
export const introductionCheck: Check = {
  id: 'introduction',
  applies: async ({ looks, intent }) => {
    const agent = await looks.agent();
    return intent.pool !== null && agent.known && agent.value.credentials?.introduction != null;
  },
  run: async ({ looks, intent, now }) => {
    const own = must(await looks.agent(), 'nomad-missing').credentials?.introduction?.expiresAt ?? null;
    const until = own ?? intent.pool?.invite.nomad.introductionExpiresAt ?? null;
    if (until === null) return passed(null);
    const time = new Date(until).toISOString();
    return until <= now ? failed(problem('introduction-expired', time)) : passed(time);
  },
};
