import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';

/** A computer on which everything is there already, and an owner who has the demo pool's invite and nothing else. */
export const ready: Scenario = { ...firstEvening, name: 'ready', joins: 'by-hand' };
