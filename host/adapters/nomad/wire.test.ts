import { describe, expect, it } from 'vitest';
import { readAllocation, readNode } from './wire.ts';

const id = '11111111-1111-1111-1111-111111111111';
const node = { ID: id, Status: 'ready', SchedulingEligibility: 'eligible', Something: { new: true } };

const task = (over: object): object => ({
  State: 'running',
  Failed: false,
  Restarts: 0,
  StartedAt: '2026-11-23T10:00:00.5Z',
  FinishedAt: null,
  Events: [],
  ...over,
});
const allocation = (over: object = {}, state: object | null = task({})): object => ({
  ID: id,
  JobID: 'train',
  TaskGroup: 'main',
  DesiredStatus: 'run',
  ClientStatus: 'running',
  // As JSON brings it: more digits than a number keeps.
  CreateTime: JSON.parse('1795428000123456789') as number,
  ModifyTime: 1_795_428_060_000_000_000,
  Job: {
    Type: 'batch',
    TaskGroups: [
      { Name: 'other', Tasks: [{ Name: 'x' }] },
      { Name: 'main', Tasks: [{ Name: 'work', Config: { image: 'busybox:1' } }] },
    ],
  },
  TaskStates: state === null ? null : { work: state },
  AllocatedResources: {
    Tasks: {
      work: {
        Devices: [
          { Vendor: 'nvidia', Type: 'gpu', Name: 'RTX', DeviceIDs: ['GPU-1', 'GPU-2'] },
          { Type: 'fpga', DeviceIDs: ['F'] },
        ],
      },
    },
  },
  ...over,
});

describe('a node', () => {
  it('may lack everything that Nomad leaves out when it is empty', () => {
    expect(readNode(node)).toEqual({
      id,
      status: 'ready',
      eligible: true,
      drain: null,
      lastDrain: null,
      events: [],
      meta: {},
    });
    expect(readNode({ ...node, DrainStrategy: null, LastDrain: null, Events: null, Meta: null }).drain).toBe(
      null,
    );
  });

  it('tells of its drain in milliseconds, forced ones too, and of who set the last one when', () => {
    const drain = (Deadline: number): object => ({
      ...node,
      SchedulingEligibility: 'ineligible',
      DrainStrategy: { Deadline, IgnoreSystemJobs: true },
    });
    expect(readNode(drain(-1_000_000_000)).drain).toEqual({ deadlineMs: -1_000, ignoreSystemJobs: true });
    expect(readNode(drain(3_600_000_000_000)).drain?.deadlineMs).toBe(3_600_000);
    const last = {
      StartedAt: '2026-11-23T10:00:00Z',
      UpdatedAt: '2026-11-23T10:05:00Z',
      Status: 'complete',
      AccessorID: `client:${id}`,
      Meta: { by: 'rigshare' },
    };
    expect(readNode({ ...node, LastDrain: last }).lastDrain).toEqual({
      status: 'complete',
      accessor: `client:${id}`,
      meta: { by: 'rigshare' },
      at: Date.UTC(2026, 10, 23, 10),
    });
    expect(readNode({ ...node, LastDrain: { ...last, Meta: null, AccessorID: '' } }).lastDrain).toMatchObject(
      { meta: {}, accessor: '' },
    );
  });

  it('keeps its events in order, by kind', () => {
    const Events = [
      { Message: 'Node registered', Timestamp: '2026-11-23T10:00:00Z' },
      { Message: 'Node drain strategy set', Timestamp: '2026-11-23T10:01:00Z' },
    ];
    expect(readNode({ ...node, Events }).events).toEqual([
      { at: Date.UTC(2026, 10, 23, 10, 0), kind: 'registered' },
      { at: Date.UTC(2026, 10, 23, 10, 1), kind: 'drain-set' },
    ]);
  });

  it('is refused with a status nobody knows, or without one', () => {
    expect(() => readNode({ ...node, Status: 'dancing' })).toThrow();
    expect(() => readNode({ ID: id })).toThrow();
  });
});

describe('an allocation', () => {
  it('is read with its task, image, cards and times', () => {
    expect(readAllocation(allocation())).toEqual({
      id,
      job: 'train',
      group: 'main',
      type: 'batch',
      desired: 'run',
      client: 'running',
      tasks: [
        {
          name: 'work',
          state: 'running',
          failed: false,
          restarts: 0,
          startedAt: Date.UTC(2026, 10, 23, 10, 0, 0, 500),
          finishedAt: null,
          pulling: false,
          pull: null,
          image: 'busybox:1',
        },
      ],
      gpus: ['GPU-1', 'GPU-2'],
      createdAt: 1_795_428_000_123,
      modifiedAt: 1_795_428_060_000,
    });
  });

  it('waits with all tasks of its group before any has a state', () => {
    const fresh = readAllocation(allocation({ ClientStatus: 'pending', AllocatedResources: null }, null));
    expect(fresh.tasks).toMatchObject([
      { name: 'work', state: 'pending', pulling: false, startedAt: null, image: 'busybox:1' },
    ]);
    expect(fresh.gpus).toEqual([]);
  });

  it('takes Nomad’s zero time for none', () => {
    const zero = task({ StartedAt: '0001-01-01T00:00:00Z', FinishedAt: '' });
    expect(readAllocation(allocation({}, zero)).tasks[0]).toMatchObject({
      startedAt: null,
      finishedAt: null,
    });
  });

  const event = (Type: string, DisplayMessage = ''): object => ({ Type, DisplayMessage });
  const pulls = (...Events: object[]): boolean | undefined =>
    readAllocation(allocation({ ClientStatus: 'pending' }, task({ State: 'pending', Events }))).tasks[0]
      ?.pulling;

  it('pulls from the driver’s word until the task starts or fails, also when it is being killed', () => {
    expect(pulls(event('Received'), event('Task Setup', 'Building Task Directory'))).toBe(false);
    expect(pulls(event('Driver', 'Downloading image'))).toBe(true);
    expect(pulls(event('Driver', 'Docker image pull progress: Pulled 1/4'))).toBe(true);
    expect(pulls(event('Driver', 'Downloading image'), event('Killing', 'Sent interrupt'))).toBe(true);
    expect(pulls(event('Driver', 'Downloading image'), event('Driver Failure'), event('Restarting'))).toBe(
      false,
    );
    expect(pulls(event('Driver Failure'), event('Restarting'), event('Driver', 'Downloading image'))).toBe(
      true,
    );
    expect(pulls({ Type: 'Driver', DriverMessage: 'Downloading image', DisplayMessage: '' })).toBe(true);
    expect(pulls(event('Driver', 'a driver says anything'))).toBe(false);
  });

  it('pulls no longer once the task runs', () => {
    const state = task({ State: 'running', Events: [event('Driver', 'Downloading image')] });
    expect(readAllocation(allocation({}, state)).tasks[0]?.pulling).toBe(false);
  });
});
