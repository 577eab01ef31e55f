import type { PauseHow } from './node-state.ts';
import { phrase, type Phrase } from './phrases.ts';

/** One way to pause that a menu offers. */
export interface PauseChoice {
  readonly id: 'half-hour' | 'hour' | 'four-hours' | 'tomorrow' | 'resume' | 'finish';
  readonly how: PauseHow;
  /** Epoch milliseconds; null: until the owner resumes. */
  readonly until: number | null;
  readonly label: Phrase;
}

const minute = 60_000;

/** Every way to pause, in menu order, as of `now` (epoch ms); tomorrow is the local calendar's. */
export function pauseChoices(now: number): readonly PauseChoice[] {
  return [
    choice('half-hour', now + 30 * minute),
    choice('hour', now + 60 * minute),
    choice('four-hours', now + 240 * minute),
    choice('tomorrow', tomorrowAtEight(now)),
    choice('resume', null),
    { ...choice('finish', null), how: 'finish' },
  ];
}

function choice(id: PauseChoice['id'], until: number | null): PauseChoice {
  return { id, how: 'now', until, label: phrase(`pause.choice.${id}`) };
}

function tomorrowAtEight(now: number): number {
  const date = new Date(now);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, 8).getTime();
}
