import type { Scenario } from '../scenario.ts';
import { rtx4090, usualJobs } from './parts.ts';

/** The first evening: one card, one job after the other, a pool that answers a pause. */
export const firstEvening: Scenario = {
  name: 'first-evening',
  joins: 'by-itself',
  cards: [rtx4090],
  broker: true,
  ownNetwork: true,
  jobs: { kinds: usualJobs, firstAfterSeconds: 6, pauseSeconds: [8, 25] },
  happenings: [],
};
