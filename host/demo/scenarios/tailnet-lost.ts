import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';

/** The network is gone for two minutes while a job runs: the pool places the work elsewhere. */
export const tailnetLost: Scenario = {
  ...firstEvening,
  name: 'tailnet-lost',
  happenings: [
    { after: 'opened', ms: 60_000, what: 'tailnet-lost' },
    { after: 'opened', ms: 180_000, what: 'tailnet-back' },
  ],
};
