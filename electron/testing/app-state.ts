import type { AppState } from '../../contract/app-state.ts';
import type { NodeState } from '../../contract/node-state.ts';

/** A whole state around `node`, for tests: in a paid pool, nothing running. */
export const appState = (node: NodeState, over: Partial<AppState> = {}): AppState => ({
  revision: 1,
  version: '0.1.0',
  node,
  notes: [],
  pool: { id: 'p', name: 'Aurora', operator: 'Lab', contact: 'x', currency: 'EUR', ownersMayReadLogs: false },
  tailnet: null,
  gpus: [],
  otherCards: [],
  whenIdle: { on: false, by: null, afterMs: 300_000, lastInputAt: null, source: null },
  gpuProblem: null,
  work: [],
  today: { gpuMs: 3_600_000, micros: 1_250_000, jobs: 2 },
  settings: {
    language: 'system',
    theme: 'system',
    nomadPath: null,
    tailscaleSocket: null,
    engineSocket: null,
  },
  notices: [],
  demo: false,
  firstRun: false,
  joining: null,
  ownNetwork: null,
  configChange: null,
  demoInvite: null,
  update: null,
  ...over,
});
