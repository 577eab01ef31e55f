import type { Clock } from '../../core/ports/clock.ts';
import { type Allocation, iso, type Node, terminal } from './model.ts';
import type { Store } from './store.ts';

/** How soon the servers look at draining nodes after a change, ms. */
const lookMs = 20;
/** How long a drain with nothing left to wait for takes to be complete, ms. */
const completeMs = 150;
/** A deadline's work is collected this long before it is moved, ms. */
const batchMs = 1_000;
/** A service counts as healthy when it has run for this long, ms. */
export const minHealthyMs = 10_000;

/** Empties draining nodes: services move, batch work may finish, what a deadline meets is ended. */
export class Drainer {
  readonly #clock: Clock;
  readonly #store: Store;
  readonly #up: () => boolean;
  #due = false;

  constructor(clock: Clock, store: Store, up: () => boolean) {
    this.#clock = clock;
    this.#store = store;
    this.#up = up;
    store.onChange(() => this.#wake(lookMs));
  }

  #wake(afterMs: number): void {
    if (afterMs > lookMs) {
      this.#clock.after(afterMs, () => this.#wake(lookMs));
      return;
    }
    if (this.#due) return;
    this.#due = true;
    this.#clock.after(afterMs, () => {
      this.#due = false;
      if (!this.#up()) return;
      for (const node of this.#store.nodes.values()) if (node.DrainStrategy !== null) this.#look(node);
    });
  }

  #look(node: Node): void {
    const strategy = node.DrainStrategy;
    if (strategy === null) return;
    const left = [...this.#store.allocations.values()].filter(
      (one) => one.NodeID === node.ID && !terminal(one),
    );
    const system = left.filter((one) => one.Job.Type === 'system');
    const others = left.filter((one) => one.Job.Type !== 'system');
    if (this.#deadlineMet(node, strategy.Deadline)) {
      this.#migrate(strategy.IgnoreSystemJobs ? others : left, true);
      this.#complete(node, { deadline_reached: 'true' });
    } else if (others.length > 0) {
      this.#moveServices(others.filter((one) => one.Job.Type === 'service'));
    } else if (system.length > 0 && !strategy.IgnoreSystemJobs) {
      this.#migrate(system, false);
    } else {
      this.#completeSoon(node);
    }
  }

  #deadlineMet({ DrainStrategy }: Node, deadline: number): boolean {
    if (deadline === 0 || DrainStrategy === null) return false;
    const at = Date.parse(DrainStrategy.StartedAt) + Math.max(0, deadline / 1_000_000) + batchMs;
    if (this.#clock.now() >= at) return true;
    this.#wake(at - this.#clock.now());
    return false;
  }

  /** A healthy service moves at once, another one when it has become healthy. */
  #moveServices(services: readonly Allocation[]): void {
    const unmoved = services.filter((one) => one.DesiredTransition?.Migrate !== true);
    const healthyIn = (one: Allocation): number => {
      const states = Object.values(one.TaskStates ?? {});
      const started = states.map(({ StartedAt }) =>
        StartedAt === null ? Number.POSITIVE_INFINITY : Date.parse(StartedAt),
      );
      if (one.ClientStatus !== 'running' || started.length === 0) return Number.POSITIVE_INFINITY;
      return Math.max(...started) + minHealthyMs - this.#clock.now();
    };
    const now = unmoved.filter((one) => healthyIn(one) <= 0);
    this.#migrate(now, false);
    const next = Math.min(...unmoved.filter((one) => !now.includes(one)).map(healthyIn));
    if (Number.isFinite(next)) this.#wake(Math.max(next, lookMs + 1));
  }

  #migrate(allocations: readonly Allocation[], forced: boolean): void {
    const changed = allocations
      .filter((one) => one.DesiredTransition?.Migrate !== true)
      .map((one) => ({
        ...one,
        DesiredTransition: {
          Migrate: true,
          MigrateDisablePlacement: forced ? true : null,
          Reschedule: null,
          ForceReschedule: null,
          NoShutdownDelay: null,
        },
      }));
    this.#store.putAllocations(changed, 'AllocationUpdateDesiredStatus');
  }

  #completeSoon({ ID, DrainStrategy }: Node): void {
    this.#clock.after(completeMs, () => {
      const node = this.#store.nodes.get(ID);
      if (node === undefined || node.DrainStrategy?.StartedAt !== DrainStrategy?.StartedAt || !this.#up())
        return;
      const left = [...this.#store.allocations.values()].some(
        (one) =>
          one.NodeID === ID &&
          !terminal(one) &&
          (one.Job.Type !== 'system' || node.DrainStrategy?.IgnoreSystemJobs === false),
      );
      if (!left) this.#complete(node);
    });
  }

  #complete(node: Node, details?: Record<string, string>): void {
    if (node.DrainStrategy === null) return;
    const LastDrain =
      node.LastDrain === null
        ? null
        : {
            ...node.LastDrain,
            Status: 'complete' as const,
            UpdatedAt: iso(Math.floor(this.#clock.now() / 1000) * 1000),
          };
    this.#store.putNode({ ...node, Drain: false, DrainStrategy: null, LastDrain }, 'NodeDrain', {
      text: 'Node drain complete',
      of: 'Drain',
      ...(details === undefined ? {} : { details }),
    });
  }
}
