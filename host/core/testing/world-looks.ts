import { problem } from '../../../contract/problems.ts';
import { noFacts, seen, unknown, unseen, type FactName, type Facts } from '../facts.ts';
import { guardOff } from '../guard/sample.ts';
import { observe, type Sample } from '../observe.ts';
import type { AllocationSample, NodeSample } from '../ports/nomad.ts';
import type { TailnetSample } from '../ports/tailnet.ts';
import { touches, type Step } from '../step.ts';
import { engineSample } from './engine-sample.ts';
import { isBroken, programSample } from './world-programs.ts';
import { reachable, gpuId, nodeId, type Job, type World } from './world-model.ts';

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
  'system',
  'agent',
  'node',
  'work',
  'engine',
  'guard',
  'local',
  'gpus',
  'health',
  'activity',
  'otherCards',
  'programs',
  'versions',
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
    case 'system':
      return {
        fact: name,
        value: seen(
          {
            distribution: 'debian',
            version: '12',
            packages: 'apt',
            systemd: true,
            groups: { now: [], login: [] },
          },
          now,
        ),
      };
    case 'path':
      return { fact: name, value: unseen };
    case 'agent':
      return {
        fact: name,
        value: seen(
          {
            ...programSample(world),
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
          world.agentUp && reachable(world) && world.registered && !isBroken(world)
            ? seen(nodeSample(world), now)
            : unknown(problem(world.agentUp ? 'nomad-server-lost' : 'nomad-agent-silent'), now),
      };
    case 'work':
      return {
        fact: name,
        value:
          world.agentUp && reachable(world) && world.registered && !isBroken(world)
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
              engineSample({
                containers: world.work
                  .filter((j) => j.state === 'running')
                  .map((j) => ({ id: `c-${j.id}`, allocation: j.id, state: 'running' as const, image: 'x' })),
              }),
              now,
            )
          : unknown(problem('engine-missing'), now),
      };
    case 'guard':
      return {
        fact: name,
        value: seen({ ...guardOff, state: world.engineUp ? 'watching' : 'connecting' }, now),
      };
    case 'local':
      return { fact: name, value: seen({ processes: world.agentUp ? 0 : world.helpers }, now) };
    case 'gpus':
      return {
        fact: name,
        value: world.gpuAnswers
          ? seen({ gpus: [{ ...gpu, display: world.display }], processes: gpuProcesses(world) }, now)
          : unknown(problem('gpu-driver-error'), now),
      };
    case 'health':
      return {
        fact: name,
        value: seen(
          {
            disks: [{ path: '/', freeBytes: world.diskFree * 1e12, totalBytes: 1e12 }],
            clockAheadMs: world.clockAheadMs,
          },
          now,
        ),
      };
    case 'activity':
      return { fact: name, value: seen({ lastInputAt: world.lastInputAt, source: 'test' }, now) };
    case 'otherCards':
      return { fact: name, value: seen([], now) };
    case 'programs':
      return { fact: name, value: seen(world.programs, now) };
    case 'versions':
      return { fact: name, value: seen(world.versions, now) };
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
  unified: false,
  display: false,
  asleep: false,
  mig: [],
};

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
    network: 'pool.example',
    uses: null,
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
export { noFacts as nothingSeen };
