import { z } from 'zod';
import { olderThan } from '../../core/version.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Api } from './api.ts';

/** How long an answer stands, and how soon a failure is tried again, ms: idle, Nomad is asked six times a minute at most. */
const standsMs = 3_600_000;
const againMs = [2_000, 5_000, 20_000];
const againSlowlyMs = 600_000;

/** Servers that left count no longer; a build may carry a suffix such as "+ent". */
const membersSchema = z.object({
  Members: z.array(z.object({ Status: z.string(), Tags: z.record(z.string(), z.string()) })).nullish(),
});

/** The version of the pool's oldest server, as the agent's servers tell it. Old answers stay until there are better ones. */
export class ServerVersions {
  readonly #api: Pick<Api, 'get'>;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #agent = '';
  #oldest: string | null = null;
  #nextAt = 0;
  #misses = 0;

  constructor(api: Pick<Api, 'get'>, clock: Pick<Clock, 'monotonic'>) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Asks where it is time to; `agent` tells one start of the agent from another, null: it is down. */
  async oldest(agent: string | null): Promise<string | null> {
    if (agent === null) return this.#oldest;
    const now = this.#clock.monotonic();
    if (agent !== this.#agent) {
      this.#nextAt = now;
      this.#misses = 0;
    }
    this.#agent = agent;
    if (now < this.#nextAt) return this.#oldest;
    const found = await this.#ask();
    // A fresh agent knows no server for a moment; one that may not be asked stays so.
    if (found === null) this.#nextAt = now + (againMs[this.#misses++] ?? againSlowlyMs);
    else [this.#nextAt, this.#oldest] = [now + standsMs, found];
    return this.#oldest;
  }

  async #ask(): Promise<string | null> {
    try {
      const { Members } = membersSchema.parse(await this.#api.get('/v1/agent/members'));
      return (Members ?? [])
        .filter(({ Status }) => Status !== 'left')
        .flatMap(({ Tags }) => /^\d+\.\d+\.\d+/.exec(Tags['build'] ?? '')?.[0] ?? [])
        .reduce<string | null>(
          (oldest, one) => (oldest === null || olderThan(one, oldest) ? one : oldest),
          null,
        );
    } catch {
      return null;
    }
  }
}
