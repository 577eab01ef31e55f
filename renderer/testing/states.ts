import type { AppState, Gpu, Work } from '../../contract/app-state.ts';
import type { PauseReason } from '../../contract/node-state.ts';

const minute = 60_000;

/** A GPU at a time, busy. */
export function gpu(now: number, change: Partial<Gpu> = {}): Gpu {
  return {
    uuid: 'GPU-0a1b2c3d-0000-4000-8000-000000000000',
    index: 0,
    name: 'NVIDIA GeForce RTX 4090',
    slug: 'nvidia-geforce-rtx-4090',
    shared: true,
    driver: '570.133.07',
    bus: '0000:01:00.0',
    kept: null,
    display: false,
    asleep: false,
    unified: false,
    mig: [],
    memoryMib: 24_564,
    usedMib: 18_120,
    utilizationPercent: 87,
    temperatureC: 64,
    powerW: 312,
    fault: null,
    at: now,
    ...change,
  };
}

/** A second, smaller GPU that its owner keeps. */
export function keptGpu(now: number): Gpu {
  return gpu(now, {
    uuid: 'GPU-9f8e7d6c-0000-4000-8000-000000000001',
    index: 1,
    name: 'NVIDIA GeForce RTX 3060',
    slug: 'nvidia-geforce-rtx-3060',
    shared: false,
    kept: 'owner',
    bus: '0000:02:00.0',
    memoryMib: 12_288,
    usedMib: 820,
    utilizationPercent: 4,
    temperatureC: 41,
    powerW: null,
  });
}

/** A job that runs. */
export function job(now: number, change: Partial<Work> = {}): Work {
  return {
    id: '5b1f0c1e-0000-4000-8000-000000000001',
    job: 'protein-folding-7',
    type: 'batch',
    state: 'running',
    gpus: [gpu(now).uuid],
    since: now - 47 * minute,
    endedAt: null,
    restarts: 0,
    ended: null,
    image: 'registry.aurora.example/fold:7',
    progress: null,
    ...change,
  };
}

/** A job whose image is on its way. */
export function download(now: number): Work {
  return job(now, {
    id: '5b1f0c1e-0000-4000-8000-000000000002',
    job: 'image-captions',
    type: 'service',
    state: 'downloading',
    gpus: [],
    since: now - 2 * minute,
    progress: { done: 2_470_000_000, total: 6_120_000_000, unit: 'bytes' },
  });
}

/** A reason to pause: the owner's own unless said otherwise. */
export function reason(now: number, change: Partial<PauseReason> = {}): PauseReason {
  return { reason: 'you', how: 'now', since: now - minute, until: null, name: null, ...change };
}

/** The state before anything was chosen. */
export function newState(version: string): AppState {
  return {
    revision: 1,
    version,
    node: { kind: 'new' },
    notes: [],
    pool: null,
    tailnet: null,
    gpus: [],
    otherCards: [],
    whenIdle: { on: false, by: null, afterMs: 300_000, lastInputAt: null, source: null },
    gpuProblem: null,
    work: [],
    today: { gpuMs: 0, micros: null, jobs: 0 },
    settings: { language: 'en', theme: 'light', nomadPath: null, tailscaleSocket: null, engineSocket: null },
    notices: [],
    demo: false,
    firstRun: false,
    joining: null,
    ownNetwork: null,
    configChange: null,
    demoInvite: null,
    update: null,
  };
}

/** A computer that shares with one job running. */
export function sharingState(now: number, version: string, change: Partial<AppState> = {}): AppState {
  return {
    ...newState(version),
    node: { kind: 'sharing', since: now - 190 * minute, busy: true },
    pool: {
      id: 'aurora',
      name: 'Aurora',
      operator: 'Aurora Computing e.V.',
      contact: 'hello@aurora.example',
      currency: 'EUR',
      ownersMayReadLogs: false,
    },
    tailnet: { connected: true, address: '100.64.0.7', path: 'direct', relay: null, controlOnline: true },
    gpus: [gpu(now)],
    work: [job(now)],
    today: { gpuMs: 3 * 3_600_000 + 12 * minute, micros: 704_000, jobs: 3 },
    ...change,
  };
}
