import { Refusal } from './http.ts';
import type { Constraint, Job, JobTask, TaskGroup } from './model.ts';

/** What a sender may leave out or set to null, at each depth. */
type Given<T> = T extends string | number | boolean
  ? T
  : T extends readonly (infer One)[]
    ? readonly Given<One>[]
    : { readonly [K in keyof T]?: Given<T[K]> | null };

/** A job as it is registered: whatever is left out has Nomad's default. */
export function jobFromJson(
  json: unknown,
): Omit<
  Job,
  'Status' | 'Version' | 'Stop' | 'SubmitTime' | 'CreateIndex' | 'ModifyIndex' | 'JobModifyIndex'
> {
  const given = (json as { Job?: Given<Job> | null } | null)?.Job;
  if (given === undefined || given === null) throw new Refusal(400, 'Job must be specified');
  if (typeof given.ID !== 'string' || given.ID === '') throw new Refusal(400, "Job ID hasn't been provided");
  return {
    ID: given.ID,
    Name: given.Name ?? given.ID,
    Namespace: 'default',
    Region: given.Region ?? 'global',
    Type: given.Type ?? 'service',
    Priority: given.Priority ?? 50,
    Datacenters: given.Datacenters ?? ['*'],
    NodePool: given.NodePool ?? 'default',
    Constraints: (given.Constraints ?? null) as readonly Constraint[] | null,
    Affinities: (given.Affinities ?? null) as Job['Affinities'],
    TaskGroups: (given.TaskGroups ?? []).map(group),
    Meta: (given.Meta ?? null) as Record<string, string> | null,
  };
}

function group(given: Given<TaskGroup>): TaskGroup {
  return {
    Name: given.Name ?? 'group',
    Count: given.Count ?? 1,
    Constraints: (given.Constraints ?? null) as readonly Constraint[] | null,
    Tasks: (given.Tasks ?? []).map(task),
  };
}

function task(given: Given<JobTask>): JobTask {
  const resources = given.Resources ?? {};
  return {
    Name: given.Name ?? 'task',
    Driver: given.Driver ?? 'docker',
    Config: (given.Config ?? {}) as JobTask['Config'],
    Meta: (given.Meta ?? null) as Record<string, string> | null,
    KillTimeout: given.KillTimeout ?? 5_000_000_000,
    Resources: {
      CPU: resources.CPU ?? 100,
      MemoryMB: resources.MemoryMB ?? 300,
      Devices:
        ((resources.Devices ?? null) as readonly { Name: string; Count?: number }[] | null)?.map((one) => ({
          Name: one.Name,
          Count: one.Count ?? 1,
        })) ?? null,
    },
  };
}
