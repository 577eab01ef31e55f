import { seen } from '../core/facts.ts';
import type { Guard } from '../core/guard/guard.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Observer } from './observer.ts';

/** The watch over the engine tells of itself whenever it changes. */
export const guardObserver = (guard: Guard, clock: Clock): Observer => ({
  fact: 'guard',
  everyMs: { busy: null, watched: null, idle: null },
  look: () => Promise.resolve({ fact: 'guard', value: seen(guard.sample, clock.now()) }),
  watch: (onChange, signal) => guard.watch(onChange, signal),
});
