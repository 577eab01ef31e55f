import type { Greeting } from '../ports/world.ts';
import { type Check, passed, wrong } from './check.ts';

/** Certificates and tokens stand a little, and no more, ms. */
const slackMs = 120_000;

/** How far this computer's clock is ahead of that server's, ms; null: not told. A server says whole seconds. */
const aheadOf = (greeting: Greeting): number | null =>
  greeting.ok && greeting.date !== null ? greeting.at - greeting.date : null;

/** The clock is right, by that of the pool's sign-in server. */
export const clockCheck: Check = {
  id: 'clock',
  applies: async ({ looks }) => {
    const path = await looks.path();
    return path.known && aheadOf(path.value.control) !== null;
  },
  run: async ({ looks }) => {
    const path = await looks.path();
    const ahead = (path.known ? aheadOf(path.value.control) : null) ?? 0;
    const seconds = Math.round(ahead / 1000);
    const found = `${seconds > 0 ? '+' : ''}${seconds} s`;
    return Math.abs(ahead) > slackMs ? wrong('clock-wrong', found) : passed(found);
  },
};
