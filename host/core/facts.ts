import type { Today } from '../../contract/app-state.ts';
import type { Install } from '../../contract/installs.ts';
import type { ConfigChange } from '../../contract/configuration.ts';
import type { PauseHow, Progress } from '../../contract/node-state.ts';
import type { Problem } from '../../contract/problems.ts';
import type { FootprintEntry } from './footprint.ts';
import type { JobEnd } from './pausing/failures.ts';
import type { Hold } from './pausing/hold.ts';
import type { Use } from './pausing/idle.ts';
import type { ActivitySample } from './ports/activity.ts';
import type { GuardSample } from './guard/sample.ts';
import type { EngineSample } from './ports/engine.ts';
import type { GpusSample, OtherCard } from './ports/gpus.ts';
import type { HealthSample } from './ports/health.ts';
import type { AgentSample, AllocationSample, NodeSample } from './ports/nomad.ts';
import type { ShownPath } from './network/path-quality.ts';
import type { PathSample } from './ports/path.ts';
import type { SystemSample } from './ports/system.ts';
import type { ProgramsSample, VersionsSample } from './ports/releases.ts';
import type { TailnetSample } from './ports/tailnet.ts';
import type { StepKind } from './step.ts';

/** Something observed, with when; or not known, with why (null: never looked). */
export type Fact<T> =
  | { readonly known: true; readonly at: number; readonly value: T }
  | { readonly known: false; readonly at: number | null; readonly problem: Problem | null };

/** Nothing seen yet. */
export const unseen: { readonly known: false; readonly at: null; readonly problem: null } = {
  known: false,
  at: null,
  problem: null,
};

/** A known fact. */
export const seen = <T>(value: T, at: number): Fact<T> => ({ known: true, at, value });

/** An unknown fact with its problem. */
export const unknown = (
  of: Problem,
  at: number,
): { readonly known: false; readonly at: number; readonly problem: Problem } => ({
  known: false,
  at,
  problem: of,
});

/** What runs of the pool's work on this machine, whoever started it: seen without the pool. */
export interface LocalWorkSample {
  /** Helper and task processes left of an agent, ours by descent or open files. */
  readonly processes: number;
  /** Processes in our jobs' containers, where no engine could be asked (`unseen`: that cannot be told); absent or null: not looked. */
  readonly inContainers?: number | 'unseen' | null;
}

/** What jobs left on the disk, bytes. */
export interface BudgetUse {
  readonly budgetBytes: number;
  /** Images that came with jobs. */
  readonly imageBytes: number;
  /** Folders of jobs that ended. */
  readonly folderBytes: number;
}

/** The tries of one kind of step. */
export interface Attempt {
  /** Failures in a row. */
  readonly failures: number;
  readonly lastAt: number;
  /** How the last one ended; null: well. */
  readonly problem: Problem | null;
  /** Not before this, with its jitter. */
  readonly nextAt: number;
}

/** The step now running. */
export interface RunningStep {
  readonly kind: StepKind;
  readonly since: number;
  readonly progress: Progress | null;
  /** A page on which the owner signs in, while the step waits for it. */
  readonly signInUrl: string | null;
  /** What is being installed now, and whether it waits for another program that installs. */
  readonly installing?: { readonly item: Install; readonly waits: boolean } | null;
  /** Until when a person is waited for: who signs in, or the operator who approves. */
  readonly personUntil?: number | null;
  readonly approval?: boolean;
}

/** Everything observed. Never assumed, each with the time it was seen. */
export interface Facts {
  readonly footprint: Fact<readonly FootprintEntry[]>;
  readonly tailnet: Fact<TailnetSample>;
  /** The way to the pool, tried now and then: packets are sent for it. */
  readonly path: Fact<PathSample>;
  readonly system: Fact<SystemSample>;
  readonly agent: Fact<AgentSample>;
  readonly node: Fact<NodeSample>;
  readonly work: Fact<readonly AllocationSample[]>;
  readonly engine: Fact<EngineSample>;
  /** The watch over what jobs ask of the engine. */
  readonly guard: Fact<GuardSample>;
  readonly local: Fact<LocalWorkSample>;
  readonly gpus: Fact<GpusSample>;
  /** Cards of other makers: looked at once. */
  readonly otherCards: Fact<readonly OtherCard[]>;
  readonly health: Fact<HealthSample>;
  readonly activity: Fact<ActivitySample>;
  /** The publisher's programs in our folder. */
  readonly programs: Fact<ProgramsSample>;
  /** Which versions there are elsewhere: on the pool's servers, at the publisher's. */
  readonly versions: Fact<VersionsSample>;
  readonly attempts: Readonly<Partial<Record<StepKind, Attempt>>>;
  readonly running: RunningStep | null;
  /** Folded by `observe`: what needs memory. */
  readonly memory: Memory;
  /** Beside the loop: what all checks found after jobs had failed one after the other; null: not run. */
  readonly checked: { readonly at: number; readonly problem: Problem | null } | null;
  /** The last change of the agent's configuration; null: none in this life of the host. */
  readonly configured: ConfigChange | null;
  /** Beside the loop: what was earned today. */
  readonly today: Today;
  /** Beside the loop: what jobs left on the disk, and how much of it may stay; null until it was measured. */
  readonly budget: BudgetUse | null;
  /** Beside the loop: things to tell once. */
  readonly notices: readonly Problem[];
}

/** What `observe` remembers between samples; refilled at start from what the world still shows. */
export interface Memory {
  /** Memory in use on each card, MiB, for drivers that name no processes: without our work; what our work held; the most seen while it ran, others' included. */
  readonly vram: Readonly<
    Record<
      string,
      { readonly idle: number | null; readonly held: number | null; readonly last: number | null }
    >
  >;
  /** Containers of our work seen lately: a process may outlive its container's place in the engine's list. */
  readonly containers: readonly string[];
  /** Processes on cards whose containers cannot be told, by pid: whether each was there before our work or came with it; without work, since when it was seen (epoch ms). */
  readonly hidden?: Readonly<Record<string, 'before' | 'since' | number>>;
  /** Since when neither an engine nor the processes here tell whether a job's container runs; null or absent: one does. */
  readonly unseenSince?: number | null;
  /** Whether the driver has ever named a process of our work: one that names none though memory is in use proves nothing. */
  readonly namesOurs?: boolean;
  /** When our present closing began by our clock, and how. */
  readonly closing: { readonly how: PauseHow; readonly at: number; readonly brokerAnswered: boolean } | null;
  /** Pauses in a row in which no broker stopped the work. */
  readonly brokerMisses: number;
  /** Since when sharing holds, by what was seen. */
  readonly sharingSince: number | null;
  /** How packets go, flickering left out; null: not seen yet. */
  readonly path: ShownPath | null;
  /** Since when a server answers through the pool's network. */
  readonly connectedSince: number | null;
  /** Since when the pool is out of reach. */
  readonly offlineSince: number | null;
  /** When the agent's process was first seen up with no answer of the pool yet. */
  readonly agentSince: number | null;
  /** Since when each faulty card is so, by uuid. */
  readonly faulty: Readonly<Record<string, number>>;
  /** What holds sharing by itself, by reason. */
  readonly holds: { readonly machine?: Hold | null; readonly disk?: Hold | null };
  /** Somebody's use of this computer; null: nobody uses it. */
  readonly use: Use | null;
  /** How the last jobs here ended, the oldest first. */
  readonly ends: readonly JobEnd[];
}

/** The names of the facts that observers read. */
export type FactName =
  | 'footprint'
  | 'tailnet'
  | 'path'
  | 'system'
  | 'agent'
  | 'node'
  | 'work'
  | 'engine'
  | 'guard'
  | 'local'
  | 'gpus'
  | 'otherCards'
  | 'health'
  | 'activity'
  | 'programs'
  | 'versions';

/** How old a fact may be before it is no longer good news, ms. */
export const factLimitMs: Readonly<Record<FactName, number>> = {
  footprint: Number.POSITIVE_INFINITY,
  tailnet: 90_000,
  system: Number.POSITIVE_INFINITY,
  path: 20 * 60_000,
  agent: 30_000,
  node: 60_000,
  work: 60_000,
  engine: 60_000,
  guard: Number.POSITIVE_INFINITY,
  local: 60_000,
  gpus: 60_000,
  otherCards: Number.POSITIVE_INFINITY,
  health: 180_000,
  activity: 30_000,
  programs: Number.POSITIVE_INFINITY,
  versions: Number.POSITIVE_INFINITY,
};

/** The value of a fact that is known and fresh, else null. */
export function fresh<N extends FactName>(
  facts: Facts,
  name: N,
  now: number,
): Extract<Facts[N], { known: true }>['value'] | null {
  const fact = facts[name] as Fact<Extract<Facts[N], { known: true }>['value']>;
  return fact.known && now - fact.at <= factLimitMs[name] ? fact.value : null;
}

/** A world not looked at yet. */
export const noFacts: Facts = {
  footprint: unseen,
  tailnet: unseen,
  system: unseen,
  path: unseen,
  agent: unseen,
  node: unseen,
  work: unseen,
  engine: unseen,
  guard: unseen,
  local: unseen,
  gpus: unseen,
  otherCards: unseen,
  health: unseen,
  activity: unseen,
  programs: unseen,
  versions: unseen,
  attempts: {},
  running: null,
  memory: {
    vram: {},
    containers: [],
    closing: null,
    brokerMisses: 0,
    sharingSince: null,
    path: null,
    connectedSince: null,
    offlineSince: null,
    agentSince: null,
    faulty: {},
    holds: {},
    use: null,
    ends: [],
  },
  checked: null,
  configured: null,
  today: { gpuMs: 0, micros: null, jobs: 0 },
  budget: null,
  notices: [],
};
