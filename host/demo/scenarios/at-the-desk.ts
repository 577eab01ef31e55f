import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';
import { rtx4090 } from './parts.ts';

/** A computer whose only card drives the display: its owner leaves after two minutes, and comes back ten minutes later for five. */
export const atTheDesk: Scenario = {
  ...firstEvening,
  name: 'at-the-desk',
  cards: [{ ...rtx4090, display: true }],
  input: 'here',
  happenings: [
    { after: 'start', ms: 120_000, what: 'owner-leaves' },
    { after: 'start', ms: 720_000, what: 'owner-returns' },
    { after: 'start', ms: 1_020_000, what: 'owner-leaves' },
  ],
};
