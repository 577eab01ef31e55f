import type { FactName } from '../core/facts.ts';
import type { Sample } from '../core/observe.ts';

/** How eagerly the world is looked at: while something is being brought about, while somebody looks, or else. */
export type Pace = 'busy' | 'watched' | 'idle';

/** Reads one fact, and says how often. */
export interface Observer {
  readonly fact: FactName;
  /** Milliseconds between two looks at each pace; null: only when asked. */
  readonly everyMs: Readonly<Record<Pace, number | null>>;
  /** Looks once; never rejects for an expected failure. */
  look(): Promise<Extract<Sample, { fact: FactName }>>;
  /** Facts that the same trigger tells of. */
  readonly tells?: readonly FactName[];
  /** Calls when a look is due earlier than its time; absent where nothing tells. */
  watch?(onChange: () => void, signal: AbortSignal): void;
}
