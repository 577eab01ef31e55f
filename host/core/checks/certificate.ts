import { problem } from '../../../contract/problems.ts';
import { type Check, failed, must, passed } from './check.ts';

/** The owner needs some days to get another one. */
const soonMs = 14 * 86_400_000;

/** The certificate from the pool holds, and for some time to come. */
export const certificateCheck: Check = {
  id: 'certificate',
  applies: async ({ looks, intent }) => {
    const agent = await looks.agent();
    return intent.pool?.hasTls === true && agent.known && agent.value.credentials?.tls != null;
  },
  run: async ({ looks, now }) => {
    const tls = must(await looks.agent(), 'nomad-missing').credentials?.tls ?? null;
    if (tls?.problem != null) return failed(tls.problem);
    if (tls === null || tls.expiresAt === null) return passed(null);
    const day = new Date(tls.expiresAt).toISOString().slice(0, 10);
    if (tls.expiresAt <= now) return failed(problem('tls-expired', day));
    return tls.expiresAt - now < soonMs ? failed(problem('tls-expires-soon', day)) : passed(day);
  },
};
