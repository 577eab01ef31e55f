import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';

/** The pool's program is not here, and what the publisher's site has is signed wrong: nothing is installed. */
export const signatureBad: Scenario = {
  ...firstEvening,
  name: 'signature-bad',
  nomad: 'absent',
  releases: 'signature-bad',
};
