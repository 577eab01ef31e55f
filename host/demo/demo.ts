import { join } from 'node:path';
import type { Clock } from '../core/ports/clock.ts';
import type { RootMachine } from '../core/ports/root-machine.ts';
import { type Fetch, type Talk, type World } from '../core/ports/world.ts';
import { startBroker } from './broker.ts';
import { chanceFrom } from './chance.ts';
import { Desk } from './desk.ts';
import { daemonJson, DockerService, withNvidia } from './docker-service.ts';
import { happenNow } from './happen.ts';
import { engineApi } from './engine.ts';
import { fastClock } from './fast-clock.ts';
import { demoInvite } from './invite.ts';
import { Network } from './network.ts';
import { logInWhenNeeded } from './new-login.ts';
import { iso } from './nomad/model.ts';
import { Pool } from './pool.ts';
import { demoPrograms } from './programs.ts';
import type { Happening, Scenario } from './scenario.ts';
import { Prompts } from './prompts.ts';
import { DemoReleases } from './releases/demo-releases.ts';
import { Service } from './service.ts';
import { Surroundings } from './surroundings.ts';
import { stoppableClock } from './stoppable-clock.ts';
import { System } from './system.ts';
import type { Caller } from './tailnet/local-api.ts';
import { Tenants } from './tenants.ts';

/** What a demo is made of. */
export interface DemoOptions {
  readonly clock: Clock;
  /** Where the demo keeps what outlives it. */
  readonly folder: string;
  readonly scenario: Scenario;
  /** How much faster than the clock the demo runs. */
  readonly speed?: number;
  /** Who the owner is on the simulated machine; by default as the scenario says. */
  readonly owner?: Caller;
  /** Runs our program as root on the simulated machine; absent: nobody can. */
  readonly asRoot?: (root: DemoRoot) => Talk;
}

/** What root has on the simulated machine. */
export interface DemoRoot {
  readonly clock: Clock;
  readonly tailscaled: Fetch;
  readonly machine: RootMachine;
  /** Who asked. */
  readonly owner: number | null;
}

/** A running demo: the world that adapters are given, and handles to what happens in it. */
export interface Demo {
  readonly world: World;
  readonly pool: Pool;
  readonly network: Network;
  readonly desk: Desk;
  /** Programs that from now on never come to an end. */
  readonly hanging: Set<string>;
  readonly system: System;
  /** The administrator's prompts: how many there were, and whether the next is answered. */
  readonly prompts: Prompts;
  /** The machine as its root reaches it. */
  readonly root: RootMachine;
  /** Who sits at the machine, and its disk. */
  readonly surroundings: Surroundings;
  /** The publisher of the pool's program. */
  readonly releases: DemoReleases;
  /** Makes something of a scenario happen now. */
  happen(what: Happening['what']): void;
  /** A server's own HTTP port, as the pool's operator reaches it. */
  readonly server: Fetch;
  /** Time stands still in the demo: no more jobs, nothing happens; what is asked of it still gets an answer or its limit. */
  stop(): void;
}

const hostname = 'demo-desk';

/** A pool simulated at the wire, in process: adapters work against it as against the real world. */
export function createDemo(options: DemoOptions): Demo {
  const { scenario, folder, owner = ownerOf(options.scenario) } = options;
  const wire = fastClock(options.clock, options.speed ?? 1);
  const clock = stoppableClock(wire);
  const chance = chanceFrom(clock.now());
  const { nodePool } = demoInvite(clock.now()).nomad;
  const pool = new Pool({ clock, wire, chance, nodePool });
  const network = new Network({
    clock,
    wire,
    chance,
    folder: join(folder, 'demo'),
    scenario,
    servers: pool.servers,
    hostname,
    operator: owner.root ? '' : owner.user,
  });
  const desk = new Desk({ clock, wire, chance, scenario, pool, link: network.link });
  if (scenario.broker) startBroker(clock, pool.servers);
  const nodeId = (): string | null => desk.running?.identity.id ?? null;
  void new Tenants({ clock, chance, servers: pool.servers, scenario, nodePool, nodeId });
  const surroundings = new Surroundings(wire, scenario);
  const happen = (what: Happening['what']): void =>
    happenNow({ pool, network, desk, surroundings, nodeId }, what);
  schedule(clock, pool, scenario, nodeId, happen);
  const hanging = new Set<string>();
  const system = systemOf(wire, join(folder, 'demo'), scenario, owner);
  system.follow(() => network.setRunning(system.runs('tailscaled')));
  logInWhenNeeded(clock, system);
  const releases = new DemoReleases(wire, scenario.releases === 'signature-bad');
  const engine = engineOf({ wire, clock, desk, system, owner });
  const { processes, cards } = desk;
  const played = { system, processes, cards, desk, missing: missingIn(scenario), hanging };
  const programs = demoPrograms({ ...played, prompt: () => prompts.ask(), line: () => network.line });
  const machine = machineOf(owner, chance.uuid());
  const world = worldOf({ wire, programs, network, desk, engine, releases, surroundings, machine, owner });
  const root = system.rootMachine(programs);
  const tailscaled = network.localApi({ user: 'root', root: true });
  const prompts = promptsOf(options, { clock: wire, tailscaled, machine: root, owner: machine.uid });
  return {
    world,
    pool,
    network,
    desk,
    hanging,
    system,
    prompts,
    root,
    surroundings,
    releases,
    happen,
    server: pool.server.fetch,
    stop: () => clock.stop(),
  };
}

/** The prompts that lead to root there. */
const promptsOf = ({ asRoot, folder, scenario }: DemoOptions, root: DemoRoot): Prompts =>
  new Prompts({
    open: () => asRoot?.(root) ?? null,
    file: join(folder, 'demo', 'prompts'),
    refusals: scenario.refusals ?? 0,
  });

/** Docker at its socket, as this owner reaches it. */
function engineOf({
  wire,
  clock,
  desk,
  system,
  owner,
}: Pick<WorldParts, 'wire' | 'desk' | 'owner'> & {
  readonly clock: Clock;
  readonly system: System;
}): Service {
  const docker = new DockerService(system);
  const api = engineApi(
    desk.containers,
    () => iso(clock.now()),
    () => docker.runtimes(),
  );
  const engine = new Service(
    wire,
    (request) => api.fetch(request),
    () => docker.down(owner),
  );
  system.follow(() => (system.runs('docker') ? undefined : engine.cut()));
  return engine;
}

interface WorldParts {
  readonly wire: Clock;
  readonly programs: World['programs'];
  readonly network: Network;
  readonly desk: Desk;
  readonly engine: Service;
  readonly releases: DemoReleases;
  readonly surroundings: Surroundings;
  readonly machine: World['machine'];
  readonly owner: Caller;
}

/** What adapters are given. */
const worldOf = ({
  wire,
  programs,
  network,
  desk,
  engine,
  releases,
  surroundings,
  machine,
  owner,
}: WorldParts): World => ({
  clock: wire,
  programs,
  tailscaled: network.localApi(owner),
  nomad: (port) => desk.nomad(port),
  engine: engine.fetch,
  releases: releases.fetch,
  dial: (host, port, timeoutMs) => dial(desk, network, host, port, timeoutMs),
  greet: (url, timeoutMs) => network.greet(url, timeoutMs),
  lookUp: (name, nameServer) => Promise.resolve(network.lookUp(name, nameServer)),
  freePort: (preferred) => Promise.resolve(desk.freePort(preferred)),
  disk: () => Promise.resolve(surroundings.disk),
  machine,
});

/** Programs that are not installed. */
const missingIn = ({ cards, nomad }: Scenario): ReadonlySet<string> =>
  new Set([
    ...(cards === 'no-tool' ? ['nvidia-smi'] : []),
    ...(nomad === 'absent' ? ['nomad', 'nomad-device-nvidia'] : []),
  ]);

const ownerOf = ({ owner }: Scenario): Caller =>
  owner === 'user' ? { user: 'mira', root: false } : { user: 'root', root: true };

const machineOf = (owner: Caller, bootId: string): World['machine'] => ({
  platform: 'linux',
  arch: 'x64',
  hostname,
  user: owner.user,
  uid: owner.root ? 0 : 1000,
  root: owner.root,
  hardware: { cores: 16, mhz: 4_200, memoryMib: 65_536 },
  bootId,
});

/** The usual machine has everything; a scenario may lack some of it. */
function systemOf(clock: Clock, folder: string, scenario: Scenario, owner: Caller): System {
  const { tailscale = 'running', engine = 'present', nvidiaRuntime = true } = scenario;
  const hasRuntime = engine !== 'absent' && nvidiaRuntime;
  return new System({
    clock,
    folder,
    user: owner.root ? '' : owner.user,
    packages: [
      ...(tailscale === 'absent' ? [] : ['tailscale']),
      ...(engine === 'absent' ? [] : ['docker.io']),
      ...(hasRuntime ? ['nvidia-container-toolkit'] : []),
    ],
    stopped: [
      ...(tailscale === 'stopped' ? ['tailscaled'] : []),
      ...(engine === 'stopped' ? ['docker'] : []),
    ],
    files: hasRuntime ? { [daemonJson]: withNvidia } : {},
    // Who has an engine may use it.
    groups: engine === 'absent' ? [] : ['docker'],
  });
}

async function dial(
  desk: Desk,
  network: Network,
  host: string,
  port: number,
  timeoutMs: number,
): ReturnType<World['dial']> {
  if (host === '127.0.0.1' || host === 'localhost')
    return desk.agent(port) === null ? { ok: false, why: 'refused' } : { ok: true, ms: 1 };
  return network.dial(host, port, timeoutMs);
}

/** Sets the scenario's happenings going: from now, or from this computer's first opening. */
function schedule(
  clock: Clock,
  pool: Pool,
  { happenings }: Scenario,
  nodeId: () => string | null,
  happen: (what: Happening['what']) => void,
): void {
  const begin = (after: Happening['after']): void => {
    for (const one of happenings) if (one.after === after) clock.after(one.ms, () => happen(one.what));
  };
  begin('start');
  const stop = pool.servers.store.onChange(() => {
    const id = nodeId();
    if (id === null || pool.servers.store.nodes.get(id)?.SchedulingEligibility !== 'eligible') return;
    stop();
    begin('opened');
  });
}
