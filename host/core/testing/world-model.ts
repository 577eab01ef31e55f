import { problem, type Problem } from '../../../contract/problems.ts';
import { inviteSchema } from '../../../pool/contract/invite.ts';
import type { FootprintEntry, FootprintLine } from '../footprint.ts';
import { emptyIntent, type Intent } from '../intent.ts';
import type { Rules } from '../planning.ts';
import type { NodeEvent, NodeSample } from '../ports/nomad.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { type Step } from '../step.ts';
import { actProgram, isBroken, type ProgramsWorld, usualPrograms, versionHere } from './world-programs.ts';

/** A small world with Nomad's and the engine's semantics, for driving `plan` through whole days without any I/O. */
export interface World extends ProgramsWorld {
  now: number;
  nextId: number;
  entries: FootprintEntry[];
  tailnet: {
    installed: boolean;
    active: 'ours' | 'other' | 'none';
    backend: TailnetSample['backend'];
    tagged: boolean;
    serverUp: boolean;
    removed: boolean;
  };
  keyWorks: boolean;
  administrator: boolean;
  program: boolean;
  configHash: string | null;
  runningHash: string | null;
  agentUp: boolean;
  agentStartedAt: number;
  registered: boolean;
  node: {
    eligible: boolean;
    drain: null | { ours: boolean };
    lastDrain: NodeSample['lastDrain'];
    events: NodeEvent[];
  };
  /** Ground truth: the operator wants this computer closed. */
  operatorClosed: boolean;
  broker: boolean;
  work: Job[];
  /** Memory that lingers after a container's end, until this time. */
  memoryUntil: number;
  helpers: number;
  engineUp: boolean;
  gpuAnswers: boolean;
  /** The card drives the display. */
  display: boolean;
  lastInputAt: number | null;
  /** What is free of the disk, 0–1. */
  diskFree: number;
  clockAheadMs: number | null;
}

/** A job on this computer. */
export interface Job {
  readonly id: string;
  readonly type: 'batch' | 'service' | 'system';
  desired: 'run' | 'stop';
  state: 'pulling' | 'running' | 'dead';
  /** When a stopped task is gone. */
  endsAt: number | null;
  /** When it ends by itself. */
  readonly finishesAt: number;
  readonly killMs: number;
}

export const nodeId = '11111111-0000-4000-8000-000000000001';
export const gpuId = 'GPU-1';
export const invite = inviteSchema.parse({
  rigshare: 1,
  pool: { id: 'p', name: 'Pool', operator: 'Op', contact: 'op@pool.example', prices: null },
  tailnet: { controlUrl: 'https://head.pool.example', tag: 'tag:nomad-client' },
  nomad: { nodePool: 'contrib', servers: [{ host: 'server.pool.example' }] },
});

/** An intent to be in this pool. */
export const joined: Intent = {
  ...emptyIntent,
  pool: { invite, hasAuthKey: true, hasTls: false, hasIntroduction: false, acceptedAt: 1 },
};

export const rules: Rules = {
  hostname: 'rig',
  user: 'owner',
  hash: (wanted, version) => JSON.stringify([wanted, version]),
};

/** A world in which everything works and nothing was done yet. */
export function freshWorld(): World {
  return {
    now: 1_000_000_000,
    nextId: 1,
    entries: [],
    tailnet: {
      installed: true,
      active: 'other',
      backend: 'running',
      tagged: true,
      serverUp: true,
      removed: false,
    },
    keyWorks: true,
    administrator: true,
    ...usualPrograms(),
    configHash: null,
    runningHash: null,
    agentUp: false,
    agentStartedAt: 0,
    registered: false,
    node: { eligible: false, drain: null, lastDrain: null, events: [] },
    operatorClosed: false,
    broker: true,
    work: [],
    memoryUntil: 0,
    helpers: 0,
    engineUp: true,
    gpuAnswers: true,
    display: false,
    lastInputAt: 0,
    diskFree: 0.5,
    clockAheadMs: 0,
  };
}

/** The operator closes this computer, by ineligibility or by a drain of theirs. */
export function operatorCloses(world: World, by: 'ineligible' | 'drain'): void {
  if (!world.registered || !world.tailnet.serverUp) return;
  if (by === 'ineligible') {
    // On an already ineligible node it leaves no trace (seen on 2.0.5): then nobody can know.
    if (!world.node.eligible) return;
    event(world, 'ineligible');
  } else {
    world.node.drain = { ours: false };
    world.node.lastDrain = { status: 'draining', accessor: 'token:op', meta: {}, at: world.now };
    event(world, 'drain-set');
  }
  world.node.eligible = false;
  world.operatorClosed = true;
}

/** The operator opens it again. */
export function operatorOpens(world: World): void {
  if (!world.operatorClosed) return;
  world.operatorClosed = false;
  if (world.node.drain !== null) event(world, 'drain-canceled');
  world.node.drain = null;
  world.node.eligible = true;
  event(world, 'eligible');
}

/** Time passes: tasks end, the broker stops work, drains complete. */
export function pass(world: World, ms: number): void {
  world.now += ms;
  const { node } = world;
  const pausing = node.drain?.ours === true && node.lastDrain?.meta['how'] === 'now';
  for (const job of world.work) {
    if (job.state === 'dead') continue;
    if (world.agentUp && pausing && world.broker && reachable(world)) stop(job, world.now);
    if (node.drain !== null && job.type === 'service' && world.agentUp && reachable(world))
      stop(job, world.now);
    const othersDone = world.work.every((j) => j.type === 'system' || j.state === 'dead');
    if (node.drain !== null && job.type === 'system' && othersDone && world.agentUp && reachable(world))
      stop(job, world.now);
    if (job.endsAt !== null && job.endsAt <= world.now && world.agentUp && job.state === 'running')
      end(world, job);
    if (job.finishesAt <= world.now && job.state === 'running') end(world, job);
  }
  if (node.drain !== null && reachable(world) && world.work.every((j) => j.state === 'dead')) {
    node.drain = null;
    if (node.lastDrain !== null) node.lastDrain = { ...node.lastDrain, status: 'complete' };
    event(world, 'drain-complete');
  }
  // Lost work is placed elsewhere; what a dead agent left is over for the pool.
  if (!world.agentUp && world.now - world.agentStartedAt > 30_000)
    for (const job of world.work) job.desired = 'stop';
}

function stop(job: Job, now: number): void {
  if (job.desired === 'stop') return;
  job.desired = 'stop';
  job.endsAt = now + job.killMs;
}

function end(world: World, job: Job): void {
  const held = job.state === 'running';
  job.state = 'dead';
  if (held) world.memoryUntil = Math.max(world.memoryUntil, world.now + 400);
}

/** Whether the pool's servers can be reached. */
export const reachable = (world: World): boolean =>
  world.tailnet.active === 'ours' &&
  world.tailnet.backend === 'running' &&
  world.tailnet.serverUp &&
  !world.tailnet.removed;

function event(world: World, kind: NodeEvent['kind']): void {
  world.node.events = [...world.node.events, { at: world.now, kind }].slice(-10);
}

/** Does a step; answers its problem, or null. */
export function act(world: World, step: Step): Problem | null {
  switch (step.kind) {
    case 'install':
      world.tailnet.installed ||= step.installs.includes('tailscale');
      return null;
    case 'enter-tailnet':
      world.tailnet.installed ||= step.request.installs?.includes('tailscale') === true;
      return enter(world);
    case 'switch-tailnet':
      world.tailnet.active = ['new', 'off', 'again'].includes(step.profile) ? 'ours' : 'other';
      world.tailnet.backend = step.profile === 'off' ? 'stopped' : 'running';
      return null;
    case 'install-nomad':
    case 'swap-nomad':
    case 'settle-nomad':
    case 'revert-nomad':
      return actProgram(world, step);
    case 'configure':
      if (!world.entries.some((e) => e.line.kind === 'agent')) {
        add(world, { kind: 'folder', path: '/agent', asRoot: true });
        add(world, { kind: 'agent', httpPort: step.wanted.httpPort, folder: '/agent' });
      }
      world.configHash = rules.hash(step.wanted, versionHere(world) ?? '');
      return null;
    case 'start-agent':
      world.agentUp = true;
      world.agentStartedAt = world.now;
      world.runningHash = world.configHash;
      if (!world.registered && reachable(world) && !isBroken(world)) {
        world.registered = true;
        event(world, 'registered');
      }
      return null;
    case 'restart-agent':
      world.agentUp = false;
      return null;
    case 'close':
      return close(world, step.meta);
    case 'open':
      return open(world, step.eligible);
    case 'take-back':
      world.agentUp = false;
      world.helpers = 0;
      if (!world.engineUp) return problem('engine-missing');
      for (const job of world.work) if (job.state !== 'dead') end(world, job);
      return null;
    case 'leave':
      if (!world.administrator && world.entries.some((e) => e.line.kind === 'tailnet'))
        return problem('administrator-refused');
      world.tailnet.active = 'other';
      world.tailnet.backend = 'running';
      world.entries = [];
      world.agentUp = false;
      world.configHash = world.runningHash = null;
      return null;
  }
}

function enter(world: World): Problem | null {
  if (!world.administrator) return problem('administrator-refused');
  if (!world.keyWorks) return problem('tailnet-key-refused');
  if (!world.tailnet.tagged) return problem('tailnet-tag-missing');
  if (!world.tailnet.serverUp) return problem('tailnet-unreachable');
  add(world, { kind: 'tailnet', controlUrl: 'https://head.pool.example', tag: 'tag:nomad-client' });
  add(world, { kind: 'tailnet-before', oldProfile: 'old', formerOperator: '' });
  add(world, { kind: 'tailnet-profile', newProfile: 'new' });
  add(world, { kind: 'tailnet-entered', nodeId: 'n1' });
  world.tailnet.active = 'ours';
  world.tailnet.backend = 'running';
  return null;
}

function close(world: World, meta: Extract<Step, { kind: 'close' }>['meta']): Problem | null {
  if (!reachable(world) || !world.agentUp || !world.registered) return problem('nomad-server-lost');
  world.node.eligible = false;
  world.node.drain = { ours: true };
  const { under } = meta;
  world.node.lastDrain = {
    status: 'draining',
    accessor: `client:${nodeId}`,
    meta: { by: 'rigshare', how: meta.how, reason: meta.reason, ...(under ? { under } : {}) },
    at: world.now,
  };
  event(world, 'drain-set');
  return null;
}

function open(world: World, eligible: boolean): Problem | null {
  if (!reachable(world) || !world.agentUp) return problem('nomad-server-lost');
  if (world.node.drain !== null) event(world, 'drain-canceled');
  world.node.drain = null;
  world.node.eligible = eligible;
  if (world.node.lastDrain?.status === 'draining')
    world.node.lastDrain = { ...world.node.lastDrain, status: 'canceled' };
  if (eligible && !world.entries.some((e) => e.line.kind === 'opened')) add(world, { kind: 'opened' });
  return null;
}

/** Adds a footprint line. */
export function add(world: World, line: FootprintLine): void {
  world.entries = [...world.entries, { id: world.nextId++, at: world.now, line }];
}

/** Adds a job to this computer, as the scheduler does on an eligible node. */
export function place(world: World, job: Partial<Job> & { readonly id: string }): void {
  if (!world.node.eligible || !world.agentUp) return;
  world.work = [
    ...world.work,
    {
      type: 'batch',
      desired: 'run',
      state: 'running',
      endsAt: null,
      finishesAt: world.now + 3_600_000,
      killMs: 200,
      ...job,
    },
  ];
  world.helpers += 1;
}

/** Ground truth: work of the pool that runs here, or its memory that lingers. */
export const heldByWork = (world: World): boolean =>
  world.work.some((j) => j.state === 'running') || world.memoryUntil > world.now;
