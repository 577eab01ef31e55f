import { existsSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import type { Fetch, Machine, World } from '../../core/ports/world.ts';
import { systemClock } from './clock.ts';
import { disk } from './disk.ts';
import { greet } from './greet.ts';
import { describeHardware } from './hardware.ts';
import { httpTo } from './http.ts';
import { lookUp } from './look-up.ts';
import * as linux from './linux.ts';
import * as macos from './macos.ts';
import { dial, freePort } from './network.ts';
import { systemPrograms } from './programs.ts';
import { httpToSite, releasesBase } from './site.ts';
import { engineChoice, httpToChosen } from './sockets.ts';
import * as windows from './windows.ts';

/** What the owner may have set; asked at each use, since settings change while we run. */
export interface WorldOptions {
  /** Where tailscaled listens; null: its usual place. */
  readonly tailscaledSocket: () => string | null;
  /** Where the container engine listens; null: the usual places. */
  readonly engineSocket: () => string | null;
  /** Where the engine of the agent listens that we started last; null: none was. */
  readonly agentsEngine?: () => string | null;
  readonly env: NodeJS.ProcessEnv;
}

/** The real world. */
export interface RealWorld extends World {
  /** The engine's socket in use, so that the agent is pointed at the same one; null where none is. */
  engineSocket(): Promise<string | null>;
  /** tailscaled's socket in use, for what runs as root. */
  tailscaledSocket(): string;
}

const systems = { linux, darwin: macos, win32: windows } as const;
const names = { linux: 'linux', darwin: 'macos', win32: 'windows' } as const;

/** Opens the real world; nothing is reached before it is asked for. */
export function createWorld(options: WorldOptions): RealWorld {
  const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
  const system = systems[platform];
  const clock = systemClock;
  const agents = new Map<number, Fetch>();
  const engine = engineChoice(options.engineSocket, () => ({
    last: options.agentsEngine?.() ?? null,
    uid: userInfo().uid,
    env: options.env,
  }));
  const tailscaledSocket = (): string => options.tailscaledSocket() ?? firstThere(system.tailscaledSockets);
  return {
    clock,
    programs: systemPrograms(system.processTable, options.env),
    tailscaled: httpToChosen(
      () => Promise.resolve(tailscaledSocket()),
      'http://local-tailscaled.sock',
      clock,
    ),
    nomad: (port) => {
      let fetch = agents.get(port);
      if (fetch === undefined)
        agents.set(port, (fetch = httpTo({ origin: `http://127.0.0.1:${port}` }, clock)));
      return fetch;
    },
    engine: httpToChosen(
      () => engine.choose(),
      'http://engine',
      clock,
      () => engine.failed(),
    ),
    engineSocket: () => engine.choose(),
    tailscaledSocket,
    releases: httpToSite(releasesBase(options.env), options.env, clock),
    dial,
    greet: (url, timeoutMs) => greet(url, timeoutMs, clock),
    lookUp,
    freePort,
    disk,
    machine: describeMachine(names[platform], system.bootId()),
  };
}

/** The first of these that is there, else the first. */
const firstThere = (paths: readonly [string, ...string[]]): string =>
  paths.find((one) => existsSync(one)) ?? paths[0];

function describeMachine(platform: Machine['platform'], bootId: string): Machine {
  const { username, uid } = userInfo();
  const hardware = describeHardware();
  const home = homedir();
  const root = uid === 0;
  return {
    platform,
    arch: process.arch,
    hostname: hostname(),
    user: username,
    uid,
    root,
    bootId,
    hardware,
    home,
  };
}
