import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';
import { rtx3090, rtx4090 } from './parts.ts';

/** The pool's operator takes this computer of two cards out for five minutes, and later closes it once more. No broker. */
export const drainByOperator: Scenario = {
  ...firstEvening,
  name: 'drain-by-operator',
  cards: [rtx4090, rtx3090],
  broker: false,
  happenings: [
    { after: 'opened', ms: 60_000, what: 'operator-drains' },
    { after: 'opened', ms: 360_000, what: 'operator-resumes' },
    { after: 'opened', ms: 600_000, what: 'operator-closes' },
    { after: 'opened', ms: 720_000, what: 'operator-opens' },
  ],
};
