import {
  type Allocation,
  clientTerminal,
  type Constraint,
  type GivenDevices,
  type Job,
  type Node,
  type NodeDevice,
  type TaskGroup,
} from './model.ts';
import type { Store } from './store.ts';

/** Whether this group of the job may be placed on the node now. */
export function feasible(store: Store, node: Node, job: Job, group: TaskGroup): boolean {
  if (node.Status !== 'ready' || node.SchedulingEligibility !== 'eligible' || node.DrainStrategy !== null)
    return false;
  if (job.NodePool !== 'all' && node.NodePool !== job.NodePool) return false;
  if (!job.Datacenters.some((name) => name === '*' || name === node.Datacenter)) return false;
  const constraints = [...(job.Constraints ?? []), ...(group.Constraints ?? [])];
  if (!constraints.every((one) => holds(one, node))) return false;
  if (!group.Tasks.every((task) => `driver.${task.Driver}` in node.Attributes)) return false;
  const wanted = group.Tasks.flatMap((task) => task.Resources.Devices ?? []);
  return wanted.every((want) => free(store, node, want.Name).length >= want.Count);
}

/** How much a job prefers this node, −100 to 100. */
export function affinity(node: Node, job: Job): number {
  return (job.Affinities ?? []).reduce((sum, one) => sum + (holds(one, node) ? one.Weight : 0), 0);
}

/** What a placed group is given on the node. */
export function give(store: Store, node: Node, group: TaskGroup): Allocation['AllocatedResources'] {
  const tasks = group.Tasks.map((task) => {
    const devices = (task.Resources.Devices ?? []).flatMap((want) =>
      taken(free(store, node, want.Name).slice(0, want.Count)),
    );
    const given = {
      Cpu: { CpuShares: task.Resources.CPU, ReservedCores: null },
      Memory: { MemoryMB: task.Resources.MemoryMB, MemoryMaxMB: 0 },
      Networks: null,
      Devices: devices.length === 0 ? null : devices,
    };
    return [task.Name, given] as const;
  });
  return { Shared: { DiskMB: 300, Networks: null, Ports: null }, Tasks: Object.fromEntries(tasks) };
}

interface FreeDevice {
  readonly group: NodeDevice;
  readonly id: string;
}

/** Healthy devices of this name ("gpu", "nvidia/gpu", "nvidia/gpu/<model>") that no live allocation holds. */
function free(store: Store, node: Node, name: string): readonly FreeDevice[] {
  const held = new Set(
    [...store.allocations.values()]
      .filter((one) => one.NodeID === node.ID && !clientTerminal(one))
      .flatMap((one) => Object.values(one.AllocatedResources.Tasks))
      .flatMap((task) => task.Devices ?? [])
      .flatMap((device) => device.DeviceIDs),
  );
  return (node.NodeResources.Devices ?? []).flatMap((group) => {
    const names = [
      group.Type,
      `${group.Vendor}/${group.Type}`,
      `${group.Vendor}/${group.Type}/${group.Name}`,
    ];
    if (!names.includes(name)) return [];
    return group.Instances.filter((one) => one.Healthy && !held.has(one.ID)).map((one) => ({
      group,
      id: one.ID,
    }));
  });
}

function taken(devices: readonly FreeDevice[]): readonly GivenDevices[] {
  const groups = [...new Set(devices.map((one) => one.group))];
  return groups.map((group) => ({
    Vendor: group.Vendor,
    Type: group.Type,
    Name: group.Name,
    DeviceIDs: devices.filter((one) => one.group === group).map((one) => one.id),
  }));
}

/** Whether a node meets a condition. */
function holds({ LTarget, RTarget, Operand }: Constraint, node: Node): boolean {
  const value = resolve(LTarget, node);
  if (value === undefined) return Operand === '!=' || Operand === 'is_not_set';
  const order =
    Number.isNaN(Number(value)) || Number.isNaN(Number(RTarget))
      ? value.localeCompare(RTarget)
      : Number(value) - Number(RTarget);
  switch (Operand) {
    case '=':
    case '==':
    case 'is':
    case '':
      return value === RTarget;
    case '!=':
    case 'not':
      return value !== RTarget;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case 'regexp':
      return new RegExp(RTarget).test(value);
    case 'is_set':
      return true;
    default:
      return false;
  }
}

function resolve(target: string, node: Node): string | undefined {
  const name = /^\$\{(.+)\}$/.exec(target)?.[1];
  if (name === undefined) return target;
  if (name.startsWith('meta.')) return node.Meta[name.slice(5)];
  if (name.startsWith('attr.')) return node.Attributes[name.slice(5)];
  const fields: Record<string, string> = {
    'node.unique.id': node.ID,
    'node.unique.name': node.Name,
    'node.datacenter': node.Datacenter,
    'node.pool': node.NodePool,
    'node.class': node.NodeClass,
  };
  return fields[name];
}
