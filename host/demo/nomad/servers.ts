import type { Clock } from '../../core/ports/clock.ts';
import type { Chance } from '../chance.ts';
import { Drainer } from './drainer.ts';
import { type Allocation, clientTerminal, iso, type Job, nanos, type Node, type NodeOffer } from './model.ts';
import { nomadVersion } from './node-offer.ts';
import { introduces } from './introduction.ts';
import { Scheduler } from './scheduler.ts';
import { Store } from './store.ts';

/** A drain as it is asked for; `deadline` in nanoseconds: below 0 at once, 0 never. */
export interface DrainSpec {
  readonly deadline: number;
  readonly ignoreSystemJobs: boolean;
}

/** A client's link to the servers is missed for this long before its node counts as down, ms. */
const heartbeatMs = { low: 18_000, high: 25_000 } as const;

/** The line of a node that was down, also when its agent was started anew. */
const heardAgain = { text: 'Node reregistered by heartbeat', of: 'Cluster' } as const;

const whole = (ms: number): string => iso(Math.floor(ms / 1000) * 1000);

/** The pool's servers: what is asked of them changes the store, the scheduler and the drainer do the rest. */
export class Servers {
  /** The version that the servers run. */
  version: string = nomadVersion;
  readonly store: Store;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #scheduler: Scheduler;
  readonly #secrets = new Map<string, string>();
  readonly #missed = new Map<string, () => void>();
  readonly #linked = new Set<string>();
  readonly #onUp = new Set<(up: boolean) => void>();
  #up = true;

  constructor(clock: Clock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
    this.store = new Store(clock);
    const up = (): boolean => this.#up;
    this.#scheduler = new Scheduler(clock, chance, this.store, up);
    void new Drainer(clock, this.store, up);
  }

  /** Whether a server runs. */
  get up(): boolean {
    return this.#up;
  }

  /** Stops or starts the servers: nothing is decided meanwhile, nothing is forgotten. */
  setUp(up: boolean): void {
    if (this.#up === up) return;
    this.#up = up;
    for (const cancel of this.#missed.values()) cancel();
    this.#missed.clear();
    if (up) {
      // A new leader gives every client time to be heard again.
      for (const node of this.store.nodes.values())
        if (!this.#linked.has(node.ID) && node.Status !== 'down') this.linkLost(node.ID);
      this.#scheduler.wake();
    }
    for (const call of [...this.#onUp]) call(up);
  }

  /** Calls when the servers go or come back; answers how to stop. */
  onUp(call: (up: boolean) => void): () => void {
    this.#onUp.add(call);
    return () => void this.#onUp.delete(call);
  }

  /** Whose secret this is, or null. */
  nodeOfSecret(secret: string): Node | null {
    const id = this.#secrets.get(secret);
    return id === undefined ? null : (this.store.nodes.get(id) ?? null);
  }

  /** Whether a computer that no server knows has to be introduced. */
  strict = false;

  /** A client registers, or registers again. `ineligible` counts at the first time only. False: it is not let in. */
  register(
    offer: NodeOffer,
    secret: string,
    ineligible: boolean,
    introduction: string | null = null,
  ): boolean {
    const known = this.store.nodes.get(offer.ID);
    if (known === undefined && this.strict && !introduces(introduction, offer, this.#clock.now()))
      return false;
    this.#secrets.set(secret, offer.ID);
    this.#linked.add(offer.ID);
    this.#cancelMissed(offer.ID);
    const seconds = Math.floor(this.#clock.now() / 1000);
    if (known !== undefined) {
      const back = known.Status === 'down';
      const node: Node = { ...known, ...offer, Status: 'ready', StatusUpdatedAt: seconds };
      this.store.putNode(node, 'NodeRegistration', back ? heardAgain : undefined);
      return true;
    }
    const node: Node = {
      ...offer,
      SecretID: '',
      Status: 'initializing',
      StatusDescription: '',
      StatusUpdatedAt: seconds,
      SchedulingEligibility: ineligible ? 'ineligible' : 'eligible',
      Drain: false,
      DrainStrategy: null,
      LastDrain: null,
      Events: [],
      LastAllocUpdateIndex: 0,
      LastMissedHeartbeatIndex: 0,
      CreateIndex: 0,
      ModifyIndex: 0,
    };
    this.store.putNode(node, 'NodeRegistration', { text: 'Node registered', of: 'Cluster' });
    this.#change(offer.ID, { Status: 'ready' }, 'NodeStreamEvent');
    return true;
  }

  /** A registered client is heard no more: after a while its node is down and its work lost. */
  linkLost(id: string): void {
    this.#linked.delete(id);
    if (!this.#up || this.#missed.has(id) || !this.store.nodes.has(id)) return;
    const waitMs = Math.round(this.#chance.between(heartbeatMs.low, heartbeatMs.high));
    this.#missed.set(
      id,
      this.#clock.after(waitMs, () => {
        this.#missed.delete(id);
        const node = this.store.nodes.get(id);
        if (node === undefined) return;
        const down: Node = {
          ...node,
          Status: 'down',
          StatusUpdatedAt: Math.floor(this.#clock.now() / 1000),
          LastMissedHeartbeatIndex: this.store.index + 1,
        };
        this.store.putNode(down, 'NodeStreamEvent', { text: 'Node heartbeat missed', of: 'Cluster' });
      }),
    );
  }

  /** A registered client is heard again without having been restarted. */
  linkBack(id: string): void {
    this.#linked.add(id);
    this.#cancelMissed(id);
    const node = this.store.nodes.get(id);
    if (node?.Status !== 'down') return;
    const ready: Node = { ...node, Status: 'ready', StatusUpdatedAt: Math.floor(this.#clock.now() / 1000) };
    this.store.putNode(ready, 'NodeStreamEvent', { text: 'Node reregistered by heartbeat', of: 'Cluster' });
  }

  #cancelMissed(id: string): void {
    this.#missed.get(id)?.();
    this.#missed.delete(id);
  }

  /** Sets or ends a drain; answers whether evaluations were made. `accessor`: who asks, as the servers write it. */
  drain(
    id: string,
    spec: DrainSpec | null,
    markEligible: boolean,
    meta: Record<string, string> | null,
    accessor: string,
  ): boolean {
    const node = this.store.nodes.get(id);
    if (node === undefined) return false;
    const now = this.#clock.now();
    if (spec === null) return this.#endDrain(node, markEligible);
    const running = node.DrainStrategy !== null;
    const start = running ? (node.LastDrain?.StartedAt ?? whole(now)) : whole(now);
    const changed: Node = {
      ...node,
      Drain: true,
      SchedulingEligibility: 'ineligible',
      DrainStrategy: {
        Deadline: spec.deadline,
        IgnoreSystemJobs: spec.ignoreSystemJobs,
        ForceDeadline: spec.deadline > 0 ? iso(now + spec.deadline / 1_000_000) : null,
        StartedAt: node.DrainStrategy?.StartedAt ?? iso(now),
      },
      LastDrain: {
        StartedAt: start,
        UpdatedAt: whole(now),
        Status: 'draining',
        AccessorID: accessor,
        Meta: meta,
      },
    };
    const text = running ? 'Node drain strategy updated' : 'Node drain strategy set';
    this.store.putNode(changed, 'NodeDrain', { text, of: 'Drain' });
    return false;
  }

  #endDrain(node: Node, markEligible: boolean): boolean {
    const running = node.DrainStrategy !== null;
    const canceled =
      node.LastDrain === null
        ? null
        : { ...node.LastDrain, Status: 'canceled' as const, UpdatedAt: whole(this.#clock.now()) };
    const changed: Node = {
      ...node,
      Drain: false,
      DrainStrategy: null,
      LastDrain: running ? canceled : node.LastDrain,
      SchedulingEligibility: markEligible ? 'eligible' : node.SchedulingEligibility,
    };
    // That a node is open again leaves no line when no drain ran.
    this.store.putNode(
      changed,
      'NodeDrain',
      running ? { text: 'Node drain disabled', of: 'Drain' } : undefined,
    );
    return (
      running &&
      [...this.store.allocations.values()].some((one) => one.NodeID === node.ID && !clientTerminal(one))
    );
  }

  /** Opens or closes a node as an operator does; false where it was so already. */
  setEligible(id: string, eligible: boolean): boolean {
    const node = this.store.nodes.get(id);
    const wanted = eligible ? 'eligible' : 'ineligible';
    if (node === undefined || node.SchedulingEligibility === wanted) return false;
    const text = `Node marked as ${wanted} for scheduling`;
    this.store.putNode({ ...node, SchedulingEligibility: wanted }, 'NodeEligibility', {
      text,
      of: 'Cluster',
    });
    return true;
  }

  /** Stops an allocation; the scheduler places the work again. False where there is none. */
  stopAllocation(id: string): boolean {
    const allocation = this.store.allocations.get(id);
    if (allocation === undefined) return false;
    const DesiredTransition = {
      Migrate: true,
      MigrateDisablePlacement: null,
      Reschedule: false,
      ForceReschedule: null,
      NoShutdownDelay: false,
    };
    this.store.putAllocations([{ ...allocation, DesiredTransition }], 'AllocationUpdateDesiredStatus');
    return true;
  }

  /** A client tells how its allocations stand. */
  update(
    allocations: readonly Pick<Allocation, 'ID' | 'ClientStatus' | 'ClientDescription' | 'TaskStates'>[],
  ): void {
    const changed = allocations.flatMap((told) => {
      const known = this.store.allocations.get(told.ID);
      return known === undefined ? [] : [{ ...known, ...told }];
    });
    this.store.putAllocations(changed, 'AllocationUpdated');
  }

  /** Takes a job, new or changed. */
  registerJob(
    job: Omit<
      Job,
      'Status' | 'Version' | 'Stop' | 'SubmitTime' | 'CreateIndex' | 'ModifyIndex' | 'JobModifyIndex'
    >,
  ): Job {
    const known = this.store.jobs.get(job.ID);
    return this.store.putJob({
      ...job,
      Stop: false,
      Status: 'pending',
      Version: known === undefined ? 0 : known.Version + 1,
      SubmitTime: nanos(this.#clock.now()),
      CreateIndex: 0,
      ModifyIndex: 0,
      JobModifyIndex: this.store.index + 1,
    });
  }

  /** Stops a job for good. */
  deregisterJob(id: string): boolean {
    const job = this.store.jobs.get(id);
    if (job === undefined) return false;
    this.store.putJob({ ...job, Stop: true }, 'JobDeregistered');
    return true;
  }

  #change(id: string, change: Partial<Node>, type: string): void {
    const node = this.store.nodes.get(id);
    if (node !== undefined) this.store.putNode({ ...node, ...change }, type);
  }
}
