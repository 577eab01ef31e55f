import { type Fetch, type HttpAnswer, type HttpRequest, Unreachable } from '../../../core/ports/world.ts';

/** A profile of the fake daemon. */
export interface FakeProfile {
  readonly ID: string;
  readonly ControlURL: string;
  readonly NodeID: string;
  readonly prefs: Record<string, unknown>;
}

/** What a sign-in leads to. */
export type SignInEnd =
  | {
      readonly then: 'runs';
      readonly tags: readonly string[];
      readonly nodeId?: string;
      readonly into?: string;
    }
  | { readonly then: 'refused'; readonly words: string }
  | { readonly then: 'browser'; readonly url: string }
  | { readonly then: 'approval' }
  | { readonly then: 'nothing' };

const emptyPrefs = {
  ControlURL: '',
  WantRunning: false,
  OperatorUser: '',
  CorpDNS: true,
  Future: { kept: true },
};

/** tailscaled as far as signing in, leaving and profiles go, in process and without time of its own. */
export class FakeDaemon {
  readonly requests: HttpRequest[] = [];
  readonly profiles: FakeProfile[] = [];
  version = '1.98.9-ERR-BuildInfo';
  current = '';
  prefs: Record<string, unknown> = { ...emptyPrefs };
  state = 'NeedsLogin';
  authUrl = '';
  tags: readonly string[] = [];
  nodeId = '';
  end: SignInEnd = { then: 'nothing' };
  /** Requests that are not answered, by `METHOD path`. */
  readonly absent = new Set<string>();
  #refusal = '';

  /** A machine that is signed in to a network of its owner's. */
  signedIn(profile: Partial<FakeProfile> = {}): this {
    const prefs = { ...emptyPrefs, ControlURL: 'https://own.example', WantRunning: true, ...profile.prefs };
    const one = { ID: 'old1', ControlURL: 'https://own.example', NodeID: 'n1', ...profile, prefs };
    this.profiles.push(one);
    this.#use(one.ID);
    return this;
  }

  /** Sign-in succeeds now: what `browser` and `approval` waited for. */
  succeed(tags: readonly string[], nodeId = 'n9', into?: string): void {
    const id = into ?? `new${this.profiles.length}`;
    if (into === undefined) {
      const ControlURL = String(this.prefs['ControlURL']);
      this.profiles.push({ ID: id, ControlURL, NodeID: nodeId, prefs: this.prefs });
    }
    Object.assign(this, { current: id, state: 'Running', authUrl: '', tags, nodeId });
  }

  /** The requests so far as `METHOD path`, those that only look left out. */
  get changes(): string[] {
    return this.requests
      .map(({ method = 'GET', path }) => `${method} ${path.replace('/localapi/v0/', '')}`)
      .filter((words) => !words.startsWith('GET'));
  }

  /** The body of the last request to this path. */
  body(path: string): Record<string, unknown> {
    const found = this.requests.findLast(
      (one) => one.path === `/localapi/v0/${path}` && one.body !== undefined,
    );
    return JSON.parse(found?.body ?? '{}') as Record<string, unknown>;
  }

  readonly fetch: Fetch = (request) => {
    this.requests.push(request);
    const path = request.path.replace('/localapi/v0/', '').replace(/\?.*/, '');
    const words = `${request.method ?? 'GET'} ${path}`;
    if (this.absent.has(words)) return Promise.reject(new Unreachable('absent', words));
    return Promise.resolve(words === 'GET watch-ipn-bus' ? this.#bus(request) : this.#answer(words, request));
  };

  #answer(words: string, { body }: HttpRequest): HttpAnswer {
    const [method, path = ''] = words.split(' ');
    const json: unknown = body === undefined ? {} : JSON.parse(body);
    switch (words) {
      case 'GET status':
        return answer(200, {
          Version: this.version,
          BackendState: this.state,
          AuthURL: this.authUrl,
          TailscaleIPs: this.nodeId === '' ? null : ['100.64.0.7'],
          Self: { ID: this.nodeId, Tags: this.tags },
        });
      case 'GET prefs':
        return answer(200, this.prefs);
      case 'GET profiles/':
        return answer(200, this.profiles);
      case 'GET profiles/current':
        return answer(200, this.profiles.find((one) => one.ID === this.current) ?? { ID: '' });
      case 'PATCH prefs':
        Object.assign(this.prefs, json);
        return answer(200, this.prefs);
      case 'PUT profiles/':
        this.#use('');
        return answer(201, '');
      case 'POST check-prefs':
        return answer(200, {});
      case 'POST start':
        this.prefs = (json as { UpdatePrefs: Record<string, unknown> }).UpdatePrefs;
        return answer(204, '');
      case 'POST login-interactive':
        this.#signIn();
        return answer(204, '');
    }
    const id = path.replace('profiles/', '');
    if (method === 'POST' && this.#use(id)) return answer(204, '');
    if (method === 'DELETE') this.#forget(id);
    return method === 'DELETE' ? answer(204, '') : answer(500, 'profile not found');
  }

  #signIn(): void {
    const { end } = this;
    if (end.then === 'runs') this.succeed(end.tags, end.nodeId, end.into);
    if (end.then === 'browser') this.authUrl = end.url;
    if (end.then === 'approval') this.state = 'NeedsMachineAuth';
    if (end.then === 'refused') this.#refusal = end.words;
  }

  #use(id: string): boolean {
    const found = this.profiles.find((one) => one.ID === id);
    if (id !== '' && found === undefined) return false;
    const state =
      found === undefined ? 'NeedsLogin' : found.prefs['WantRunning'] === true ? 'Running' : 'Stopped';
    Object.assign(this, { current: id, state, authUrl: '', tags: [], nodeId: found?.NodeID ?? '' });
    this.prefs = found?.prefs ?? { ...emptyPrefs };
    this.#refusal = '';
    return true;
  }

  #forget(id: string): void {
    const index = this.profiles.findIndex((one) => one.ID === id);
    if (index >= 0) this.profiles.splice(index, 1);
    if (this.current === id) this.#use('');
  }

  #bus({ signal }: HttpRequest): HttpAnswer {
    const refusal = (): string => this.#refusal;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (;;) {
        if (signal?.aborted === true) return;
        // The daemon hammers: it repeats what it was refused with.
        yield Buffer.from(`${JSON.stringify({ State: 2, ErrMessage: refusal() || null })}\n`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return { ...answer(200, ''), chunks };
  }
}

function answer(status: number, body: unknown): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text);
  }
  return { status, header: () => null, text: () => Promise.resolve(text), chunks };
}
