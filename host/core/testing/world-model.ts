import { problem, type Problem } from '../../../contract/problems.ts';
import { inviteSchema } from '../../../pool/contract/invite.ts';
import { noFacts, seen, unknown, type FactName, type Facts } from '../facts.ts';
import type { FootprintEntry, FootprintLine } from '../footprint.ts';
import { emptyIntent, type Intent } from '../intent.ts';
import { observe, type Sample } from '../observe.ts';
import type { Rules } from '../planning.ts';
import type { AllocationSample, NodeEvent, NodeSample } from '../ports/nomad.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { touches, type Step } from '../step.ts';

/** A small world with Nomad's and the engine's semantics, for driving `plan` through whole days without any I/O. */
export interface World {
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
}

interface Job {
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
    program: true,
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

const reachable = (world: World): boolean =>
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
    case 'enter-tailnet':
      return enter(world);
    case 'switch-tailnet':
      world.tailnet.active = 'ours';
      world.tailnet.backend = 'running';
      return null;
    case 'configure':
      if (!world.entries.some((e) => e.line.kind === 'agent')) {
        add(world, { kind: 'folder', path: '/agent', asRoot: true });
        add(world, { kind: 'agent', httpPort: step.wanted.httpPort, folder: '/agent' });
      }
      world.configHash = rules.hash(step.wanted, '2.0.5');
      return null;
    case 'start-agent':
      world.agentUp = true;
      world.agentStartedAt = world.now;
      world.runningHash = world.configHash;
      if (!world.registered && reachable(world)) {
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
      return null;
  }
}

function enter(world: World): Problem | null {
  if (!world.administrator) return problem('administrator-refused');
  if (!world.keyWorks) return problem('tailnet-key-refused');
  if (!world.tailnet.tagged) return problem('tailnet-tag-missing');
  if (!world.tailnet.serverUp) return problem('tailnet-unreachable');
  add(world, { kind: 'tailnet', controlUrl: 'https://head.pool.example', tag: 'tag:nomad-client' });
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

/** Reads facts of this world afresh; `broken` ones cannot be read. */
export function look(
  facts: Facts,
  world: World,
  names: readonly FactName[] = allFacts,
  broken: ReadonlySet<FactName> = new Set(),
): Facts {
  return names.reduce(
    (f, name) =>
      observe(
        f,
        broken.has(name)
          ? { fact: name, value: unknown(problem('internal', name), world.now) }
          : sample(world, name),
        world.now,
      ),
    facts,
  );
}

/** What a step touched is read again. */
export const lookAfter = (facts: Facts, world: World, step: Step): Facts =>
  look(facts, world, touches[step.kind]);

export const allFacts: readonly FactName[] = [
  'footprint',
  'tailnet',
  'agent',
  'node',
  'work',
  'engine',
  'local',
  'gpus',
];

function sample(world: World, name: FactName): Extract<Sample, { fact: FactName }> {
  const { now } = world;
  switch (name) {
    case 'footprint':
      return { fact: name, value: seen(world.entries, now) };
    case 'tailnet':
      return {
        fact: name,
        value: world.tailnet.installed
          ? seen(tailnetSample(world), now)
          : unknown(problem('tailscale-missing'), now),
      };
    case 'agent':
      return {
        fact: name,
        value: seen(
          {
            program: world.program ? { path: '/bin/nomad', version: '2.0.5' } : null,
            programProblem: world.program ? null : 'nomad-missing',
            configHash: world.configHash,
            process: world.agentUp ? { pid: 7, startTime: '1' } : null,
            runningHash: world.agentUp ? world.runningHash : null,
            startedAt: world.agentUp ? world.agentStartedAt : null,
            nodeId: world.registered ? nodeId : null,
            died: null,
          },
          now,
        ),
      };
    case 'node':
      return {
        fact: name,
        value:
          world.agentUp && reachable(world) && world.registered
            ? seen(nodeSample(world), now)
            : unknown(problem(world.agentUp ? 'nomad-server-lost' : 'nomad-agent-silent'), now),
      };
    case 'work':
      return {
        fact: name,
        value:
          world.agentUp && reachable(world) && world.registered
            ? seen(
                world.work.map((j) => allocation(j, world.now)),
                now,
              )
            : unknown(problem('nomad-server-lost'), now),
      };
    case 'engine':
      return {
        fact: name,
        value: world.engineUp
          ? seen(
              {
                kind: 'docker',
                version: '28',
                rootless: false,
                containers: world.work
                  .filter((j) => j.state === 'running')
                  .map((j) => ({ id: `c-${j.id}`, allocation: j.id, state: 'running' as const, image: 'x' })),
              },
              now,
            )
          : unknown(problem('engine-missing'), now),
      };
    case 'local':
      return { fact: name, value: seen({ processes: world.agentUp ? 0 : world.helpers }, now) };
    case 'gpus':
      return {
        fact: name,
        value: world.gpuAnswers
          ? seen({ gpus: [gpu], processes: gpuProcesses(world) }, now)
          : unknown(problem('gpu-driver-error'), now),
      };
  }
}

const gpu = {
  uuid: gpuId,
  index: 0,
  name: 'NVIDIA GeForce RTX 4090',
  driver: '570',
  busId: null,
  memoryMib: 24564,
  usedMib: 500,
  utilizationPercent: 0,
  temperatureC: 40,
  powerW: 20,
  fault: null,
};

/** Ground truth: work of the pool that runs here, or its memory that lingers. */
export const heldByWork = (world: World): boolean =>
  world.work.some((j) => j.state === 'running') || world.memoryUntil > world.now;

function gpuProcesses(world: World) {
  const game = { gpu: gpuId, pid: 1, name: 'game', usedMib: 12_000, containers: [] };
  const ours = world.work
    .filter((j) => j.state === 'running' || world.memoryUntil > world.now)
    .map((j) => ({ gpu: gpuId, pid: 2, name: 'python', usedMib: 8000, containers: [`c-${j.id}`] }));
  return [game, ...ours];
}

function tailnetSample({ tailnet }: World): TailnetSample {
  const ours = tailnet.active === 'ours';
  const up = ours && tailnet.backend === 'running' && tailnet.serverUp && !tailnet.removed;
  return {
    version: '1.98.9',
    backend: tailnet.backend,
    active: tailnet.active,
    operator: true,
    selfId: 'n1',
    addresses: ['100.64.0.2'],
    tags: tailnet.tagged && ours ? ['tag:nomad-client'] : [],
    authUrl: tailnet.removed && ours ? 'https://head.pool.example/register/x' : null,
    keyExpired: false,
    online: true,
    peers: { 'server.pool.example': '100.64.0.1' },
    server: up ? { host: 'server.pool.example', address: '100.64.0.1', port: 4647, ms: 2 } : null,
    path: { kind: 'direct', relay: null },
  };
}

function nodeSample({ node }: World): NodeSample {
  return {
    id: nodeId,
    status: 'ready',
    eligible: node.eligible,
    drain: node.drain === null ? null : { deadlineMs: 0, ignoreSystemJobs: false },
    lastDrain: node.lastDrain,
    events: node.events,
    meta: {},
  };
}

function allocation(job: Job, now: number): AllocationSample {
  const dead = job.state === 'dead';
  return {
    id: job.id,
    job: job.id,
    group: 'g',
    type: job.type,
    desired: job.desired,
    client: dead ? 'complete' : job.state === 'pulling' ? 'pending' : 'running',
    tasks: [
      {
        name: 't',
        state: dead ? 'dead' : job.state === 'pulling' ? 'pending' : 'running',
        failed: false,
        restarts: 0,
        startedAt: 1,
        finishedAt: dead ? 2 : null,
        pulling: job.state === 'pulling',
        image: 'x',
      },
    ],
    gpus: [gpuId],
    createdAt: 1,
    modifiedAt: now,
  };
}

/** No facts yet. */
export const nothingSeen = noFacts;
