import type { Clock } from '../core/ports/clock.ts';
import type { Chance } from './chance.ts';
import { jobFromJson } from './nomad/job-json.ts';
import { clientTerminal } from './nomad/model.ts';
import type { Servers } from './nomad/servers.ts';
import type { JobKind, Scenario } from './scenario.ts';

/** How often tenants look whether this computer is free, ms. */
const lookMs = 1_000;

/** The pool's tenants: as long as this computer is open and has a free card, another job comes after a pause. */
export class Tenants {
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #servers: Servers;
  readonly #scenario: Scenario;
  readonly #nodePool: string;
  readonly #nodeId: () => string | null;
  #last: JobKind | null = null;
  #count = 0;
  /** When the next job comes, once this computer is open. */
  #nextAt: number | null = null;
  #cancel: () => void = () => undefined;

  constructor(parts: {
    clock: Clock;
    chance: Chance;
    servers: Servers;
    scenario: Scenario;
    nodePool: string;
    nodeId: () => string | null;
  }) {
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.#servers = parts.servers;
    this.#scenario = parts.scenario;
    this.#nodePool = parts.nodePool;
    this.#nodeId = parts.nodeId;
    if (parts.scenario.jobs.kinds.length > 0) this.#again();
  }

  /** No more jobs. */
  stop(): void {
    this.#cancel();
  }

  #again(): void {
    this.#cancel = this.#clock.after(lookMs, () => {
      this.#look();
      this.#again();
    });
  }

  #look(): void {
    const free = this.#freeCards();
    if (free === 0) {
      this.#nextAt = null;
      return;
    }
    const { firstAfterSeconds, pauseSeconds } = this.#scenario.jobs;
    const wait = this.#count === 0 ? firstAfterSeconds : this.#chance.between(...pauseSeconds);
    this.#nextAt ??= this.#clock.now() + wait * 1000;
    if (this.#clock.now() < this.#nextAt) return;
    this.#nextAt = null;
    this.#send();
  }

  /** Cards of this computer on which nothing runs and nothing is about to. */
  #freeCards(): number {
    const id = this.#nodeId();
    const node = id === null ? undefined : this.#servers.store.nodes.get(id);
    if (node?.Status !== 'ready' || node.SchedulingEligibility !== 'eligible' || !this.#servers.up) return 0;
    const cards = Math.max(1, (node.NodeResources.Devices ?? []).flatMap((group) => group.Instances).length);
    const busy = [...this.#servers.store.allocations.values()].filter(
      (one) => one.NodeID === id && !clientTerminal(one),
    ).length;
    const waiting = [...this.#servers.store.jobs.values()].filter((job) => job.Status === 'pending').length;
    return Math.max(0, cards - busy - waiting);
  }

  #send(): void {
    const kinds = this.#scenario.jobs.kinds.filter((kind) => kind !== this.#last);
    const kind = this.#chance.pick(kinds.length === 0 ? this.#scenario.jobs.kinds : kinds);
    this.#last = kind;
    const number = 1000 + Math.floor(this.#chance.next() * 9000);
    this.#count += 1;
    this.#servers.registerJob(
      jobFromJson(
        tenantJob(
          kind,
          `${kind.name}-${number}`,
          this.#nodePool,
          Math.round(this.#chance.between(...kind.seconds)),
        ),
      ),
    );
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
              },
              Resources: { CPU: 2000, MemoryMB: 8000, Devices: [{ Name: 'nvidia/gpu', Count: 1 }] },
            },
          ],
        },
      ],
    },
  };
}
