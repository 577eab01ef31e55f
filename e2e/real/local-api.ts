import { ask, askJson, type SocketAnswer } from './socket-http.ts';

/** A profile as the daemon lists it. */
export interface ListedProfile {
  readonly ID: string;
  readonly Name: string;
  readonly ControlURL: string;
  readonly NodeID: string;
}

/** `status`, as far as the tests look at it. */
export interface DaemonStatus {
  readonly BackendState: string;
  readonly AuthURL: string;
  readonly TailscaleIPs: readonly string[] | null;
  readonly Self: {
    readonly ID: string;
    readonly HostName: string;
    readonly Tags?: readonly string[];
    readonly Online: boolean;
  };
}

const headers = { Host: 'local-tailscaled.sock' };

/** Calls the daemon's LocalAPI with root's rights, independent of the adapter that is under test. */
export class LocalApi {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** One request to `/localapi/v0/<path>`; throws where there is no answer within the limit. */
  call(method: string, path: string, body?: unknown): Promise<SocketAnswer> {
    return ask(this.#socket, { method, path: `/localapi/v0/${path}`, headers, ...json(body) });
  }

  /** A request that must be answered with 2xx, its body as JSON. */
  json<T>(method: string, path: string, body?: unknown): Promise<T> {
    return askJson(this.#socket, { method, path: `/localapi/v0/${path}`, headers, ...json(body) });
  }

  /** How the daemon is. */
  status(): Promise<DaemonStatus> {
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

const json = (body: unknown): { body?: string } => (body === undefined ? {} : { body: JSON.stringify(body) });
