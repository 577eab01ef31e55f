import { request } from 'node:http';

/** One answer of the daemon. */
export interface LocalApiAnswer {
  readonly status: number;
  readonly text: string;
}

/** A profile as the daemon lists it. */
export interface ListedProfile {
  readonly ID: string;
  readonly Name: string;
  readonly ControlURL: string;
  readonly NodeID: string;
}

/** Calls the daemon's LocalAPI with root's rights, independent of the adapter that is under test. */
export class LocalApi {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** One request to `/localapi/v0/<path>`; throws where there is no answer within the limit. */
  call(method: string, path: string, body?: unknown, timeoutMs = 30_000): Promise<LocalApiAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          socketPath: this.#socket,
          method,
          path: `/localapi/v0/${path}`,
          headers: { Host: 'local-tailscaled.sock' },
          timeout: timeoutMs,
        },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (part: string) => (text += part));
          incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text }));
          incoming.on('error', reject);
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${path}: no answer in ${timeoutMs} ms`)));
      outgoing.on('error', reject);
      outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** A request that must be answered with 2xx, its body as JSON. */
  async json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.call(method, path, body);
    if (status < 200 || status > 299) throw new Error(`${method} ${path} answered ${status}: ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** `status`, as far as the tests look at it. */
  status(): Promise<{
    readonly BackendState: string;
    readonly AuthURL: string;
    readonly TailscaleIPs: readonly string[] | null;
    readonly Self: { readonly ID: string; readonly HostName: string; readonly Tags?: readonly string[]; readonly Online: boolean };
  }> {
    return this.json('GET', 'status?peers=false');
  }

  /** The profiles on this computer. */
  async profiles(): Promise<readonly ListedProfile[]> {
    return (await this.json<readonly ListedProfile[] | null>('GET', 'profiles/')) ?? [];
  }

  /** The profile in use; its `ID` is empty where there is none. */
  currentProfile(): Promise<ListedProfile> {
    return this.json('GET', 'profiles/current');
  }

  /** The preferences of the profile in use. */
  prefs(): Promise<Record<string, unknown>> {
    return this.json('GET', 'prefs');
  }
}
