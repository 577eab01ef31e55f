import type { GuardRule } from '../../../contract/guard.ts';
import type { Problem } from '../../../contract/problems.ts';
import type { Facts } from '../facts.ts';

/** Allocations whose containers were ended, each with the first rule that it broke. */
export type StoppedWork = Readonly<Record<string, GuardRule>>;

/** What was seen of the watch over the engine. */
export interface GuardSample {
  /** `off`: nothing of a pool's is here. `connecting`: not watching, for a moment. `blind`: not watching for longer. */
  readonly state: 'off' | 'connecting' | 'watching' | 'blind';
  readonly since: number;
  /** Why it does not watch. */
  readonly problem: Problem | null;
  /** How many containers it has ended in this life of the host. */
  readonly ended: number;
  /** The newest last. */
  readonly stopped: StoppedWork;
}

/** Nothing to watch. */
export const guardOff: GuardSample = { state: 'off', since: 0, problem: null, ended: 0, stopped: {} };

/** The work that was stopped here for what it asked, by what is known of the watch. */
export const stoppedIn = ({ guard }: Pick<Facts, 'guard'>): StoppedWork =>
  guard.known ? guard.value.stopped : {};
