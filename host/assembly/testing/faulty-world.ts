import { fail } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import {
  Unreachable,
  type Fetch,
  type HttpAnswer,
  type HttpRequest,
  type RunResult,
  type World,
} from '../../core/ports/world.ts';

/** How a service fails: it is not there, refuses us, never answers, or answers this. */
export type Fault = 'absent' | 'denied' | 'never' | { readonly status: number; readonly body: string };

/** What fails now; each part may be set and cleared while the host runs. */
export interface Faults {
  tailscaled: Fault | null;
  nomad: Fault | null;
  engine: Fault | null;
  /** The engine's stream of events is refused. */
  events: boolean;
  /** No write of ours fits any more. */
  diskFull: boolean;
  /** Programs that are not installed. */
  missing: ReadonlySet<string>;
  /** What a program does instead of itself; null: itself. */
  program: (name: string, args: readonly string[]) => Partial<RunResult> | 'hang' | null;
}

/** Nothing fails. */
export const noFaults = (): Faults => ({
  tailscaled: null,
  nomad: null,
  engine: null,
  events: false,
  diskFull: false,
  missing: new Set(),
  program: () => null,
});

/** Small files on a disk that is full where it is told to be. */
export function faultyFiles(files: Files, faults: Pick<Faults, 'diskFull'>): Files {
  const fits = (path: string): void => void (faults.diskFull && fail('disk-full', path));
  return {
    ...files,
    replace: async (path, text) => (fits(path), files.replace(path, text)),
    append: async (path, text) => (fits(path), files.append(path, text)),
    copyAside: async (path) => (fits(path), files.copyAside(path)),
  };
}

/** A world that fails where it is told to, at the wire, and is itself elsewhere. */
export function faultyWorld(world: World, faults: Faults): World {
  const through =
    (name: 'tailscaled' | 'nomad' | 'engine', fetch: Fetch): Fetch =>
    (request) => {
      const fault = faults[name];
      return fault === null ? fetch(request) : answer(world, fault, request);
    };
  return {
    ...world,
    tailscaled: through('tailscaled', world.tailscaled),
    nomad: (port) => through('nomad', world.nomad(port)),
    engine: (request) =>
      faults.events && request.path.startsWith('/events')
        ? answer(world, { status: 403, body: '{"message":"events are not for you"}' }, request)
        : through('engine', world.engine)(request),
    programs: {
      ...world.programs,
      find: async (name) =>
        faults.missing.has(name.split('/').at(-1) ?? name) ? null : world.programs.find(name),
      run: async (name, args, options) => {
        const instead = faults.program(name.split('/').at(-1) ?? name, args);
        if (instead === null) return world.programs.run(name, args, options);
        if (instead === 'hang') await world.clock.sleep(options.timeoutMs, options.signal);
        const hung = instead === 'hang' ? { exitCode: null, failure: 'timeout' as const } : instead;
        return { exitCode: 0, stdout: '', stderr: '', failure: null, ...hung };
      },
    },
  };
}

async function answer(world: World, fault: Fault, request: HttpRequest): Promise<HttpAnswer> {
  if (fault === 'never') {
    await world.clock.sleep(request.timeoutMs, request.signal);
    throw new Unreachable(request.signal?.aborted === true ? 'aborted' : 'timeout', request.path);
  }
  if (typeof fault === 'string') throw new Unreachable(fault, request.path);
  const { status, body } = fault;
  return {
    status,
    header: () => null,
    text: () => Promise.resolve(body),
    chunks: async function* () {
      yield await Promise.resolve(new TextEncoder().encode(body));
    },
  };
}
