import { z } from 'zod';
import type { AllocationSample, NodeSample, TaskSample } from '../../core/ports/nomad.ts';
import { kindOf } from './events.ts';
import { readPull, type PullEvent } from './pull.ts';

/** Nanoseconds; beyond 2^53 they lose at most 256 of them, which is nothing in milliseconds. */
const nanoseconds = z.number().transform((value) => Math.round(value / 1_000_000));

/** RFC 3339, or null where Nomad writes its zero time, an empty text or nothing. */
const time = z
  .string()
  .nullish()
  .transform((text) => {
    const at = text == null || text.startsWith('0001-') ? Number.NaN : Date.parse(text);
    return Number.isNaN(at) ? null : at;
  });

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((one) => one ?? {});

const node = z.object({
  ID: z.string(),
  Status: z.enum(['initializing', 'ready', 'down', 'disconnected']),
  SchedulingEligibility: z.enum(['eligible', 'ineligible']),
  DrainStrategy: z.object({ Deadline: nanoseconds, IgnoreSystemJobs: z.boolean() }).nullish(),
  LastDrain: z
    .object({
      StartedAt: time,
      Status: z.enum(['draining', 'complete', 'canceled']),
      AccessorID: z.string().nullish(),
      Meta: texts,
    })
    .nullish(),
  Events: z.array(z.object({ Message: z.string(), Timestamp: time })).nullish(),
  Meta: texts,
});

/** Reads `/v1/node/:id`. */
export function readNode(json: unknown): NodeSample {
  const { DrainStrategy: drain, LastDrain: last, ...one } = node.parse(json);
  return {
    id: one.ID,
    status: one.Status,
    eligible: one.SchedulingEligibility === 'eligible',
    drain: drain == null ? null : { deadlineMs: drain.Deadline, ignoreSystemJobs: drain.IgnoreSystemJobs },
    lastDrain:
      last == null
        ? null
        : { status: last.Status, accessor: last.AccessorID ?? '', meta: last.Meta, at: last.StartedAt ?? 0 },
    events: (one.Events ?? []).map(({ Message, Timestamp }) => ({
      at: Timestamp ?? 0,
      kind: kindOf(Message),
    })),
    meta: one.Meta,
  };
}

const taskEvent = z.object({
  Type: z.string(),
  Time: nanoseconds.nullish(),
  DisplayMessage: z.string().nullish(),
  DriverMessage: z.string().nullish(),
});

const taskState = z.object({
  State: z.enum(['pending', 'running', 'dead']),
  Failed: z.boolean().nullish(),
  Restarts: z.number().nullish(),
  StartedAt: time,
  FinishedAt: time,
  Events: z.array(taskEvent).nullish(),
});

const device = z.object({ Type: z.string(), DeviceIDs: z.array(z.string()).nullish() });

const jobTask = z.object({ Name: z.string(), Config: z.record(z.string(), z.unknown()).nullish() });

const allocation = z.object({
  ID: z.string(),
  JobID: z.string(),
  TaskGroup: z.string(),
  DesiredStatus: z.enum(['run', 'stop', 'evict']),
  ClientStatus: z.enum(['pending', 'running', 'complete', 'failed', 'lost', 'unknown']),
  CreateTime: nanoseconds,
  ModifyTime: nanoseconds,
  Job: z.object({
    Type: z.enum(['batch', 'service', 'system', 'sysbatch']),
    TaskGroups: z.array(z.object({ Name: z.string(), Tasks: z.array(jobTask).nullish() })).nullish(),
  }),
  TaskStates: z.record(z.string(), taskState).nullish(),
  AllocatedResources: z
    .object({ Tasks: z.record(z.string(), z.object({ Devices: z.array(device).nullish() })).nullish() })
    .nullish(),
});

/** Reads `/v1/allocation/:id`. */
export function readAllocation(json: unknown): AllocationSample {
  const one = allocation.parse(json);
  const tasks = one.Job.TaskGroups?.find(({ Name }) => Name === one.TaskGroup)?.Tasks ?? [];
  const images = new Map(tasks.map(({ Name, Config }) => [Name, Config?.['image']]));
  const names = new Set([...images.keys(), ...Object.keys(one.TaskStates ?? {})]);
  const devices = Object.values(one.AllocatedResources?.Tasks ?? {}).flatMap(({ Devices }) => Devices ?? []);
  return {
    id: one.ID,
    job: one.JobID,
    group: one.TaskGroup,
    type: one.Job.Type,
    desired: one.DesiredStatus,
    client: one.ClientStatus,
    tasks: [...names].map((name) => taskOf(name, one.TaskStates?.[name], images.get(name))),
    gpus: devices.filter(({ Type }) => Type === 'gpu').flatMap(({ DeviceIDs }) => DeviceIDs ?? []),
    createdAt: one.CreateTime,
    modifiedAt: one.ModifyTime,
  };
}

function taskOf(name: string, state: z.infer<typeof taskState> | undefined, image: unknown): TaskSample {
  const pull = state?.State === 'pending' ? readPull((state.Events ?? []).map(pullEvent)) : null;
  return {
    name,
    state: state?.State ?? 'pending',
    failed: state?.Failed ?? false,
    restarts: state?.Restarts ?? 0,
    startedAt: state?.StartedAt ?? null,
    finishedAt: state?.FinishedAt ?? null,
    pulling: pull !== null,
    pull,
    image: typeof image === 'string' ? image : null,
  };
}

const pullEvent = ({ Type, Time, DisplayMessage, DriverMessage }: z.infer<typeof taskEvent>): PullEvent => ({
  type: Type,
  words: (DriverMessage || DisplayMessage) ?? '',
  at: Time ?? null,
});
