import type { GuardRule } from '../../../contract/guard.ts';
import type { Problem } from '../../../contract/problems.ts';

/** What was seen of the watch over the engine. */
export interface GuardSample {
  /** `off`: nothing of a pool's is here. `connecting`: not watching, for a moment. `blind`: not watching for longer. */
  readonly state: 'off' | 'connecting' | 'watching' | 'blind';
  readonly since: number;
  /** Why it does not watch. */
  readonly problem: Problem | null;
  /** How many containers it has ended in this life of the host. */
  readonly ended: number;
  /** The allocations whose containers it ended, each with the first rule that it broke; the newest last. */
  readonly stopped: Readonly<Record<string, GuardRule>>;
}

/** Nothing to watch. */
export const guardOff: GuardSample = { state: 'off', since: 0, problem: null, ended: 0, stopped: {} };
