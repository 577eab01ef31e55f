import type { AppState, Settings, Work } from '../../../contract/app-state.ts';
import type { CheckResult } from '../../../contract/checks.ts';
import type { Configuration } from '../../../contract/configuration.ts';
import type { LogChunk } from '../../../contract/logs.ts';
import type { Consent } from '../../../contract/consent.ts';
import type { EarningsSummary, LedgerRow } from '../../../contract/earnings.ts';
import type { InvitePreview } from '../../../contract/invite-preview.ts';
import type { NodeState } from '../../../contract/node-state.ts';
import type { Leaving } from '../../../contract/leaving.ts';
import { fail } from '../../../contract/problems.ts';
import type { Commands } from '../../core/commands.ts';

/** A host in memory: it keeps the rules of `Commands`, changes its state as told, and writes down what reached it. */
export interface CommandsDouble extends Commands {
  /** Every call that reached it, oldest first. */
  readonly calls: readonly { readonly name: string; readonly args: readonly unknown[] }[];
  /** Changes the state and tells who listens. */
  readonly set: (change: Partial<AppState>) => void;
  /** How many listen to the state. */
  readonly listeners: () => number;
  /** How many have begun to listen, ever. */
  readonly listenedTo: () => number;
  /** Throws from now on in this command. */
  readonly breakWith: (name: keyof Commands, error: unknown) => void;
}

/** A moment of the double's: all its times are from here. */
export const then = 1_750_000_000_000;

const settings: Settings = {
  language: 'system',
  theme: 'system',
  nomadPath: null,
  tailscaleSocket: null,
  engineSocket: null,
};

/** The state before a pool was chosen. */
export const newState: AppState = {
  revision: 1,
  version: '0.1.0',
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
  settings,
  notices: [],
  demo: false,
  firstRun: true,
  joining: null,
  ownNetwork: null,
  configChange: null,
  demoInvite: null,
  update: null,
};

/** One job that runs. */
export const runningWork: Work = {
  id: 'work-1',
  job: 'train-文本-model',
  type: 'batch',
  state: 'running',
  gpus: ['GPU-1'],
  since: then,
  endedAt: null,
  restarts: 0,
  ended: null,
  image: 'pytorch:2',
  progress: null,
};

/** The state of a computer that shares and works. */
export const sharingState: AppState = {
  ...newState,
  firstRun: false,
  node: { kind: 'sharing', since: then, busy: true },
  pool: {
    id: 'uni-lab',
    name: 'Uni Lab',
    operator: 'Dr. Wei',
    contact: 'wei@uni.example',
    currency: 'EUR',
    ownersMayReadLogs: false,
  },
  tailnet: { connected: true, address: '100.64.0.7', path: 'direct', relay: null, controlOnline: true },
  gpus: [
    {
      uuid: 'GPU-1',
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
      usedMib: 9_000,
      utilizationPercent: 97,
      temperatureC: 61,
      powerW: 312.4,
      fault: null,
      at: then,
    },
  ],
  work: [runningWork],
  today: { gpuMs: 5_400_000, micros: 450_000, jobs: 2 },
};

const preview: InvitePreview = {
  pool: { id: 'uni-lab', name: 'Uni Lab', operator: 'Dr. Wei', contact: 'wei@uni.example' },
  contributor: null,
  uses: 'one',
  expiresAt: null,
  prices: { currency: 'EUR', perGpuHour: [{ gpuType: 'nvidia-geforce-rtx-4090', micros: 300_000 }] },
  connects: [
    { what: 'control', host: 'head.uni.example', port: 443, protocol: 'tcp' },
    { what: 'nomad', host: 'server.pool.example', port: 4647, protocol: 'tcp' },
  ],
  shieldsUp: true,
  ownersMayReadLogs: false,
  peers: false,
  signIn: 'key',
  nodeName: null,
};

const consent: Consent = {
  nodeName: { name: 'quiet-otter-4821', editable: true, system: 'miras-desk' },
  cards: [
    {
      uuid: 'GPU-1',
      name: 'NVIDIA GeForce RTX 4090',
      memoryMib: 24_564,
      display: false,
      shared: true,
      why: null,
      choice: true,
    },
  ],
  cardsProblem: null,
  whenIdle: false,
  leaves: { name: 'ada@example.com', uses: [{ what: 'routes', name: null }] },
  sessionAtRisk: false,
  changes: [
    {
      what: 'sourceIfLacking',
      name: '/etc/yum.repos.d/nvidia.repo, /etc/pki/rpm-gpg/NVIDIA',
      publisher: null,
      version: null,
      licence: null,
      bytes: null,
      from: 'nvidia.github.io',
    },
    {
      what: 'folder',
      name: '/home/ada/.local/share/rigshare/agent',
      publisher: null,
      version: null,
      licence: null,
      bytes: null,
      from: null,
    },
  ],
  rights: 'group',
  prompts: { join: 1, leave: 1 },
  newLogin: false,
};

const results: readonly CheckResult[] = [
  { id: 'gpu', state: 'passed', found: 'NVIDIA GeForce RTX 4090', problem: null },
  {
    id: 'engine',
    state: 'problem',
    found: null,
    problem: { code: 'engine-missing', remedy: 'start-engine', detail: '/var/run/docker.sock' },
  },
];

const summary: EarningsSummary = {
  currency: 'EUR',
  status: 'estimated',
  days: [
    { day: '2025-06-14', gpuMs: 0, micros: 0, jobs: 0 },
    { day: '2025-06-15', gpuMs: 5_400_000, micros: 450_000, jobs: 2 },
  ],
  gpuMs: 5_400_000,
  micros: 450_000,
  jobs: 2,
};

const rows: readonly LedgerRow[] = [
  {
    id: 'segment-1',
    workId: 'work-0',
    job: 'render',
    gpu: 'GPU-1',
    gpuName: 'NVIDIA GeForce RTX 4090',
    startedAt: then - 7_200_000,
    endedAt: then - 3_600_000,
    gpuMs: 3_600_000,
    microsPerHour: 300_000,
    micros: 300_000,
  },
];

/** What leaving would take away. */
const leaving: Leaving = {
  jobs: 1,
  images: [{ name: 'lab/train:3', bytes: 4_200_000_000 }],
  volumes: [{ name: 'cache', bytes: 300_000_000 }],
  networks: [],
  engineProblem: null,
  folderBytes: 150_000_000,
  network: true,
  prompts: 1,
  exportTo: '/home/ada/rigshare-earnings-2026-01-02.csv',
};

const configuration: Configuration = {
  version: '2.0.5',
  lines: [{ key: 'client.meta.gpu-count', value: '1' }],
  pending: {
    why: ['gpus'],
    lines: [{ key: 'client.meta.gpu-count', from: '1', to: '0' }],
    at: null,
  },
};

async function* written(task: string, text: string): AsyncGenerator<LogChunk> {
  yield { task, text, at: then, skipped: 0 };
}

/** The double in this state. */
export function commandsDouble(first: AppState = newState): CommandsDouble {
  let state = first;
  const calls: { name: string; args: readonly unknown[] }[] = [];
  const listeners = new Set<(state: AppState) => void>();
  const broken = new Map<string, unknown>();
  let listenedTo = 0;
  const set = (change: Partial<AppState>): number => {
    state = { ...state, ...change, revision: state.revision + 1 };
    for (const listener of listeners) listener(state);
    return state.revision;
  };
  const called = (name: keyof Commands, ...args: readonly unknown[]): void => {
    calls.push({ name, args });
    if (broken.has(name)) throw broken.get(name);
  };
  const become = (node: NodeState): number => set({ node, firstRun: false });
  const joinedOnly = (): void => void (state.pool ?? fail('not-joined'));
  const invited = (text: string): void =>
    void (text.includes('invite') || fail('invite-malformed', 'not an invite'));
  return {
    calls,
    set,
    listeners: () => listeners.size,
    listenedTo: () => listenedTo,
    breakWith: (name, error) => broken.set(name, error),
    state: () => state,
    onState(listener) {
      listenedTo++;
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    preview(invite) {
      called('preview', invite);
      invited(invite.text);
      return preview;
    },
    async consent(invite) {
      called('consent', invite);
      invited(invite.text);
      return consent;
    },
    async join(invite, choices = {}, session) {
      called('join', invite, choices);
      if (session?.from != null && !session.mayBeLost) fail('session-over-tailnet', session.from);
      invited(invite.text);
      if (state.pool && !state.demo) fail('already-joined');
      return become({ kind: 'joining', step: 'machine', progress: null, signInUrl: null });
    },
    async demo() {
      called('demo');
      return set({ ...sharingState, demo: true });
    },
    async leaving() {
      called('leaving');
      return leaving;
    },
    async leave(options) {
      called('leave', options);
      joinedOnly();
      return become({ kind: 'leaving', left: 1 });
    },
    async pause(how, until) {
      called('pause', how, until);
      joinedOnly();
      const reason = { reason: 'you', how, since: then, until, name: null } as const;
      return become({
        kind: 'pausing',
        reasons: [reason],
        since: then,
        left: state.work.length,
        freesAt: null,
      });
    },
    async resume(openAnyway) {
      called('resume', openAnyway);
      joinedOnly();
      return become({ kind: 'sharing', since: then, busy: false });
    },
    async ownNetwork(on) {
      called('ownNetwork', on);
      joinedOnly();
      return set({ ownNetwork: { wanted: on, there: on, none: false, offered: false } });
    },
    async install() {
      called('install');
      joinedOnly();
      return state.revision;
    },
    async cancelSignIn() {
      called('cancelSignIn');
      joinedOnly();
      return state.revision;
    },
    async update() {
      called('update');
      joinedOnly();
      return set({ update: state.update && { ...state.update, underWay: true } });
    },
    async retry() {
      called('retry');
      return state.revision;
    },
    async share(uuid, share) {
      called('share', uuid, share);
      joinedOnly();
      return set({ gpus: state.gpus.map((gpu) => (gpu.uuid === uuid ? { ...gpu, shared: share } : gpu)) });
    },
    async whenIdle(on) {
      called('whenIdle', on);
      joinedOnly();
      return set({ whenIdle: { ...state.whenIdle, on: on ?? false, by: on === null ? null : 'owner' } });
    },
    jobLog(wish) {
      called('jobLog', wish);
      if (!(state.pool ?? fail('not-joined')).ownersMayReadLogs) fail('logs-not-allowed');
      return written('main', wish.stream === 'stderr' ? 'no such file\n' : 'step 1\nstep 2\n');
    },
    agentLog(wish) {
      called('agentLog', wish);
      return written('', '[INFO] client: node registration complete\n');
    },
    async configuration(wish) {
      called('configuration', wish);
      return {
        ...configuration,
        pending: wish.gpu === null && wish.limits === null ? null : configuration.pending,
      };
    },
    async history(page) {
      called('history', page);
      return [
        {
          ...runningWork,
          id: 'work-0',
          job: 'render',
          state: 'ended',
          endedAt: then + 60_000,
          ended: 'finished',
        },
      ];
    },
    async summary(days) {
      called('summary', days);
      return summary;
    },
    async ledger(page) {
      called('ledger', page);
      return rows;
    },
    async updateSettings(change) {
      called('updateSettings', change);
      set({ settings: { ...state.settings, ...change } });
      return state.settings;
    },
    async *checks(invite, signal) {
      called('checks', invite);
      for (const result of results) if (!signal.aborted) yield result;
    },
    async previewReport() {
      called('previewReport');
      return { id: 'report-1', files: [{ name: 'versions.json', bytes: 120 }], bytes: 200 };
    },
    async createReport(id, way) {
      called('createReport', id, way);
      const base64 = way === 'hand-over' ? btoa('a zip file') : null;
      return {
        name: 'rigshare-report.zip',
        path: base64 === null ? '/tmp/rigshare-report.zip' : null,
        base64,
      };
    },
    async stop(sharing) {
      called('stop', sharing);
      return state.revision;
    },
  };
}
