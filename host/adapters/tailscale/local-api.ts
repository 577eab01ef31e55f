import { z } from 'zod';
import { fail, type ProblemCode } from '../../../contract/problems.ts';
import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../../core/ports/world.ts';

/** How long a look may take, and going to another profile, which waits for the control client. */
const lookWithinMs = 10_000;
const profileWithinMs = 30_000;

const peerSchema = z.object({
  ID: z.string().nullish(),
  HostName: z.string().nullish(),
  ExitNode: z.boolean().nullish(),
  DNSName: z.string().nullish(),
  TailscaleIPs: z.array(z.string()).nullish(),
  Tags: z.array(z.string()).nullish(),
  Active: z.boolean().nullish(),
  CurAddr: z.string().nullish(),
  Relay: z.string().nullish(),
  PeerRelay: z.string().nullish(),
  Online: z.boolean().nullish(),
  Expired: z.boolean().nullish(),
  KeyExpiry: z.string().nullish(),
});

/** This computer, or another on the same network. */
export type Peer = z.infer<typeof peerSchema>;

const statusSchema = z.object({
  Version: z.string(),
  BackendState: z.string(),
  HaveNodeKey: z.boolean().nullish(),
  AuthURL: z.string().nullish(),
  TailscaleIPs: z.array(z.string()).nullish(),
  Self: peerSchema.nullish(),
  Peer: z.record(z.string(), peerSchema).nullish(),
  CurrentTailnet: z.object({ Name: z.string().nullish() }).nullish(),
});

/** How the daemon is. */
export type DaemonStatus = z.infer<typeof statusSchema>;

const prefsSchema = z.object({
  ControlURL: z.string().nullish(),
  WantRunning: z.boolean().nullish(),
  AdvertiseRoutes: z.array(z.string()).nullish(),
  ExitNodeID: z.string().nullish(),
  ExitNodeIP: z.string().nullish(),
  RunSSH: z.boolean().nullish(),
});

/** What a profile prefers, as far as it matters here. Every user of this machine may read it. */
export type Prefs = z.infer<typeof prefsSchema>;

const serveSchema = z.object({
  TCP: z.record(z.string(), z.unknown()).nullish(),
  Web: z.record(z.string(), z.unknown()).nullish(),
  Services: z.record(z.string(), z.unknown()).nullish(),
  Foreground: z.record(z.string(), z.unknown()).nullish(),
  AllowFunnel: z.record(z.string(), z.boolean()).nullish(),
});

/** What this computer serves to its network, and to the internet. */
export type Serving = z.infer<typeof serveSchema>;

const profileSchema = z.object({ ID: z.string() });

const unreachable: Record<Unreachable['why'], ProblemCode> = {
  absent: 'tailscale-missing',
  refused: 'tailscale-stopped',
  denied: 'tailscale-refused',
  timeout: 'tailscale-slow',
  aborted: 'tailscale-stopped',
  broken: 'tailscale-garbled',
};

/** tailscaled's LocalAPI with an ordinary user's rights. Every call has a limit; failures are typed problems. */
export class LocalApi {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** How the daemon is, with its peers. */
  status(): Promise<DaemonStatus> {
    return this.#json(statusSchema, 'status');
  }

  /** What the profile in use prefers. */
  prefs(): Promise<Prefs> {
    return this.#json(prefsSchema, 'prefs');
  }

  /** What this computer serves; null where this user, or this version, does not tell. */
  async serving(): Promise<Serving | null> {
    const answer = await this.#call({ path: 'serve-config', timeoutMs: lookWithinMs });
    const body = await text(answer);
    if (answer.status !== 200) return null;
    return parse(serveSchema.nullable(), body) ?? {};
  }

  /** The id of the profile in use ('' for an empty one); null where this user may not know. */
  async currentProfile(): Promise<string | null> {
    const answer = await this.#call({ path: 'profiles/current', timeoutMs: profileWithinMs });
    const body = await text(answer);
    if (answer.status === 403) return null;
    accepted(answer, 'profiles/current', body);
    return parse(profileSchema, body).ID;
  }

  /** The ids of all profiles. Needs the operator's right. */
  async profiles(): Promise<readonly string[]> {
    const found = await this.#json(z.array(profileSchema).nullable(), 'profiles/');
    return (found ?? []).map((one) => one.ID);
  }

  /** Goes to an existing profile. */
  async switchTo(profile: string): Promise<void> {
    await this.#send('POST', `profiles/${encodeURIComponent(profile)}`, profileWithinMs);
  }

  /** Turns the connection on or off. */
  async setRunning(wanted: boolean): Promise<void> {
    await this.#send('PATCH', 'prefs', lookWithinMs, { WantRunning: wanted, WantRunningSet: true });
  }

  /** The daemon's bus, one JSON text a line, until aborted or dropped. */
  async bus(signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    // State, preferences, health, rate-limited: no network map.
    const path = 'watch-ipn-bus?mask=902';
    const answer = await this.#call({ path, timeoutMs: lookWithinMs, signal });
    if (answer.status !== 200) accepted(answer, path, await text(answer));
    return answer.chunks();
  }

  async #json<S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>> {
    const answer = await this.#call({ path, timeoutMs: lookWithinMs });
    const body = await text(answer);
    accepted(answer, path, body);
    return parse(schema, body);
  }

  async #send(method: 'POST' | 'PATCH', path: string, timeoutMs: number, body?: unknown): Promise<void> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await this.#call({ method, path, timeoutMs, ...json });
    accepted(answer, path, await text(answer));
  }

  #call(request: HttpRequest): Promise<HttpAnswer> {
    // Any other host, an Origin or a Referer is answered with 403.
    const headers = { Host: 'local-tailscaled.sock' };
    return this.#fetch({ ...request, path: `/localapi/v0/${request.path}`, headers }).catch(
      unreachableProblem,
    );
  }
}

/** Throws unless the answer is good; its body is read by then, so that nothing of it is left lying. */
function accepted(answer: HttpAnswer, path: string, body: string): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const code = answer.status === 403 ? 'tailscale-refused' : 'tailscale-garbled';
  fail(code, `${path}: ${answer.status} ${body.trim()}`);
}

const text = (answer: HttpAnswer): Promise<string> => answer.text().catch(unreachableProblem);

function unreachableProblem(error: unknown): never {
  if (error instanceof Unreachable) return fail(unreachable[error.why], error.message);
  throw error;
}

function parse<S extends z.ZodType>(schema: S, body: string): z.infer<S> {
  try {
    return schema.parse(JSON.parse(body));
  } catch {
    return fail('tailscale-garbled', body.slice(0, 200));
  }
}
