import packageJson from '../../package.json' with { type: 'json' };
import type { AppState } from '../../contract/app-state.ts';
import { gpu, keptGpu, reason, sharingState } from '../../renderer/testing/states.ts';
import type { Scene } from './scenes.ts';

const { version } = packageJson;
const minute = 60_000;

const sharing = (now: number, change: Partial<AppState> = {}) => sharingState(now, version, change);

/** What the cards are, and what pauses by itself. */
export const machineScenes: Readonly<Record<string, Scene>> = {
  'paused-idle': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'paused',
          reasons: [reason(now, { reason: 'idle', how: 'finish' })],
          until: null,
          ends: 'cause',
        },
        gpus: [
          gpu(now, { display: true, utilizationPercent: 3, usedMib: 640, powerW: 30, temperatureC: 41 }),
        ],
        whenIdle: { on: true, by: 'display', afterMs: 5 * minute, lastInputAt: now, source: 'GNOME' },
        work: [],
      }),
  },
  'paused-idle-unknown': {
    hash: '/',
    state: (now) => {
      const problem = { code: 'idle-unknown', remedy: 'share-always', detail: null } as const;
      const idle = reason(now, { reason: 'idle', how: 'finish', problem });
      return sharing(now, {
        node: { kind: 'paused', reasons: [idle], until: null, ends: 'cause' },
        notes: [{ kind: 'attention', problem }],
        gpus: [gpu(now, { display: true, utilizationPercent: 3, usedMib: 640 })],
        whenIdle: { on: true, by: 'display', afterMs: 5 * minute, lastInputAt: null, source: null },
        work: [],
      });
    },
  },
  'paused-fault': {
    hash: '/',
    state: (now) => {
      const detail = 'Failed to initialize NVML: Driver/library version mismatch';
      const problem = { code: 'gpu-driver-mismatch', remedy: 'repair-driver', detail } as const;
      return sharing(now, {
        node: {
          kind: 'pausing',
          reasons: [reason(now, { reason: 'machine', problem })],
          since: now,
          left: 0,
          freesAt: now + 10_000,
        },
        notes: [{ kind: 'attention', problem }],
        gpus: [],
        gpuProblem: problem,
        work: [],
      });
    },
  },
  'paused-jobs-failing': {
    hash: '/',
    state: (now) => {
      const name = 'render-1, render-2, render-3';
      const problem = { code: 'jobs-failing', remedy: 'resume', detail: name } as const;
      return sharing(now, {
        node: {
          kind: 'paused',
          reasons: [reason(now, { reason: 'machine', name, problem })],
          until: null,
          ends: 'owner',
        },
        notes: [{ kind: 'attention', problem }],
        work: [],
      });
    },
  },
  cards: {
    hash: '/',
    state: (now) =>
      sharing(now, {
        gpus: [
          gpu(now, {
            name: 'NVIDIA GeForce RTX 5090',
            display: true,
            shared: false,
            kept: 'display',
            usedMib: 900,
          }),
          gpu(now, {
            uuid: 'GPU-2',
            index: 1,
            name: 'NVIDIA H100 80GB HBM3',
            mig: [
              { uuid: 'MIG-1', profile: '3g.40gb', memoryMib: 40_960 },
              { uuid: 'MIG-2', profile: '3g.40gb', memoryMib: 40_960 },
            ],
          }),
          gpu(now, {
            uuid: 'GPU-3',
            index: 2,
            name: 'NVIDIA GB10',
            memoryMib: null,
            usedMib: null,
            unified: true,
          }),
          gpu(now, {
            uuid: 'GPU-4',
            index: 3,
            name: 'NVIDIA GeForce RTX 3060 Laptop GPU',
            asleep: true,
            utilizationPercent: null,
            temperatureC: null,
            powerW: null,
          }),
        ],
        otherCards: [{ maker: 'amd', name: 'AMD Navi 31 [Radeon RX 7900 XT/7900 XTX]' }],
      }),
  },
  'settings-cards': {
    hash: '/settings',
    state: (now) =>
      sharing(now, {
        gpus: [gpu(now, { display: true, shared: false, kept: 'display' }), keptGpu(now)],
        otherCards: [{ maker: 'intel', name: 'Intel Raptor Lake-S GT1 [UHD Graphics 770]' }],
        whenIdle: { on: true, by: 'owner', afterMs: 5 * minute, lastInputAt: now, source: 'GNOME' },
      }),
  },
};
