import type { Fact, Facts } from '../core/facts.ts';
import { unknown } from '../core/facts.ts';
import type { Intent } from '../core/intent.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Engine } from '../core/ports/engine.ts';
import type { Gpus } from '../core/ports/gpus.ts';
import type { Images } from '../core/ports/images.ts';
import type { Nomad } from '../core/ports/nomad.ts';
import type { Path } from '../core/ports/path.ts';
import type { FootprintStore } from '../core/ports/stores.ts';
import type { System } from '../core/ports/system.ts';
import type { Tailnet } from '../core/ports/tailnet.ts';
import { tailnetWanted } from '../core/network/tailnet-wanted.ts';
import { problem, ProblemError } from '../../contract/problems.ts';
import { machineObservers, type MachinePorts } from './machine-observers.ts';
import type { Observer } from './observer.ts';
import { pathObserver } from './path-observer.ts';

/** The ports that are watched. */
export interface WatchedPorts extends MachinePorts {
  readonly clock: Clock;
  readonly footprint: FootprintStore;
  readonly tailnet: Tailnet;
  readonly path: Path;
  readonly system: System;
  readonly nomad: Nomad;
  readonly engine: Engine;
  readonly images: Images;
  readonly gpus: Gpus;
}

/** One observer for each fact of the pool's work on this computer. */
export function poolObservers(
  ports: WatchedPorts,
  intent: () => Intent,
  facts: () => Facts,
): readonly Observer[] {
  return [
    ...groundObservers(ports, intent, facts),
    ...askedThroughAgent(ports, facts),
    ...seenHere(ports, facts),
    ...machineObservers(ports, intent, facts),
  ];
}

/** What all else is seen by: what we changed, the network, the agent. */
function groundObservers(
  { clock, footprint, tailnet, path, system, nomad }: WatchedPorts,
  intent: () => Intent,
  facts: () => Facts,
): readonly Observer[] {
  const paths = pathObserver(path, clock, intent, facts);
  return [
    {
      fact: 'footprint',
      everyMs: { busy: null, watched: null, idle: null },
      look: async () => ({
        fact: 'footprint',
        value: await known(clock, async () => (await footprint.load()).value),
      }),
    },
    {
      fact: 'tailnet',
      everyMs: { busy: 10_000, watched: 15_000, idle: 30_000 },
      look: async () => {
        const value = await tailnet.look(tailnetWanted(intent(), facts()));
        paths.saw(value);
        return { fact: 'tailnet', value };
      },
      watch: (onChange, signal) => tailnet.watch(onChange, signal),
    },
    paths,
    {
      fact: 'system',
      everyMs: { busy: 60_000, watched: 300_000, idle: null },
      look: async () => ({ fact: 'system', value: await system.look() }),
    },
    {
      fact: 'agent',
      everyMs: { busy: 1_000, watched: 5_000, idle: 10_000 },
      look: async () => ({ fact: 'agent', value: await nomad.lookAgent() }),
    },
  ];
}

/** What the pool says. Without an agent there is nobody to ask, and an old answer must not stay good news. */
function askedThroughAgent({ clock, nomad }: WatchedPorts, facts: () => Facts): readonly Observer[] {
  const agentIsUp = (): boolean => {
    const { agent } = facts();
    return agent.known && agent.value.process !== null;
  };
  return [
    {
      fact: 'node',
      everyMs: { busy: 2_000, watched: 20_000, idle: 25_000 },
      look: async () => ({
        fact: 'node',
        value: agentIsUp() ? await nomad.lookNode() : unknown(problem('nomad-agent-silent'), clock.now()),
      }),
    },
    {
      fact: 'work',
      everyMs: { busy: 500, watched: 20_000, idle: 25_000 },
      look: async () => ({
        fact: 'work',
        value: agentIsUp() ? await nomad.lookWork() : unknown(problem('nomad-agent-silent'), clock.now()),
      }),
      tells: ['node', 'engine'],
      watch: (onChange, signal) => nomad.watch(onChange, signal),
    },
  ];
}

/** What runs here and holds the GPU, whatever the pool says. */
function seenHere(
  { clock, nomad, engine, images, gpus }: WatchedPorts,
  facts: () => Facts,
): readonly Observer[] {
  // Where the engine can be asked, it knows better.
  const inContainers = async (): Promise<number | 'unseen' | null> => {
    const { engine: asked, memory } = facts();
    if (asked.known || asked.at === null) return null;
    const allocations = await nomad.allocationIds();
    const folder = nomad.allocationFolder();
    return images.processesInContainers({ containers: memory.containers, allocations, folder });
  };
  return [
    {
      fact: 'engine',
      everyMs: { busy: 250, watched: 15_000, idle: 30_000 },
      look: async () => ({ fact: 'engine', value: await engine.look(await nomad.allocationIds()) }),
    },
    {
      fact: 'local',
      everyMs: { busy: 500, watched: 20_000, idle: 30_000 },
      look: async () => ({
        fact: 'local',
        value: await known(clock, async () => ({
          processes: (await nomad.leftovers()).length,
          inContainers: await inContainers(),
        })),
      }),
    },
    {
      fact: 'gpus',
      everyMs: { busy: 250, watched: 2_000, idle: 30_000 },
      look: async () => ({ fact: 'gpus', value: await gpus.look() }),
    },
  ];
}

async function known<T>(clock: Clock, read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return { known: true, at: clock.now(), value: await read() };
  } catch (error) {
    if (error instanceof ProblemError) return unknown(error.problem, clock.now());
    throw error;
  }
}
