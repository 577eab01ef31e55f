import { ProblemError } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { sameServer } from './control-server.ts';
import type { LocalApi, Profile } from './local-api.ts';

const tryForMs = 60_000;
const betweenMs = 1_000;

/** How the machine was before we came. */
export interface Before {
  readonly oldProfile: string | null;
  /** Every profile that was there: none of them is ever deleted. */
  readonly profiles: readonly Profile[];
  /** Null: it was never changed. */
  readonly formerOperator: string | null;
}

/** Undoes an unfinished entering: the old profile in use, whatever came of the attempt forgotten. */
export async function goBack(api: LocalApi, clock: Clock, before: Before, controlUrl: string): Promise<void> {
  const known = new Set(before.profiles.map((one) => one.ID));
  // Leaving the new profile also ends its sign-in: a refused key is otherwise tried for ever.
  await persist(clock, () => use(api, before.oldProfile));
  await persist(clock, async () => {
    for (const profile of await api.profiles()) {
      if (!known.has(profile.ID) && sameServer(profile.ControlURL, controlUrl)) await api.forget(profile.ID);
    }
  });
  if (before.oldProfile !== null && before.formerOperator !== null) {
    const operator = before.formerOperator;
    await persist(clock, () => api.setOperator(operator));
  }
}

/** Makes this profile the one in use; where it is gone, or none is wanted, an empty one. */
export async function use(api: LocalApi, profile: string | null): Promise<void> {
  const exists = profile !== null && (await api.profiles()).some((one) => one.ID === profile);
  if (exists) await api.switchTo(profile);
  else await api.newProfile();
}

/** A daemon that restarts or is busy gets another chance, for a minute. */
async function persist(clock: Clock, action: () => Promise<void>): Promise<void> {
  const until = clock.monotonic() + tryForMs;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (!(error instanceof ProblemError) || clock.monotonic() > until) throw error;
    }
    await clock.sleep(betweenMs);
  }
}
