import { z } from 'zod';
import { fail, type ProblemCode } from '../../../contract/problems.ts';
import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../../core/ports/world.ts';

const slowMs = 30_000;
const usualMs = 10_000;

const profileSchema = z.object({
  ID: z.string(),
  ControlURL: z.string().nullish(),
  NodeID: z.string().nullish(),
});

/** A profile: its id, the control server it belongs to, and the node it is there. */
export type Profile = z.infer<typeof profileSchema>;

const statusSchema = z.object({
  Version: z.string(),
  BackendState: z.string(),
  AuthURL: z.string().nullish(),
  TailscaleIPs: z.array(z.string()).nullish(),
  Self: z.object({ ID: z.string().nullish(), Tags: z.array(z.string()).nullish() }).nullish(),
});

/** How the daemon is, as far as signing in needs it. */
export type DaemonStatus = z.infer<typeof statusSchema>;

/** Preferences are sent back whole: what this program does not know of them must survive. */
const prefsSchema = z.looseObject({ OperatorUser: z.string().nullish(), WantRunning: z.boolean().nullish() });

/** A profile's preferences. */
export type Prefs = z.infer<typeof prefsSchema>;

const notifySchema = z.object({ ErrMessage: z.string().nullish() });

const unreachable: Record<Unreachable['why'], ProblemCode> = {
  absent: 'tailscale-stopped',
  refused: 'tailscale-stopped',
  denied: 'tailscale-refused',
  timeout: 'tailscale-slow',
  aborted: 'tailscale-stopped',
  broken: 'tailscale-garbled',
};

/** tailscaled's LocalAPI with root's rights. Every call has a limit; failures are typed problems. */
export class LocalApi {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** How the daemon is. */
  status(): Promise<DaemonStatus> {
    return this.#json(statusSchema, { path: 'status?peers=false', timeoutMs: usualMs });
  }

  /** All profiles; the one in use is among them once its sign-in succeeded. */
  async profiles(): Promise<readonly Profile[]> {
    return (
      (await this.#json(z.array(profileSchema).nullable(), { path: 'profiles/', timeoutMs: slowMs })) ?? []
    );
  }

  /** The profile in use, or null where it is an empty one. */
  async current(): Promise<Profile | null> {
    const found = await this.#json(profileSchema, { path: 'profiles/current', timeoutMs: slowMs });
    return found.ID === '' ? null : found;
  }

  /** The preferences of the profile in use. */
  prefs(): Promise<Prefs> {
    return this.#json(prefsSchema, { path: 'prefs', timeoutMs: usualMs });
  }

  /** Who may write without being root, in the profile in use. */
  async setOperator(user: string): Promise<void> {
    await this.#send('PATCH', 'prefs', usualMs, { OperatorUser: user, OperatorUserSet: true });
  }

  /** Goes to a new, empty profile; ends whatever sign-in was going on. */
  async newProfile(): Promise<void> {
    await this.#send('PUT', 'profiles/', slowMs);
  }

  /** Goes to an existing profile. */
  async switchTo(profile: string): Promise<void> {
    await this.#send('POST', `profiles/${encodeURIComponent(profile)}`, slowMs);
  }

  /** Forgets a profile on this machine. An unknown one is fine. */
  async forget(profile: string): Promise<void> {
    await this.#send('DELETE', `profiles/${encodeURIComponent(profile)}`, slowMs);
  }

  /** Throws when the daemon would refuse these preferences. */
  async check(prefs: Prefs): Promise<void> {
    const body = await this.#send('POST', 'check-prefs', usualMs, prefs);
    const { Error: refusal } = parse(z.object({ Error: z.string().nullish() }), body);
    if (typeof refusal === 'string' && refusal !== '') fail('tailscale-refused', refusal);
  }

  /** Starts with these preferences; a sign-in begins only with `signIn`, with a key as well. */
  async start(prefs: Prefs, authKey: string | null): Promise<void> {
    await this.#send('POST', 'start', slowMs, {
      UpdatePrefs: prefs,
      ...(authKey === null ? {} : { AuthKey: authKey }),
    });
  }

  /** Begins to sign in. */
  async signIn(): Promise<void> {
    await this.#send('POST', 'login-interactive', usualMs);
  }

  /** What the control server refuses, in its words, until aborted or cut off. */
  async *refusals(signal: AbortSignal): AsyncGenerator<string> {
    // State, preferences, health, rate-limited: no network map.
    const answer = await this.#call({ path: 'watch-ipn-bus?mask=902', timeoutMs: usualMs, signal });
    let buffer = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.chunks()) {
      const lines = (buffer + decoder.decode(chunk, { stream: true })).split('\n');
      buffer = (lines.pop() ?? '').slice(-4_000_000);
      for (const line of lines.filter((one) => one.trim() !== '')) {
        const { ErrMessage } = parse(notifySchema, line);
        if (typeof ErrMessage === 'string' && ErrMessage !== '') yield ErrMessage;
      }
    }
  }

  async #json<S extends z.ZodType>(schema: S, request: HttpRequest): Promise<z.infer<S>> {
    return parse(schema, await text(await this.#call(request)));
  }

  /** The body is always read: an answer that is left lying keeps its connection and its time limit. */
  async #send(
    method: NonNullable<HttpRequest['method']>,
    path: string,
    timeoutMs: number,
    body?: unknown,
  ): Promise<string> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return text(await this.#call({ method, path, timeoutMs, ...json }));
  }

  async #call(request: HttpRequest): Promise<HttpAnswer> {
    const answer = await this.#fetch({
      ...request,
      path: `/localapi/v0/${request.path}`,
      // Any other host, an Origin or a Referer is answered with 403.
      headers: { Host: 'local-tailscaled.sock' },
    }).catch(unreachableProblem);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const words = `${request.method ?? 'GET'} ${request.path}: ${answer.status} ${(await text(answer)).trim()}`;
    return fail(answer.status === 403 ? 'tailscale-refused' : 'tailscale-garbled', words);
  }
}

function text(answer: HttpAnswer): Promise<string> {
  return answer.text().catch(unreachableProblem);
}

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
