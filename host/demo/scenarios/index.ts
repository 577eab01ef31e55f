import type { Scenario } from '../scenario.ts';
import { atTheDesk } from './at-the-desk.ts';
import { bare } from './bare.ts';
import { cardLost } from './card-lost.ts';
import { drainByOperator } from './drain-by-operator.ts';
import { firstEvening } from './first-evening.ts';
import { noGpu } from './no-gpu.ts';
import { ready } from './ready.ts';
import { signatureBad } from './signature-bad.ts';
import { refused } from './refused.ts';
import { serverLost } from './server-lost.ts';
import { tailnetLost } from './tailnet-lost.ts';

/** The demo's days by name; the first is what a fresh checkout begins with. */
export const scenarios = [
  firstEvening,
  ready,
  bare,
  refused,
  noGpu,
  serverLost,
  tailnetLost,
  drainByOperator,
  signatureBad,
  cardLost,
  atTheDesk,
] as const;

/** The scenario of this name, or null. */
export const scenarioNamed = (name: string): Scenario | null =>
  scenarios.find((one) => one.name === name) ?? null;
