import packageJson from '../../package.json' with { type: 'json' };
import type { AppState } from '../../contract/app-state.ts';
import { gpu, job, keptGpu, sharingState } from '../../renderer/testing/states.ts';
import type { Scene } from './scenes.ts';

const sharing = (now: number, change: Partial<AppState> = {}) =>
  sharingState(now, packageJson.version, change);

const change = (now: number): AppState['configChange'] => ({
  why: ['address'],
  lines: [
    { key: 'advertise.http', from: '100.64.0.7:4646', to: '100.64.0.9:4646' },
    { key: 'client.meta.unique.tailscale-ip', from: '100.64.0.7', to: '100.64.0.9' },
  ],
  at: now - 300_000,
});

/** What jobs write, and how the pool's program is set up. */
export const agentScenes: Readonly<Record<string, Scene>> = {
  'work-log': {
    hash: '/work',
    clicks: [/^Output of |的输出$/],
    state: (now) => sharing(now, { work: [job(now)] }),
  },
  'config-notice': { hash: '/', state: (now) => sharing(now, { configChange: change(now) }) },
  'settings-config': {
    hash: '/settings',
    clicks: [/^Show all settings|^显示全部设置/],
    state: (now) => sharing(now, { configChange: change(now) }),
  },
  'settings-gpu-change': {
    hash: '/settings',
    clicks: [/^Share RTX 3060|^共享 RTX 3060/],
    state: (now) => sharing(now, { gpus: [gpu(now), keptGpu(now)] }),
  },
};
