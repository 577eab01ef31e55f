import { fail, type Problem, problem, ProblemError } from '../../../contract/problems.ts';
import { type Fact, seen, unknown } from '../../core/facts.ts';
import type { ContainerEvent, Engine, EngineSample } from '../../core/ports/engine.ts';
import { type HttpAnswer, type HttpRequest, Unreachable, type World } from '../../core/ports/world.ts';
import { type About, readInfo, readVersion } from './about.ts';
import { readAsked } from './asked.ts';
import { eventsPath, readEvents } from './events.ts';
import { allocationLabel, readContainers, readMessage, readOthers } from './wire.ts';

/** How long an engine's look may take. */
const lookMs = 8_000;

/** What an engine may need beyond the time a container is given. */
const slackMs = 15_000;

type Reached = Pick<World, 'engine' | 'clock' | 'programs' | 'machine'>;

/** The container engine behind the world's socket: Docker's API, which Podman speaks too. `socket` says which it is. */
export function createEngine(world: Reached, socket: () => Promise<string | null>): Engine {
  const wire = new Wire(world);
  return {
    look: (allocations) => look(world, wire, allocations, socket),
    stop: (container, killAfterMs, signal) => stop(wire, container, killAfterMs, signal),
    remove: (container) => remove(wire, container),
    events: (signal) => events(wire, signal),
    inspect: (container, allocations) => inspect(wire, container, allocations),
    end: (container) => end(wire, container),
  };
}

/** How long what an engine said of itself is believed: a runtime may be registered or lost, another engine be put in its place. */
const aboutMs = 60_000;

/** How long it is believed that it cannot give cards to containers, while that is being mended. */
const aboutIncompleteMs = 3_000;

/** One engine's answers, and what it said of itself as long as it answers. */
class Wire {
  readonly #world: Pick<World, 'engine' | 'clock'>;
  #about: { readonly value: About; readonly until: number } | null = null;

  constructor(world: Pick<World, 'engine' | 'clock'>) {
    this.#world = world;
  }

  /** Asks; the answer's status is among those expected, or it is a problem. */
  async ask(
    request: HttpRequest,
    expected: readonly number[],
  ): Promise<{ status: number; text: string; header: HttpAnswer['header'] }> {
    const answer = await this.open(request, expected);
    return {
      status: answer.status,
      text: await this.#reached(request, answer.text()),
      header: (name) => answer.header(name),
    };
  }

  /** Asks; the answer's body is left to be read as it comes. */
  async open(request: HttpRequest, expected: readonly number[]): Promise<HttpAnswer> {
    const answer = await this.#reached(request, this.#world.engine(request));
    if (expected.includes(answer.status)) return answer;
    this.#about = null;
    throw new ProblemError(problemOf(answer, await this.#reached(request, answer.text())));
  }

  async #reached<T>(request: HttpRequest, asking: Promise<T>): Promise<T> {
    try {
      return await asking;
    } catch (error) {
      // Another engine may be there when it answers again.
      this.#about = null;
      if (error instanceof Unreachable) request.signal?.throwIfAborted();
      throw error instanceof Unreachable ? new ProblemError(unreachable(error)) : error;
    }
  }

  async json(path: string): Promise<unknown> {
    return (await this.answer(path)).json;
  }

  async answer(path: string): Promise<{ json: unknown; header: HttpAnswer['header'] }> {
    const { text, header } = await this.ask({ path, timeoutMs: lookMs }, [200]);
    return { json: parse(path, text), header };
  }

  async about(): Promise<About> {
    const now = this.#world.clock.monotonic();
    if (this.#about !== null && now < this.#about.until) return this.#about.value;
    const version = await this.answer('/version');
    const value: About = {
      ...readVersion(version.json, version.header),
      ...readInfo(await this.json('/info')),
      others: readOthers(await this.json('/containers/json')),
    };
    this.#about = { value, until: now + (value.nvidia === 'runtime' ? aboutMs : aboutIncompleteMs) };
    return value;
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('engine-error', `${path}: the answer is cut off or no JSON`);
  }
}

async function look(
  world: Reached,
  wire: Wire,
  allocations: readonly string[],
  socket: () => Promise<string | null>,
): Promise<Fact<EngineSample>> {
  const at = world.clock.now();
  try {
    const filters = encodeURIComponent(JSON.stringify({ label: [allocationLabel] }));
    const listed = await wire.json(`/containers/json?all=true&filters=${filters}`);
    const about = await wire.about();
    const rights = about.rootless ? 'rootless' : world.machine.root ? 'root' : 'group';
    const containers = readContainers(listed, allocations);
    const where = await socket();
    // Of the demo's engine no folder lies on this machine.
    const dataRoot = where === null ? null : (about.dataRoot ?? null);
    return seen({ ...about, dataRoot, rights, socket: where, containers }, at);
  } catch (error) {
    if (!(error instanceof ProblemError))
      return unknown(problem('engine-error', error instanceof Error ? error.message : String(error)), at);
    const installed = error.problem.code === 'engine-missing' && (await hasEngine(world));
    return unknown(installed ? problem('engine-stopped', error.problem.detail) : error.problem, at);
  }
}

/** Where Docker's program lies; a user's PATH may lack the administrator's folders. */
const dockerPrograms = ['dockerd', '/usr/sbin/dockerd', '/usr/local/bin/dockerd', '/usr/local/sbin/dockerd'];

async function hasEngine({ programs }: Reached): Promise<boolean> {
  for (const program of dockerPrograms) if ((await programs.find(program)) !== null) return true;
  return false;
}

async function* events(wire: Wire, signal: AbortSignal): AsyncIterable<ContainerEvent> {
  const answer = await wire.open({ path: eventsPath, timeoutMs: lookMs, signal }, [200]);
  yield { kind: 'listening' };
  yield* readEvents(answer);
}

async function inspect(
  wire: Wire,
  container: string,
  allocations: string,
): Promise<Awaited<ReturnType<typeof readAsked>> | null> {
  // A job may name another container by a part of its id or by its name.
  if (!/^[\w.-]{1,200}$/.test(container)) return null;
  const path = `/containers/${container}/json`;
  const { status, text } = await wire.ask({ path, timeoutMs: lookMs }, [200, 404]);
  if (status === 404) return null;
  try {
    return await readAsked(parse(path, text), allocations);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    return fail('engine-error', `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** How often a container that begins while it is being ended is tried again. */
const endTries = 20;

/**
 * A container that has not begun cannot be killed: it is removed before it does. One that runs is only killed,
 * since Nomad takes a container that vanishes for one that ended well.
 */
async function end(wire: Wire, container: string): Promise<void> {
  const path = pathOf(container);
  for (let tries = 0; tries < endTries; tries++) {
    const kill = { method: 'POST', path: `${path}/kill?signal=SIGKILL`, timeoutMs: slackMs } as const;
    if ((await wire.ask(kill, [204, 404, 409])).status !== 409) return;
    const removal = { method: 'DELETE', path: `${path}?v=true`, timeoutMs: slackMs } as const;
    if ((await wire.ask(removal, [200, 204, 404, 409])).status !== 409) return;
  }
  fail('engine-error', `${container.slice(0, 12)} can be neither killed nor removed`);
}

async function stop(wire: Wire, container: string, killAfterMs: number, signal: AbortSignal): Promise<void> {
  const path = pathOf(container);
  if (killAfterMs <= 0) {
    // 404: gone; 409: not running.
    await wire.ask(
      { method: 'POST', path: `${path}/kill?signal=SIGKILL`, timeoutMs: slackMs, signal },
      [204, 404, 409],
    );
    return;
  }
  const seconds = Math.ceil(killAfterMs / 1_000);
  await wire.ask(
    {
      method: 'POST',
      path: `${path}/stop?signal=SIGTERM&t=${seconds}`,
      timeoutMs: killAfterMs + slackMs,
      signal,
    },
    [204, 304, 404],
  );
}

async function remove(wire: Wire, container: string): Promise<void> {
  const path = `${pathOf(container)}?v=true`;
  const { status, text } = await wire.ask(
    { method: 'DELETE', path, timeoutMs: slackMs },
    [200, 204, 404, 409],
  );
  // 409 is also the answer while another removal of it is under way, which is fine.
  if (status === 409 && /running/.test(readMessage(text))) fail('engine-error', readMessage(text));
}

function pathOf(container: string): string {
  if (!/^[0-9a-f]{64}$/.test(container)) throw new Error('not a container id');
  return `/containers/${container}`;
}

function problemOf(answer: HttpAnswer, text: string): Problem {
  const words = readMessage(text);
  return problem(
    answer.status === 401 || answer.status === 403 ? 'engine-refused' : 'engine-error',
    `${answer.status} ${words}`,
  );
}

const unreachableCodes = {
  denied: 'engine-refused',
  absent: 'engine-missing',
  refused: 'engine-stopped',
  timeout: 'engine-error',
  aborted: 'engine-error',
  broken: 'engine-error',
} as const satisfies Record<Unreachable['why'], Problem['code']>;

const unreachable = ({ why, message }: Unreachable): Problem => problem(unreachableCodes[why], message);
