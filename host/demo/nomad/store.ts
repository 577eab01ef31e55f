import type { Clock } from '../../core/ports/clock.ts';
import { type Allocation, iso, type Job, nanos, type Node, type NodeHistoryEvent } from './model.ts';

/** What the servers' event stream tells. */
export interface StreamEvent {
  readonly Topic: 'Node' | 'Allocation' | 'Job';
  readonly Type: string;
  readonly Key: string;
  readonly Namespace: string;
  readonly FilterKeys: readonly string[] | null;
  readonly Index: number;
  readonly Payload: Readonly<Record<string, unknown>>;
}

/** Events of one change. */
export interface StreamBatch {
  readonly Index: number;
  readonly Events: readonly StreamEvent[];
}

/** How many changes the stream replays to who asks for older ones. */
const bufferSize = 100;

/** What the simulated servers know: nodes, jobs and allocations, with one index that grows at each change. */
export class Store {
  readonly #clock: Clock;
  readonly nodes = new Map<string, Node>();
  readonly jobs = new Map<string, Job>();
  readonly allocations = new Map<string, Allocation>();
  #index = 10;
  #buffer: StreamBatch[] = [];
  readonly #listeners = new Set<(batch: StreamBatch) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The newest index. */
  get index(): number {
    return this.#index;
  }

  /** Calls at each change; answers how to stop. */
  onChange(call: (batch: StreamBatch) => void): () => void {
    this.#listeners.add(call);
    return () => void this.#listeners.delete(call);
  }

  /** Changes that are still kept, from this index on. */
  since(index: number): readonly StreamBatch[] {
    return this.#buffer.filter((batch) => batch.Index >= index);
  }

  /** Writes a node; `message` is a line for its short history. */
  putNode(
    node: Node,
    type: string,
    message?: {
      readonly text: string;
      readonly of: NodeHistoryEvent['Subsystem'];
      readonly details?: Record<string, string>;
    },
  ): Node {
    const index = ++this.#index;
    const events =
      message === undefined
        ? node.Events
        : [...node.Events, this.#line(message.text, message.of, message.details ?? null, index)].slice(-10);
    const known = this.nodes.get(node.ID);
    const written: Node = {
      ...node,
      Events: events,
      CreateIndex: known?.CreateIndex ?? index,
      ModifyIndex: index,
    };
    this.nodes.set(node.ID, written);
    this.#tell([this.#ofNode(written, type, index)]);
    return written;
  }

  #line(
    text: string,
    of: NodeHistoryEvent['Subsystem'],
    details: Record<string, string> | null,
    index: number,
  ): NodeHistoryEvent {
    // The first registration's line has index 0 and no fraction, as on a real server.
    const first = text === 'Node registered';
    const at = this.#clock.now();
    const Timestamp = first ? iso(Math.floor(at / 1000) * 1000) : iso(at);
    return { Message: text, Subsystem: of, Details: details, Timestamp, CreateIndex: first ? 0 : index };
  }

  /** Writes a job. */
  putJob(job: Job, type = 'JobRegistered'): Job {
    const index = ++this.#index;
    const known = this.jobs.get(job.ID);
    const written = { ...job, CreateIndex: known?.CreateIndex ?? index, ModifyIndex: index };
    this.jobs.set(job.ID, written);
    this.#tell([
      {
        Topic: 'Job',
        Type: type,
        Key: job.ID,
        Namespace: 'default',
        FilterKeys: null,
        Index: index,
        Payload: { Job: written },
      },
    ]);
    return written;
  }

  /**
   * Writes allocations in one change. What a client tells of them (`AllocationUpdated`) is an event of their nodes as well;
   * what the servers decide is not.
   */
  putAllocations(
    allocations: readonly Allocation[],
    type: 'PlanResult' | 'AllocationUpdated' | 'AllocationUpdateDesiredStatus',
  ): void {
    if (allocations.length === 0) return;
    const index = ++this.#index;
    const byClient = type === 'AllocationUpdated';
    const events = allocations.map((given): StreamEvent => {
      const known = this.allocations.get(given.ID);
      const allocation: Allocation = {
        ...given,
        CreateIndex: known?.CreateIndex ?? index,
        ModifyIndex: index,
        AllocModifyIndex: byClient ? given.AllocModifyIndex : index,
        ModifyTime: nanos(this.#clock.now()),
      };
      this.allocations.set(allocation.ID, allocation);
      const { Job: _, ...payload } = allocation;
      const FilterKeys = [allocation.JobID, ''];
      return {
        Topic: 'Allocation',
        Type: type,
        Key: allocation.ID,
        Namespace: 'default',
        FilterKeys,
        Index: index,
        Payload: { Allocation: payload },
      };
    });
    const nodes = [...new Set(allocations.map(({ NodeID }) => NodeID))].flatMap((id) => {
      const node = this.nodes.get(id);
      if (node === undefined || !byClient) return [];
      const noted = { ...node, LastAllocUpdateIndex: index };
      this.nodes.set(id, noted);
      return [this.#ofNode(noted, type, index)];
    });
    this.#tell([...events, ...nodes]);
  }

  /** Forgets ended jobs and allocations, the oldest beyond this many. */
  collect(keepAllocations: number): void {
    const ended = [...this.allocations.values()].filter(
      ({ JobID }) => this.jobs.get(JobID)?.Status === 'dead',
    );
    for (const { ID, JobID } of ended.slice(0, Math.max(0, ended.length - keepAllocations))) {
      this.allocations.delete(ID);
      if (![...this.allocations.values()].some((one) => one.JobID === JobID)) this.jobs.delete(JobID);
    }
  }

  #ofNode(node: Node, type: string, index: number): StreamEvent {
    return {
      Topic: 'Node',
      Type: type,
      Key: node.ID,
      Namespace: '',
      FilterKeys: null,
      Index: index,
      Payload: { Node: node },
    };
  }

  #tell(events: readonly StreamEvent[]): void {
    const batch = { Index: this.#index, Events: events };
    this.#buffer = [...this.#buffer, batch].slice(-bufferSize);
    for (const call of [...this.#listeners]) call(batch);
  }
}
