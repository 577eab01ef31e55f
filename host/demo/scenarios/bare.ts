import type { Scenario } from '../scenario.ts';
import { firstEvening } from './first-evening.ts';
import { rtx4090 } from './parts.ts';

/** A computer with a card that drives its screen and nothing else, and an ordinary user who has the demo pool's invite. */
export const bare: Scenario = {
  ...firstEvening,
  name: 'bare',
  joins: 'by-hand',
  owner: 'user',
  cards: [{ ...rtx4090, display: true }],
  tailscale: 'absent',
  ownNetwork: false,
  nomad: 'absent',
  engine: 'absent',
};
