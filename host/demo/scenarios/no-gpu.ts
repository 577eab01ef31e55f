import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';

/** A computer whose driver does not answer any more: nothing can be shared. */
export const noGpu: Scenario = { ...firstEvening, name: 'no-gpu', cards: 'driver-fails' };
