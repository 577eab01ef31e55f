import type { Clock } from '../core/ports/clock.ts';
import type { Chance } from './chance.ts';
import { jobFromJson } from './nomad/job-json.ts';
import { clientTerminal } from './nomad/model.ts';
import type { Servers } from './nomad/servers.ts';
import type { JobKind, Scenario } from './scenario.ts';

/** What tenants need to know; `nodeId` is this computer's, once its agent has run. */
export interface TenantParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly servers: Servers;
  readonly scenario: Scenario;
  readonly nodePool: string;
  readonly nodeId: () => string | null;
}

/** The pool's tenants: as long as this computer is open and has a free card, another job comes after a pause. */
export class Tenants {
  readonly #parts: TenantParts;
  #last: JobKind | null = null;
  #count = 0;
  /** When the next job comes, once this computer is open. */
  #nextAt: number | null = null;
  #cancel: () => void = () => undefined;

  constructor(parts: TenantParts) {
    this.#parts = parts;
    if (parts.scenario.jobs.kinds.length === 0) return;
    parts.servers.store.onChange(() => this.#look());
    parts.servers.onUp(() => this.#look());
  }

  #look(): void {
    const { clock, chance, scenario } = this.#parts;
    this.#cancel();
    if (this.#freeCards() === 0) {
      this.#nextAt = null;
      return;
    }
    const { firstAfterSeconds, pauseSeconds } = scenario.jobs;
    const wait = this.#count === 0 ? firstAfterSeconds : chance.between(...pauseSeconds);
    this.#nextAt ??= clock.now() + wait * 1000;
    if (clock.now() < this.#nextAt) {
      this.#cancel = clock.after(this.#nextAt - clock.now(), () => this.#look());
      return;
    }
    this.#nextAt = null;
    this.#send();
  }

  /** Cards of this computer on which nothing runs and nothing is about to. */
  #freeCards(): number {
    const { servers, nodeId } = this.#parts;
    const id = nodeId();
    const node = id === null ? undefined : servers.store.nodes.get(id);
    if (node?.Status !== 'ready' || node.SchedulingEligibility !== 'eligible' || !servers.up) return 0;
    const cards = Math.max(1, (node.NodeResources.Devices ?? []).flatMap((group) => group.Instances).length);
    const busy = [...servers.store.allocations.values()].filter(
      (one) => one.NodeID === id && !clientTerminal(one),
    ).length;
    const waiting = [...servers.store.jobs.values()].filter((job) => job.Status === 'pending').length;
    return Math.max(0, cards - busy - waiting);
  }

  #send(): void {
    const { chance, servers, scenario, nodePool } = this.#parts;
    const { kinds } = scenario.jobs;
    const others = kinds.filter((kind) => kind !== this.#last);
    const kind = chance.pick(others.length === 0 ? kinds : others);
    const number = 1000 + Math.floor(chance.next() * 9000);
    const seconds = Math.round(chance.between(...kind.seconds));
    this.#last = kind;
    this.#count += 1;
    servers.registerJob(jobFromJson(tenantJob(kind, `${kind.name}-${number}`, nodePool, seconds)));
  }
}

/** A tenant's job as it is registered; it prefers the faster card and takes another. */
function tenantJob(kind: JobKind, id: string, nodePool: string, seconds: number): object {
  return {
    Job: {
      ID: id,
      Name: id,
      Type: kind.type,
      Datacenters: ['*'],
      NodePool: nodePool,
      Constraints: [{ LTarget: '${meta.gpu-count}', Operand: '>', RTarget: '0' }],
      Affinities: [
        { LTarget: '${meta.gpu-type}', Operand: '=', RTarget: 'nvidia-geforce-rtx-4090', Weight: 100 },
      ],
      TaskGroups: [
        {
          Name: 'main',
          Count: 1,
          Tasks: [
            {
              Name: 'main',
              Driver: 'docker',
              Config: { image: kind.image, command: kind.command[0], args: kind.command.slice(1) },
              Meta: {
                'demo.seconds': String(seconds),
                'demo.vram-mib': String(kind.vramMib),
                'demo.utilization': String(kind.utilizationPercent),
                'demo.term-ms': kind.termMs === null ? 'ignored' : String(kind.termMs),
                'demo.pull-seconds': String(kind.pullSeconds),
                'demo.says': kind.says ?? 'step {n}',
                ...(kind.exitCode === undefined ? {} : { 'demo.exit-code': String(kind.exitCode) }),
                ...(kind.asks === undefined ? {} : { 'demo.asks': JSON.stringify(kind.asks) }),
              },
              Resources: { CPU: 2000, MemoryMB: 8000, Devices: [{ Name: 'nvidia/gpu', Count: 1 }] },
            },
          ],
        },
      ],
    },
  };
}
