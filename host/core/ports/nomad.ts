import type { ConfigLine } from '../../../contract/configuration.ts';
import type { Problem } from '../../../contract/problems.ts';
import type { Fact } from '../facts.ts';
import type { ProcessId } from './world.ts';

/** What the agent's configuration is made of. */
export interface AgentWanted {
  readonly name: string;
  readonly region: string;
  readonly datacenter: string;
  readonly nodePool: string;
  /** Addresses, already resolved through the tailnet. */
  readonly servers: readonly { readonly address: string; readonly port: number }[];
  readonly address: string;
  readonly httpPort: number;
  readonly meta: Readonly<Record<string, string>>;
  /** UUIDs of cards that stay the owner's. */
  readonly ignoredGpus: readonly string[];
  readonly tls: boolean;
  /** What jobs leave to the owner; absent: nothing is kept back. */
  readonly reserved?: { readonly cpuMhz: number; readonly memoryMib: number; readonly diskMib: number };
  /** How many jobs at once; absent: no limit. */
  readonly maxJobs?: number;
}

/** The agent's configuration, setting by setting. */
export interface AgentSettings {
  /** x.y.z of the program that it is for; null where none was found. */
  readonly version: string | null;
  readonly now: readonly ConfigLine[];
  /** Null where nothing was asked for, or no program is there to ask it of. */
  readonly next: readonly ConfigLine[] | null;
}

/** The agent's program. */
export interface NomadProgram {
  readonly path: string;
  /** x.y.z */
  readonly version: string;
}

/** What the pool gave this computer to be known by, as it lies here; null where there is none. */
export interface CredentialsSample {
  readonly tls: {
    /** The earliest end of what has to hold; null where it cannot be read. */
    readonly expiresAt: number | null;
    /** What is wrong with it in itself: tls-invalid. */
    readonly problem: Problem | null;
  } | null;
  /** Kept until the pool has taken this computer in. */
  readonly introduction: { readonly expiresAt: number | null } | null;
  /** The running agent was started with others, which it reads at its start alone. */
  readonly changed: boolean;
}

/** What was seen of the agent as a process and of its files. */
export interface AgentSample {
  readonly program: NomadProgram | null;
  /** Why `program` is null or unusable, as a problem code: nomad-missing, nomad-too-old. */
  readonly programProblem: 'nomad-missing' | 'nomad-too-old' | null;
  /** Whose it is: named by the owner's setting (also where it is missing), from the publisher's site, or on PATH. */
  readonly programFrom?: 'setting' | 'ours' | 'path';
  /** Whether the device plugin was found; without one no card can be used. Absent: not looked for. */
  readonly devicePlugin?: boolean;
  /** SHA-256 of the configuration on disk, or null where none is. */
  readonly configHash: string | null;
  readonly process: ProcessId | null;
  /** SHA-256 of the configuration that the running agent was started with. */
  readonly runningHash: string | null;
  readonly startedAt: number | null;
  /** From the agent's state folder; null before its first start. */
  readonly nodeId: string | null;
  /** What the pool gave this computer to be known by. */
  readonly credentials?: CredentialsSample;
  /** When it was last seen to have ended without our doing, with its last log lines. */
  readonly died: { readonly at: number; readonly lastLines: readonly string[] } | null;
}

/** An eligibility or drain event of the node, oldest first. */
export interface NodeEvent {
  readonly at: number;
  readonly kind:
    'registered' | 'drain-set' | 'drain-complete' | 'drain-canceled' | 'eligible' | 'ineligible' | 'other';
}

/** What the pool says of this node. */
export interface NodeSample {
  readonly id: string;
  readonly status: 'initializing' | 'ready' | 'down' | 'disconnected';
  readonly eligible: boolean;
  /** The running drain, or null. */
  readonly drain: { readonly deadlineMs: number; readonly ignoreSystemJobs: boolean } | null;
  readonly lastDrain: {
    readonly status: 'draining' | 'complete' | 'canceled';
    /** "client:<node id>" when set by the node itself. */
    readonly accessor: string;
    readonly meta: Readonly<Record<string, string>>;
    /** When it began. */
    readonly at: number;
  } | null;
  readonly events: readonly NodeEvent[];
  readonly meta: Readonly<Record<string, string>>;
}

/** An image being fetched, as the agent tells of it. */
export interface PullSample {
  /** When it began; null where that is not known. */
  readonly since: number | null;
  /** How far it was when the agent last said so (every two minutes), bytes; `total` null: not every layer has said its size. */
  readonly seen: { readonly at: number; readonly done: number; readonly total: number | null } | null;
}

/** One task of an allocation. */
export interface TaskSample {
  readonly name: string;
  readonly state: 'pending' | 'running' | 'dead';
  readonly failed: boolean;
  readonly restarts: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** Its image is being fetched. */
  readonly pulling: boolean;
  /** How far that is; null or absent: nothing is fetched. */
  readonly pull?: PullSample | null;
  readonly image: string | null;
}

/** One allocation on this node. */
export interface AllocationSample {
  readonly id: string;
  readonly job: string;
  readonly group: string;
  readonly type: 'batch' | 'service' | 'system' | 'sysbatch';
  readonly desired: 'run' | 'stop' | 'evict';
  readonly client: 'pending' | 'running' | 'complete' | 'failed' | 'lost' | 'unknown';
  readonly tasks: readonly TaskSample[];
  /** UUIDs (device ids) of the cards it holds. */
  readonly gpus: readonly string[];
  readonly createdAt: number;
  readonly modifiedAt: number;
}

/** What the drain tells the pool. */
export interface DrainMeta {
  readonly how: 'finish' | 'now';
  readonly reason: string;
  /** Set where the node was closed by another before: it is then never ours to open. */
  readonly under: 'operator' | null;
}

/** The agent: its configuration, its process, and the pool seen through it with the node's own secret. */
export interface Nomad {
  /** Program, files, process: no network. */
  lookAgent(): Promise<Fact<AgentSample>>;
  /** The hash of the configuration that `wanted` gives for this program version; pure. */
  hash(wanted: AgentWanted, version: string): string;
  /** The configuration on disk (none: empty) and the one that `wanted` gives, setting by setting. Problems: nomad-too-old, nomad-version-unknown. */
  settings(wanted: AgentWanted | null): Promise<AgentSettings>;
  /** Writes the configuration and has the program validate it. Problems: nomad-config-refused, nomad-version-unknown, tls-invalid, secrets-lost, disk-full. */
  configure(wanted: AgentWanted, signal: AbortSignal): Promise<void>;
  /** Starts the agent as the owner's own detached process. Problems: nomad-missing, nomad-died, nomad-port-taken. */
  start(signal: AbortSignal): Promise<void>;
  /** The version of the oldest server of the pool, asked at most once for each start of the agent and then hourly; null: not known. */
  oldestServer(): Promise<string | null>;
  /** Copies the agent's own state aside, for a way back; the agent must be down. Problem: disk-full. */
  keepState(): Promise<void>;
  /** Puts the copied state back, if there is one; the agent must be down. */
  restoreState(): Promise<void>;
  /** Throws the copied state away. */
  forgetState(): Promise<void>;
  /** SIGKILLs the agent (its tasks run on). */
  kill(): Promise<void>;
  /** The agent's orphaned helpers and what else runs under our folders; with `sweep` they are ended as well. */
  leftovers(): Promise<readonly ProcessId[]>;
  sweep(): Promise<void>;
  /** The node as the servers know it; unknown with nomad-server-lost, nomad-not-registering, introduction-missing, introduction-expired, introduction-refused, nomad-agent-silent, nomad-refused, nomad-error, nomad-garbled. */
  lookNode(): Promise<Fact<NodeSample>>;
  /** The allocations of this node that have not ended (and those that ended in the last hour), complete. */
  lookWork(): Promise<Fact<readonly AllocationSample[]>>;
  /** Calls when the node or its work changed, until aborted; reconnects by itself. A trigger only. */
  watch(onChange: () => void, signal: AbortSignal): void;
  /** A soft drain: deadline 0, system jobs included; never forced. Problems as `lookNode`. */
  close(meta: DrainMeta, signal: AbortSignal): Promise<void>;
  /** Cancels our drain and marks eligible, or (`eligible: false`) leaves it closed. */
  open(eligible: boolean, signal: AbortSignal): Promise<void>;
  /** Folders of allocations on this machine, for what containers wrote as root. */
  allocationFolder(): string;
  /** Ids of allocations known on this machine: folder names, also without any agent. */
  allocationIds(): Promise<readonly string[]>;
}
