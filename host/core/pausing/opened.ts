import type { Facts } from '../facts.ts';
import { findLine } from '../footprint.ts';

/** Whether sharing was opened once: before that, what is wrong belongs to joining. */
export const wasOpened = ({ footprint }: Pick<Facts, 'footprint'>): boolean =>
  footprint.known && findLine(footprint.value, 'opened') !== null;
