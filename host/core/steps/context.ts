import type { Progress } from '../../../contract/node-state.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { RunningMore, Sample } from '../observe.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Nomad } from '../ports/nomad.ts';
import type { Exports, FootprintStore, Folders, Ledger, Log, Secrets } from '../ports/stores.ts';
import type { Releases, Shelf } from '../ports/releases.ts';
import type { Privilege, Tailnet } from '../ports/tailnet.ts';
import type { Step, StepKind } from '../step.ts';

/** The ports that steps act through. */
export interface StepPorts {
  readonly clock: Clock;
  readonly tailnet: Tailnet;
  readonly privilege: Privilege;
  readonly nomad: Nomad;
  readonly engine: Engine;
  readonly images: Images;
  readonly ledger: Pick<Ledger, 'open' | 'rows' | 'clear'>;
  readonly exports: Exports;
  readonly footprint: FootprintStore;
  readonly secrets: Secrets;
  readonly folders: Folders;
  readonly log: Log;
  /** A loopback port that nobody uses, the preferred one if free. */
  /** The publisher's releases site, and our folder of what came from it. */
  readonly releases: Releases;
  readonly shelf: Shelf;
  readonly freePort: (preferred: number) => Promise<number>;
}

/** What a running step knows. `signal` aborts when the plan changed its mind. */
export interface StepContext {
  readonly ports: StepPorts;
  readonly intent: Intent;
  readonly facts: Facts;
  readonly signal: AbortSignal;
  /** Hands on what the step saw on its way. */
  readonly see: (sample: Sample) => void;
  readonly report: (progress: Progress | null, signInUrl?: string | null, more?: RunningMore) => void;
}

/** The step of one kind. */
export type StepOf<K extends StepKind> = Extract<Step, { kind: K }>;

/** Runs a step of one kind; an expected failure is a thrown `ProblemError`. */
export type StepRunner<K extends StepKind> = (step: StepOf<K>, context: StepContext) => Promise<void>;
