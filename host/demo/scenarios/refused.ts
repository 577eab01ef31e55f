import type { Scenario } from '../scenario.ts';
import { bare } from './bare.ts';

/** The bare computer, whose owner says no to the first prompt and yes to the next. */
export const refused: Scenario = { ...bare, name: 'refused', refusals: 1 };
