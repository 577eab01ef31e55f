import { fail, type Problem, problem, ProblemError } from '../../../contract/problems.ts';
import { type Fact, seen, unknown } from '../../core/facts.ts';
import type { Engine, EngineSample } from '../../core/ports/engine.ts';
import { type HttpAnswer, type HttpRequest, Unreachable, type World } from '../../core/ports/world.ts';
import { allocationLabel, readContainers, readMessage, readRootless, readVersion } from './wire.ts';

type About = Pick<EngineSample, 'kind' | 'version' | 'rootless'>;

/** How long an engine's look may take. */
const lookMs = 8_000;

/** What an engine may need beyond the time a container is given. */
const slackMs = 15_000;

/** The container engine behind the world's socket: Docker's API, which Podman speaks too. */
export function createEngine(world: Pick<World, 'engine' | 'clock'>): Engine {
  const wire = new Wire(world);
  return {
    look: (allocations) => look(world, wire, allocations),
    stop: (container, killAfterMs, signal) => stop(wire, container, killAfterMs, signal),
    remove: (container) => remove(wire, container),
  };
}

/** How long what an engine said of itself is believed: it may be updated, or another be put in its place. */
const aboutMs = 300_000;

/** One engine's answers, and what it said of itself as long as it answers. */
class Wire {
  readonly #world: Pick<World, 'engine' | 'clock'>;
  #about: { readonly value: About; readonly until: number } | null = null;

  constructor(world: Pick<World, 'engine' | 'clock'>) {
    this.#world = world;
  }

  /** Asks; the answer's status is among those expected, or it is a problem. */
  async ask(request: HttpRequest, expected: readonly number[]): Promise<{ status: number; text: string }> {
    try {
      const answer = await this.#world.engine(request);
      const text = await answer.text();
      if (!expected.includes(answer.status)) throw new ProblemError(problemOf(answer, text));
      return { status: answer.status, text };
    } catch (error) {
      // Another engine may be there when it answers again.
      this.#about = null;
      if (error instanceof Unreachable) request.signal?.throwIfAborted();
      throw error instanceof Unreachable ? new ProblemError(unreachable(error)) : error;
    }
  }

  async json(path: string): Promise<unknown> {
    const { text } = await this.ask({ path, timeoutMs: lookMs }, [200]);
    try {
      return JSON.parse(text);
    } catch {
      return fail('engine-error', `${path}: the answer is cut off or no JSON`);
    }
  }

  async about(): Promise<About> {
    const now = this.#world.clock.monotonic();
    if (this.#about !== null && now < this.#about.until) return this.#about.value;
    const value = {
      ...readVersion(await this.json('/version')),
      rootless: readRootless(await this.json('/info')),
    };
    this.#about = { value, until: now + aboutMs };
    return value;
  }
}

async function look(
  world: Pick<World, 'clock'>,
  wire: Wire,
  allocations: readonly string[],
): Promise<Fact<EngineSample>> {
  const at = world.clock.now();
  try {
    const filters = encodeURIComponent(JSON.stringify({ label: [allocationLabel] }));
    const listed = await wire.json(`/containers/json?all=true&filters=${filters}`);
    return seen({ ...(await wire.about()), containers: readContainers(listed, allocations) }, at);
  } catch (error) {
    if (error instanceof ProblemError) return unknown(error.problem, at);
    return unknown(problem('engine-error', error instanceof Error ? error.message : String(error)), at);
  }
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

function unreachable(error: Unreachable): Problem {
  if (error.why === 'denied') return problem('engine-refused', error.message);
  const missing = error.why === 'absent' || error.why === 'refused';
  return problem(missing ? 'engine-missing' : 'engine-error', error.message);
}
