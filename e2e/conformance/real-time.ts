import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../real/run.ts';
import type { Time } from './subject.ts';

/** The real time. */
export const realTime: Time = {
  sleep: (ms) => sleep(ms),
  now: () => performance.now(),
  finish: (work) => work,
  until: (what, ask, withinMs = 20_000) => until(what, ask, { withinMs }),
};
