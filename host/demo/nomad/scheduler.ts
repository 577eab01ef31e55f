import type { Clock } from '../../core/ports/clock.ts';
import type { Chance } from '../chance.ts';
import {
  type Allocation,
  clientTerminal,
  type Job,
  nanos,
  type Node,
  type TaskGroup,
  terminal,
} from './model.ts';
import { affinity, feasible, give } from './placement.ts';
import type { Store } from './store.ts';

/** How long the servers take from a change to a plan, ms. */
const planMs = 15;
/** A failed allocation is placed again after this long, ms (Nomad's default for batch and service jobs). */
const rescheduleMs = { batch: 5_000, service: 30_000, system: 0 } as const;

/** Places what should run, stops what should not, and replaces what is lost or moved. */
export class Scheduler {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #store: Store;
  readonly #up: () => boolean;
  #due: (() => void) | null = null;

  /** `up`: whether a server runs at all. */
  constructor(clock: Clock, chance: Chance, store: Store, up: () => boolean) {
    this.#clock = clock;
    this.#chance = chance;
    this.#store = store;
    this.#up = up;
    store.onChange(() => this.wake());
  }

  /** Looks again soon. */
  wake(afterMs = planMs): void {
    if (this.#due !== null) {
      if (afterMs > planMs) this.#clock.after(afterMs, () => this.wake());
      return;
    }
    this.#due = this.#clock.after(afterMs, () => {
      this.#due = null;
      if (this.#up()) this.#plan();
    });
  }

  #plan(): void {
    for (const job of [...this.#store.jobs.values()].sort((a, b) => b.Priority - a.Priority)) {
      const changes = this.#stops(job);
      if (changes.length > 0) this.#store.putAllocations(changes, 'PlanResult');
      if (!job.Stop) for (const group of job.TaskGroups) this.#placeGroup(job, group);
      this.#status(job);
    }
    this.#store.collect(200);
  }

  /** What is to be moved, is on a dead node, or belongs to a stopped job. */
  #stops(job: Job): readonly Allocation[] {
    return this.#of(job).flatMap((allocation): Allocation[] => {
      if (terminal(allocation)) return [];
      const node = this.#store.nodes.get(allocation.NodeID);
      if (node === undefined || node.Status === 'down') {
        const text = 'alloc is lost since its node is down';
        return [{ ...allocation, DesiredStatus: 'stop', DesiredDescription: text, ClientStatus: 'lost' }];
      }
      if (job.Stop || allocation.Job.Version !== job.Version)
        return [
          { ...allocation, DesiredStatus: 'stop', DesiredDescription: 'alloc not needed due to job update' },
        ];
      if (allocation.DesiredTransition?.Migrate !== true) return [];
      return [{ ...allocation, DesiredStatus: 'stop', DesiredDescription: 'alloc is being migrated' }];
    });
  }

  #placeGroup(job: Job, group: TaskGroup): void {
    if (job.Type === 'system') {
      for (const node of this.#store.nodes.values()) {
        const here = this.#of(job).some(
          (one) => one.NodeID === node.ID && one.TaskGroup === group.Name && !clientTerminal(one),
        );
        if (!here && feasible(this.#store, node, job, group)) this.#place(job, group, 0, node, null);
      }
      return;
    }
    for (let slot = 0; slot < group.Count; slot++) this.#placeSlot(job, group, slot);
  }

  #placeSlot(job: Job, group: TaskGroup, slot: number): void {
    const name = `${job.ID}.${group.Name}[${slot}]`;
    const history = this.#of(job).filter((one) => one.Name === name && one.Job.Version === job.Version);
    const last = history.at(-1);
    if (last !== undefined && !this.#needsAnother(job, last, history.length)) return;
    const nodes = [...this.#store.nodes.values()].filter((node) => feasible(this.#store, node, job, group));
    const best = nodes.sort(
      (a, b) => this.#cost(a, job, last) - this.#cost(b, job, last) || a.Name.localeCompare(b.Name),
    )[0];
    if (best !== undefined) this.#place(job, group, slot, best, last ?? null);
  }

  /** Whether this slot's newest allocation has to be replaced now. */
  #needsAnother(job: Job, last: Allocation, tries: number): boolean {
    if (last.DesiredStatus !== 'run') {
      if (last.NextAllocation !== undefined) return false;
      // Work that a drain's deadline ended is not placed again: it counts as done.
      if (job.Type === 'batch' && last.DesiredTransition?.MigrateDisablePlacement === true) return false;
      return true;
    }
    if (!clientTerminal(last)) return false;
    if (last.ClientStatus === 'complete' && job.Type === 'batch') return false;
    if (last.ClientStatus === 'failed' && job.Type === 'batch' && tries > 1) return false;
    const left = rescheduleMs[job.Type] - (this.#clock.now() - last.ModifyTime / 1_000_000);
    if (left > 0) this.wake(left);
    return left <= 0;
  }

  /** Another node than before is preferred, then the one that the job likes, then one with little on it. */
  #cost(node: Node, job: Job, last: Allocation | undefined): number {
    const busy = [...this.#store.allocations.values()].filter(
      (one) => one.NodeID === node.ID && !terminal(one),
    ).length;
    return busy + (last?.NodeID === node.ID ? 100 : 0) - affinity(node, job) / 10;
  }

  #place(job: Job, group: TaskGroup, slot: number, node: Node, before: Allocation | null): void {
    const now = nanos(this.#clock.now());
    const allocation: Allocation = {
      ID: this.#chance.uuid(),
      EvalID: this.#chance.uuid(),
      Namespace: 'default',
      Name: `${job.ID}.${group.Name}[${slot}]`,
      NodeID: node.ID,
      NodeName: node.Name,
      JobID: job.ID,
      Job: job,
      TaskGroup: group.Name,
      AllocatedResources: give(this.#store, node, group),
      DesiredStatus: 'run',
      ClientStatus: 'pending',
      ...(before === null ? {} : { PreviousAllocation: before.ID }),
      CreateIndex: 0,
      ModifyIndex: 0,
      AllocModifyIndex: 0,
      CreateTime: now,
      ModifyTime: now,
    };
    this.#store.putAllocations(
      [allocation, ...(before === null ? [] : [{ ...before, NextAllocation: allocation.ID }])],
      'PlanResult',
    );
  }

  #status(job: Job): void {
    const allocations = this.#of(job);
    const live = allocations.some((one) => !clientTerminal(one));
    const done = allocations.length > 0 && !live && job.Type === 'batch' && !this.#waits(job);
    const status = job.Stop && !live ? 'dead' : done ? 'dead' : live ? 'running' : 'pending';
    if (status !== job.Status) this.#store.putJob({ ...job, Status: status }, 'JobUpdated');
  }

  /** Whether a slot still has to be placed. */
  #waits(job: Job): boolean {
    return job.TaskGroups.some((group) =>
      Array.from({ length: group.Count }, (_, slot) => `${job.ID}.${group.Name}[${slot}]`).some((name) => {
        const history = this.#of(job).filter((one) => one.Name === name);
        const last = history.at(-1);
        if (last === undefined) return true;
        if (last.DesiredStatus === 'run') return last.ClientStatus === 'failed' && history.length < 2;
        return last.NextAllocation === undefined && last.DesiredTransition?.MigrateDisablePlacement !== true;
      }),
    );
  }

  #of(job: Job): readonly Allocation[] {
    return [...this.#store.allocations.values()].filter((one) => one.JobID === job.ID);
  }
}
