import { readdir } from 'node:fs/promises';
import type { AllocationSample } from '../../core/ports/nomad.ts';
import { type Api, isUnknownThing } from './api.ts';
import type { Places } from './places.ts';
import { readAllocation } from './wire.ts';

/** How long an allocation stays in sight after its end. */
const keptMs = 3_600_000;

/** How long before the pool is asked again for an allocation that it said it does not know. */
const forgottenMs = 600_000;

/** How many allocations are asked for at once: a first look may find fifty ended ones. */
const atOnce = 4;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The allocations on this node: their folders say which, the pool says what became of them. */
export class Work {
  readonly #api: Pick<Api, 'get'>;
  readonly #places: Places;
  readonly #ended = new Map<string, AllocationSample>();
  readonly #forgotten = new Map<string, number>();

  constructor(api: Pick<Api, 'get'>, places: Places) {
    this.#api = api;
    this.#places = places;
  }

  /** Ids of allocations with a folder here. */
  async ids(): Promise<readonly string[]> {
    try {
      return (await readdir(this.#places.allocations)).filter((name) => uuid.test(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** All that have not ended and those that ended in the last hour; each that has ended is asked for once. Problems as for `Api.get`. */
  async look(now: number): Promise<readonly AllocationSample[]> {
    const ids = await this.ids();
    this.#forget(new Set(ids), now);
    const asked = ids.filter((id) => !this.#ended.has(id) && !this.#forgotten.has(id));
    const found: AllocationSample[] = [];
    for (let i = 0; i < asked.length; i += atOnce) {
      const some = await Promise.all(asked.slice(i, i + atOnce).map((id) => this.#ask(id, now)));
      found.push(...some.filter((one) => one !== null));
    }
    // What was lost with an earlier agent may still change: it is asked for again at each look.
    for (const one of found)
      if (one.client === 'complete' || one.client === 'failed') this.#ended.set(one.id, one);
    const endedBefore = [...this.#ended.values()].filter(({ id }) => !asked.includes(id));
    return [...endedBefore, ...found].filter((one) => !hasEnded(one) || now - one.modifiedAt < keptMs);
  }

  async #ask(id: string, now: number): Promise<AllocationSample | null> {
    try {
      return readAllocation(await this.#api.get(`/v1/allocation/${id}`));
    } catch (error) {
      // The pool forgets ended allocations before the agent removes their folders.
      if (!isUnknownThing(error)) throw error;
      this.#forgotten.set(id, now);
      return null;
    }
  }

  #forget(there: ReadonlySet<string>, now: number): void {
    for (const id of this.#ended.keys()) if (!there.has(id)) this.#ended.delete(id);
    for (const [id, at] of this.#forgotten)
      if (!there.has(id) || now - at > forgottenMs) this.#forgotten.delete(id);
  }
}

const hasEnded = ({ client }: AllocationSample): boolean =>
  client === 'complete' || client === 'failed' || client === 'lost';
