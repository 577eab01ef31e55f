// What the simulated servers keep, in the shapes of Nomad's own API, so that an answer is the record itself.

/** Kinds of jobs. */
export type JobType = 'service' | 'batch' | 'system';

/** A task of a job, as far as the demo runs it. */
export interface JobTask {
  readonly Name: string;
  readonly Driver: string;
  readonly Config: { readonly image?: string; readonly command?: string; readonly args?: readonly string[] };
  readonly Meta: Readonly<Record<string, string>> | null;
  /** Nanoseconds. */
  readonly KillTimeout: number;
  readonly Resources: {
    readonly CPU: number;
    readonly MemoryMB: number;
    readonly Devices: readonly { readonly Name: string; readonly Count: number }[] | null;
  };
}

/** A condition on a node: `${meta.…}` or `${attr.…}`, an operand, and a value. */
export interface Constraint {
  readonly LTarget: string;
  readonly RTarget: string;
  readonly Operand: string;
}

/** A task group of a job. */
export interface TaskGroup {
  readonly Name: string;
  readonly Count: number;
  readonly Constraints: readonly Constraint[] | null;
  readonly Tasks: readonly JobTask[];
}

/** A job. */
export interface Job {
  readonly ID: string;
  readonly Name: string;
  readonly Namespace: 'default';
  readonly Region: string;
  readonly Type: JobType;
  readonly Priority: number;
  readonly Datacenters: readonly string[];
  readonly NodePool: string;
  readonly Constraints: readonly Constraint[] | null;
  readonly Affinities: readonly (Constraint & { readonly Weight: number })[] | null;
  readonly TaskGroups: readonly TaskGroup[];
  readonly Meta: Readonly<Record<string, string>> | null;
  readonly Stop: boolean;
  readonly Status: 'pending' | 'running' | 'dead';
  readonly Version: number;
  readonly SubmitTime: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
  readonly JobModifyIndex: number;
}

/** An event of a task; `Time` in nanoseconds. */
export interface TaskEvent {
  readonly Type: string;
  readonly Time: number;
  readonly DisplayMessage: string;
  readonly Message: string;
  readonly Details: Readonly<Record<string, string>>;
  readonly ExitCode: number;
  readonly Signal: number;
  readonly KillTimeout: number;
  readonly DriverMessage: string;
}

/** How one task stands. */
export interface TaskState {
  readonly State: 'pending' | 'running' | 'dead';
  readonly Failed: boolean;
  readonly Restarts: number;
  readonly LastRestart: string | null;
  readonly StartedAt: string | null;
  readonly FinishedAt: string | null;
  readonly Events: readonly TaskEvent[];
}

/** Devices that an allocation was given. */
export interface GivenDevices {
  readonly Vendor: string;
  readonly Type: string;
  readonly Name: string;
  readonly DeviceIDs: readonly string[];
}

/** What the servers want to happen to an allocation. */
export interface DesiredTransition {
  readonly Migrate: boolean | null;
  readonly MigrateDisablePlacement: boolean | null;
  readonly Reschedule: boolean | null;
  readonly ForceReschedule: boolean | null;
  readonly NoShutdownDelay: boolean | null;
}

/** An allocation; absent optional fields are unset, as in Nomad. */
export interface Allocation {
  readonly ID: string;
  readonly EvalID: string;
  readonly Namespace: 'default';
  readonly Name: string;
  readonly NodeID: string;
  readonly NodeName: string;
  readonly JobID: string;
  readonly Job: Job;
  readonly TaskGroup: string;
  readonly AllocatedResources: {
    readonly Shared: { readonly DiskMB: number; readonly Networks: null; readonly Ports: null };
    readonly Tasks: Readonly<
      Record<
        string,
        {
          readonly Cpu: { readonly CpuShares: number; readonly ReservedCores: null };
          readonly Memory: { readonly MemoryMB: number; readonly MemoryMaxMB: number };
          readonly Networks: null;
          readonly Devices: readonly GivenDevices[] | null;
        }
      >
    >;
  };
  readonly DesiredStatus: 'run' | 'stop' | 'evict';
  readonly DesiredDescription?: string;
  readonly DesiredTransition?: DesiredTransition;
  readonly ClientStatus: 'pending' | 'running' | 'complete' | 'failed' | 'lost' | 'unknown';
  readonly ClientDescription?: string;
  readonly TaskStates?: Readonly<Record<string, TaskState>>;
  readonly PreviousAllocation?: string;
  readonly NextAllocation?: string;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
  readonly AllocModifyIndex: number;
  readonly CreateTime: number;
  readonly ModifyTime: number;
}

/** An event in a node's own short history. */
export interface NodeHistoryEvent {
  readonly Message: string;
  readonly Subsystem: 'Cluster' | 'Drain' | 'Driver' | 'Heartbeat';
  readonly Details: Readonly<Record<string, string>> | null;
  readonly Timestamp: string;
  readonly CreateIndex: number;
}

/** A running drain; durations in nanoseconds. */
export interface DrainStrategy {
  readonly Deadline: number;
  readonly IgnoreSystemJobs: boolean;
  readonly ForceDeadline: string | null;
  readonly StartedAt: string;
}

/** The newest drain, running or over. */
export interface LastDrain {
  readonly StartedAt: string;
  readonly UpdatedAt: string;
  readonly Status: 'draining' | 'complete' | 'canceled';
  readonly AccessorID: string;
  readonly Meta: Readonly<Record<string, string>> | null;
}

/** A group of alike devices on a node. */
export interface NodeDevice {
  readonly Vendor: string;
  readonly Type: string;
  readonly Name: string;
  readonly Attributes: Readonly<Record<string, { readonly Int: number; readonly Unit: string }>>;
  readonly Instances: readonly {
    readonly ID: string;
    readonly Healthy: boolean;
    readonly HealthDescription: string;
    readonly Locality: { readonly PciBusID: string } | null;
  }[];
}

/** What a client tells of itself when it registers. */
export interface NodeOffer {
  readonly ID: string;
  readonly Name: string;
  readonly Datacenter: string;
  readonly NodePool: string;
  readonly NodeClass: string;
  readonly HTTPAddr: string;
  readonly TLSEnabled: boolean;
  readonly Attributes: Readonly<Record<string, string>>;
  readonly Meta: Readonly<Record<string, string>>;
  readonly NodeResources: {
    readonly Cpu: { readonly CpuShares: number; readonly TotalCpuCores: number };
    readonly Memory: { readonly MemoryMB: number };
    readonly Disk: { readonly DiskMB: number };
    readonly Devices: readonly NodeDevice[] | null;
  };
  readonly Drivers: Readonly<Record<string, object>>;
}

/** A client node as the servers know it. */
export interface Node extends NodeOffer {
  /** Never told. */
  readonly SecretID: '';
  readonly Status: 'initializing' | 'ready' | 'down' | 'disconnected';
  readonly StatusDescription: string;
  /** Seconds. */
  readonly StatusUpdatedAt: number;
  readonly SchedulingEligibility: 'eligible' | 'ineligible';
  readonly Drain: boolean;
  readonly DrainStrategy: DrainStrategy | null;
  readonly LastDrain: LastDrain | null;
  /** The newest ten. */
  readonly Events: readonly NodeHistoryEvent[];
  readonly LastAllocUpdateIndex: number;
  readonly LastMissedHeartbeatIndex: number;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

/** Whether a client has finished with an allocation. */
export const clientTerminal = ({ ClientStatus }: Pick<Allocation, 'ClientStatus'>): boolean =>
  ClientStatus === 'complete' || ClientStatus === 'failed' || ClientStatus === 'lost';

/** Whether nothing more is wanted of it, or its client has finished with it. */
export const terminal = (allocation: Pick<Allocation, 'ClientStatus' | 'DesiredStatus'>): boolean =>
  allocation.DesiredStatus !== 'run' || clientTerminal(allocation);

/** Epoch milliseconds in Nomad's nanoseconds. */
export const nanos = (ms: number): number => ms * 1_000_000;

/** A time as Go writes it. */
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z');
