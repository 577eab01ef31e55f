import type { Clock } from '../core/ports/clock.ts';
import type { System } from './system.ts';

/** How long the owner takes to sign out and in again once that is needed, ms. */
export const loginAfterMs = 8_000;

/** The simulated owner signs out and in again a while after they came into a group that their session does not have yet, and nothing is installed any more. */
export function logInWhenNeeded(clock: Clock, system: System): void {
  let cancel = (): void => undefined;
  system.follow(() => {
    cancel();
    const lacks = [...system.groups].some((group) => !system.session.includes(group));
    if (lacks) cancel = clock.after(loginAfterMs, () => system.login());
  });
}
