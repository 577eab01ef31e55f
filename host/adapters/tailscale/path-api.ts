import { z } from 'zod';
import { fail } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import { type Fetch, type HttpAnswer, Unreachable } from '../../core/ports/world.ts';

// Any other host, an Origin or a Referer is answered with 403.
const headers = { Host: 'local-tailscaled.sock' };

const pingSchema = z.object({
  Err: z.string().nullish(),
  LatencySeconds: z.number().nullish(),
  Endpoint: z.string().nullish(),
  PeerRelay: z.string().nullish(),
  DERPRegionID: z.number().nullish(),
  DERPRegionCode: z.string().nullish(),
});

/** How long the first message of a stream may take, ms. */
const warningsMs = 5_000;

/** How an answer to a ping came. */
export interface Pong {
  readonly way: 'direct' | 'peer-relay' | 'relayed';
  readonly relay: string | null;
  readonly ms: number;
}

const relaysSchema = z.object({
  Regions: z.record(z.string(), z.object({ RegionCode: z.string(), RegionName: z.string().nullish() })),
});

const healthSchema = z.object({
  Health: z.object({
    Warnings: z
      .record(z.string(), z.object({ DependsOn: z.array(z.string()).nullish() }))
      .nullish()
      .transform((one) => one ?? {}),
  }),
});

/** What of tailscaled's LocalAPI is about the way; every user of the machine may ask it. */
export class PathApi {
  readonly #fetch: Fetch;
  readonly #clock: Pick<Clock, 'after'>;

  constructor(fetch: Fetch, clock: Pick<Clock, 'after'>) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** Pings a peer; null: no answer within the limit. `disco` tells how packets go, and nothing of what the policy lets through. */
  async ping(address: string, timeoutMs: number): Promise<Pong | null> {
    const path = `ping?ip=${encodeURIComponent(address)}&type=disco`;
    const answer = await this.#call('POST', path, timeoutMs);
    const found = answer === null ? null : pingSchema.safeParse(answer);
    if (found === null || !found.success || found.data.Err) return null;
    const { LatencySeconds: seconds, Endpoint: endpoint, PeerRelay: peer, DERPRegionCode: code } = found.data;
    const ms = Math.round((seconds ?? 0) * 10_000) / 10;
    if (peer) return { way: 'peer-relay', relay: null, ms };
    return endpoint ? { way: 'direct', relay: null, ms } : { way: 'relayed', relay: code || null, ms };
  }

  /** The relays' names by their numbers; empty where there is no map yet. */
  async relays(): Promise<ReadonlyMap<string, string>> {
    const answer = relaysSchema.safeParse(await this.#call('GET', 'derpmap', 5_000));
    if (!answer.success) return new Map();
    return new Map(
      Object.entries(answer.data.Regions).map(([id, one]) => [id, one.RegionName || one.RegionCode]),
    );
  }

  /** The codes of what the daemon complains of now, those that only follow from another left out. */
  async warnings(): Promise<readonly string[]> {
    const stop = new AbortController();
    // A daemon that is stuck opens the stream and says nothing.
    const cancel = this.#clock.after(warningsMs, () => stop.abort());
    try {
      // The health comes with an initial message only together with another initial part: the state.
      const path = '/localapi/v0/watch-ipn-bus?mask=642';
      const answer = await this.#fetch({ path, headers, timeoutMs: 3_000, signal: stop.signal });
      return answer.status === 200 ? await firstHealth(answer) : [];
    } catch (error) {
      if (error instanceof Unreachable) return [];
      throw error;
    } finally {
      cancel();
      stop.abort();
    }
  }

  /** The JSON of an answer; null where none came in time. Throws the problem where the daemon is not there at all. */
  async #call(method: 'GET' | 'POST', path: string, timeoutMs: number): Promise<unknown> {
    try {
      const answer = await this.#fetch({ method, path: `/localapi/v0/${path}`, headers, timeoutMs });
      const text = await answer.text();
      return answer.status === 200 ? (JSON.parse(text) as unknown) : null;
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      if (!(error instanceof Unreachable)) throw error;
      if (error.why === 'absent' || error.why === 'refused') return fail('tailscale-stopped', error.message);
      return null;
    }
  }
}

/** Only the first message is waited for: it carries the health from the beginning. */
async function firstHealth(answer: HttpAnswer): Promise<readonly string[]> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.chunks()) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf('\n');
    if (end < 0 && text.length < 1_000_000) continue;
    return codesIn(text.slice(0, end < 0 ? 0 : end));
  }
  return [];
}

function codesIn(line: string): readonly string[] {
  try {
    const { Health: health } = healthSchema.parse(JSON.parse(line));
    const active = Object.keys(health.Warnings);
    if (active.includes('warming-up')) return [];
    return active.filter((code) => !health.Warnings[code]?.DependsOn?.some((on) => active.includes(on)));
  } catch {
    return [];
  }
}
