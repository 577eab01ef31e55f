import type { AppState } from '../../contract/app-state.ts';
import {
  download,
  gpu,
  job,
  keptGpu,
  newState,
  reason,
  sharingState,
} from '../../renderer/testing/states.ts';
import { joiningAt } from '../../renderer/testing/joining.ts';
import { agentScenes } from './agent-scenes.ts';
import { machineScenes } from './machine-scenes.ts';
import packageJson from '../../package.json' with { type: 'json' };

const { version } = packageJson;
const minute = 60_000;

/** A state and the screen it is looked at on. */
export interface Scene {
  readonly state: (now: number) => AppState;
  /** The part of the address after `#`. */
  readonly hash: string;
  /** What is done before it is looked at: names of buttons or links to click in turn. */
  readonly clicks?: readonly RegExp[];
}

const sharing = (now: number, change: Partial<AppState> = {}) => sharingState(now, version, change);

/** On the way to sharing. */
function onTheWay(at: Parameters<typeof joiningAt>[0], signInUrl: string | null = null): Partial<AppState> {
  return {
    node: { kind: 'joining', step: 'sign-in', progress: null, signInUrl },
    joining: joiningAt(at),
    work: [],
  };
}

/** Every screen, and every kind of state on the first one. */
export const scenes: Readonly<Record<string, Scene>> = {
  'first-run': { hash: '/', state: () => ({ ...newState(version), firstRun: true }) },
  'first-run-how': {
    hash: '/',
    clicks: [/How do I|怎样/],
    state: () => ({ ...newState(version), firstRun: true }),
  },
  looking: { hash: '/', state: () => ({ ...newState(version), node: { kind: 'looking' } }) },
  new: { hash: '/', state: () => newState(version) },
  'sharing-busy': {
    hash: '/',
    state: (now) => sharing(now, { gpus: [gpu(now), keptGpu(now)], work: [job(now), download(now)] }),
  },
  'sharing-idle': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: { kind: 'sharing', since: now, busy: false },
        work: [],
        gpus: [gpu(now, { utilizationPercent: 0, usedMib: 310, powerW: 18, temperatureC: 38 })],
      }),
  },
  'pause-menu': {
    hash: '/',
    clicks: [/More ways|更多暂停/],
    state: (now) => sharing(now, { work: [job(now), download(now)] }),
  },
  demo: { hash: '/', state: (now) => sharing(now, { demo: true }) },
  pausing: {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: { kind: 'pausing', reasons: [reason(now)], since: now, left: 1, freesAt: now + 12_000 },
        work: [job(now, { state: 'ending' })],
      }),
  },
  finishing: {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'pausing',
          reasons: [reason(now, { how: 'finish' })],
          since: now,
          left: 1,
          freesAt: null,
        },
      }),
  },
  'paused-until': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'paused',
          reasons: [reason(now, { until: now + 90 * minute })],
          until: now + 90 * minute,
          ends: 'time',
        },
        work: [],
        gpus: [gpu(now, { utilizationPercent: 2, usedMib: 410, powerW: 24, temperatureC: 39 })],
      }),
  },
  'paused-game': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'paused',
          reasons: [
            reason(now, { reason: 'game', name: 'Cyberpunk 2077' }),
            reason(now, { reason: 'battery' }),
          ],
          until: null,
          ends: 'cause',
        },
        work: [],
      }),
  },
  ...machineScenes,
  ...agentScenes,
  offline: {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: { kind: 'offline', since: now - minute, nextTry: now + 45_000, cause: 'server' },
        tailnet: {
          connected: true,
          address: '100.64.0.7',
          path: 'relayed',
          relay: 'fra',
          controlOnline: false,
        },
      }),
  },
  attention: {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'attention',
          problem: {
            code: 'tailscale-stopped',
            remedy: 'start-tailscale',
            detail: 'connect ECONNREFUSED /var/run/tailscale/tailscaled.sock',
          },
        },
        work: [],
        notices: [
          {
            code: 'settings-damaged',
            remedy: 'see-moved-file',
            detail: '~/.config/rigshare/settings.json.damaged-1',
          },
        ],
      }),
  },
  'attention-help': {
    hash: '/',
    clicks: [/^Start Tailscale|^启动 Tailscale/],
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'attention',
          problem: { code: 'tailscale-stopped', remedy: 'start-tailscale', detail: 'connect ECONNREFUSED' },
        },
        work: [],
      }),
  },
  'no-gpu': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'attention',
          problem: { code: 'gpu-tool-missing', remedy: 'install-driver', detail: null },
        },
        gpus: [],
        gpuProblem: { code: 'gpu-tool-missing', remedy: 'install-driver', detail: 'nvidia-smi: not found' },
        work: [],
      }),
  },
  'gpu-fault': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        gpus: [
          gpu(now, {
            utilizationPercent: null,
            usedMib: null,
            temperatureC: null,
            powerW: null,
            fault: 'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost',
          }),
        ],
      }),
  },
  leaving: { hash: '/', state: (now) => sharing(now, { node: { kind: 'leaving', left: 1 } }) },
  'other-version': { hash: '/', state: (now) => sharing(now, { version: '0.0.9' }) },
  work: { hash: '/work', state: (now) => sharing(now, { work: [job(now), download(now)] }) },
  'work-empty': {
    hash: '/work',
    state: (now) => sharing(now, { work: [], node: { kind: 'sharing', since: now, busy: false } }),
  },
  earnings: { hash: '/earnings', state: (now) => sharing(now) },
  'earnings-today': {
    hash: '/earnings',
    clicks: [/^Today|^今天/],
    state: (now) => sharing(now, { demo: true }),
  },
  'earnings-month': { hash: '/earnings', clicks: [/^30/], state: (now) => sharing(now) },
  'join-entry': { hash: '/join', state: () => newState(version) },
  'join-preview': { hash: '/join-file/%7B%7D', state: (now) => sharing(now, { demo: true }) },
  'first-run-demo': {
    hash: '/',
    state: () => ({ ...newState(version), firstRun: true, demo: true, demoInvite: '{}' }),
  },
  joining: {
    hash: '/join',
    state: (now) =>
      sharing(now, {
        ...onTheWay({
          step: 'programs',
          progress: {
            done: 21_000_000,
            total: 48_000_000,
            unit: 'bytes',
            perSecond: 3_400_000,
            leftMs: 8_000,
          },
        }),
      }),
  },
  'joining-first': { hash: '/join', state: (now) => sharing(now, onTheWay({ step: 'machine' })) },
  'joining-sign-in': {
    hash: '/join',
    state: (now) =>
      sharing(now, onTheWay({ step: 'network', state: 'needs-you' }, 'https://net.aurora.example/a/1')),
  },
  'joining-stopped': {
    hash: '/join',
    state: (now) =>
      sharing(
        now,
        onTheWay({
          step: 'network',
          state: 'needs-you',
          problem: {
            code: 'administrator-refused',
            remedy: 'allow-administrator',
            detail: 'Request dismissed',
            command: 'curl -fsSL https://tailscale.com/install.sh | sh',
          },
        }),
      ),
  },
  'joining-home': {
    hash: '/',
    state: (now) =>
      sharing(now, {
        node: {
          kind: 'joining',
          step: 'sign-in',
          progress: null,
          signInUrl: 'https://net.aurora.example/a/1',
        },
        work: [],
      }),
  },
  'join-already': { hash: '/join', state: (now) => sharing(now) },
  diagnosis: { hash: '/diagnosis', state: (now) => sharing(now) },
  'diagnosis-report': {
    hash: '/diagnosis',
    clicks: [/See a whole report|查看完整报告/],
    state: (now) => sharing(now),
  },
  relayed: {
    hash: '/',
    state: (now) =>
      sharing(now, {
        tailnet: {
          connected: true,
          address: '100.64.0.7',
          path: 'relayed',
          relay: 'fra',
          controlOnline: true,
          quality: {
            ms: 83.2,
            nearestRelay: { name: 'Frankfurt', ms: 24.1 },
            problems: [
              { code: 'path-udp-blocked', remedy: 'allow-udp', detail: null },
              { code: 'path-hard-nat', remedy: 'mend-router', detail: null },
            ],
            at: now,
          },
        },
      }),
  },
  settings: {
    hash: '/settings',
    state: (now) =>
      sharing(now, {
        gpus: [gpu(now), keptGpu(now)],
        limits: {
          cores: 16,
          memoryMib: 65_536,
          keepCores: 4,
          keepMemoryMib: 13_107,
          usualCores: 4,
          usualMemoryMib: 13_107,
          jobs: null,
          budgetBytes: 60_000_000_000,
          imageBytes: 7_600_000_000,
          folderBytes: 210_000_000,
        },
      }),
  },
  'leaving-engine': {
    hash: '/',
    state: (now) =>
      sharing(now, { node: { kind: 'leaving', left: 0, how: 'now', doing: 'engine' }, work: [] }),
  },
  'work-too-slow': {
    hash: '/work',
    state: (now) =>
      sharing(now, {
        work: [
          {
            ...download(now),
            progress: { done: 4e9, total: 40e9, unit: 'bytes', perSecond: 900_000, leftMs: 40_000_000 },
            pull: { attempt: 2, limitMs: 60 * minute, tooSlow: true },
          },
        ],
      }),
  },
  'settings-leave': {
    hash: '/settings',
    clicks: [/^Leave the pool|^退出算力池/],
    state: (now) => sharing(now),
  },
};
