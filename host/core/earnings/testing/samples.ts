import type { AllocationSample, TaskSample } from '../../ports/nomad.ts';
import type { Observation } from '../observation.ts';
import type { WorkSeen } from '../observe-work.ts';

/** A Sunday noon in UTC. */
export const noon = Date.UTC(2025, 5, 1, 12);
/** The card of the samples. */
export const card = 'GPU-11111111-2222-3333-4444-555555555555';

/** An observation of one job on one card; what is not given is as in a usual one. */
export const observation = (change: Partial<Observation>): Observation => ({
  allocation: 'a1',
  gpu: card,
  what: 'start',
  at: noon,
  clock: 'agent',
  seenAt: noon,
  source: 'allocation',
  priceVersion: 'uni:1',
  microsPerHour: 300_000,
  currency: 'EUR',
  job: 'train',
  jobType: 'batch',
  gpuName: 'NVIDIA GeForce RTX 4090',
  image: 'pytorch:2',
  restarts: 0,
  ended: null,
  ...change,
});

/** A task; running since noon unless said otherwise. */
export const task = (change: Partial<TaskSample> = {}): TaskSample => ({
  name: 'main',
  state: 'running',
  failed: false,
  restarts: 0,
  startedAt: noon,
  finishedAt: null,
  pulling: false,
  image: 'pytorch:2',
  ...change,
});

/** An allocation; a running batch job on the card unless said otherwise. */
export const allocation = (change: Partial<AllocationSample> = {}): AllocationSample => ({
  id: 'a1',
  job: 'train',
  group: 'g',
  type: 'batch',
  desired: 'run',
  client: 'running',
  tasks: [task()],
  gpus: [card],
  createdAt: noon,
  modifiedAt: noon,
  ...change,
});

/** A look at the work; nothing known before, a pool that pays, one card shared. */
export const look = (change: Partial<WorkSeen>): WorkSeen => ({
  open: [],
  ended: new Set(),
  work: [],
  running: null,
  gpus: [{ uuid: card, name: 'NVIDIA GeForce RTX 4090' }],
  sharedGpus: [card],
  prices: { currency: 'EUR', perGpuHour: { default: 120_000, 'nvidia-geforce-rtx-4090': 300_000 } },
  priceVersion: 'uni:1',
  source: 'allocation',
  now: noon,
  leaptMs: 0,
  lastSeen: new Map(),
  takenBack: false,
  ...change,
});
