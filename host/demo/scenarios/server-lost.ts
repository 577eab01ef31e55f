import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';

/** The pool's servers are gone for three minutes while a job runs. */
export const serverLost: Scenario = {
  ...firstEvening,
  name: 'server-lost',
  happenings: [
    { after: 'opened', ms: 60_000, what: 'server-lost' },
    { after: 'opened', ms: 240_000, what: 'server-back' },
  ],
};
