import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';
import { rtx3090, rtx4090 } from './parts.ts';

/** A computer of three cards: one drives its owner's display, one is lost for four minutes, one goes on; and a card that no pool takes. */
export const cardLost: Scenario = {
  ...firstEvening,
  name: 'card-lost',
  cards: [
    { ...rtx4090, display: true },
    rtx3090,
    {
      ...rtx3090,
      uuid: 'GPU-2c9f64d1-7e0b-4a35-b1d8-93e6a05c7f42',
      busId: '00000000:03:00.0',
    },
  ],
  otherCards: [{ maker: 'amd', name: 'AMD Raphael' }],
  input: 'here',
  happenings: [
    { after: 'opened', ms: 60_000, what: 'card-lost' },
    { after: 'opened', ms: 300_000, what: 'card-back' },
  ],
};
