import type { Fetch, HttpRequest } from '../../../host/core/ports/world.ts';
import { Reading } from '../stream.ts';
import { ask, type Answered, type ControlSubject, type TailnetSubject } from '../subject.ts';

/** The tag that the pool's keys give. */
export const tag = 'tag:nomad-client';

const headers = { Host: 'local-tailscaled.sock' };

/** A request to the LocalAPI. */
export const call = (
  fetch: Fetch,
  method: HttpRequest['method'],
  path: string,
  body?: unknown,
): Promise<Answered> =>
  ask(fetch, {
    method: method ?? 'GET',
    path: `/localapi/v0/${path}`,
    headers,
    timeoutMs: 30_000,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

/** A request that must be answered with 2xx; its body, where there is one. */
export async function must<T>(
  subject: TailnetSubject,
  method: HttpRequest['method'],
  path: string,
  body?: unknown,
): Promise<T> {
  const { status, text } = await subject.finish(call(subject.root, method, path, body));
  if (status < 200 || status > 299) throw new Error(`${method} ${path}: ${status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** `status`, as far as the statements look at it. */
export interface Status {
  readonly Version: string;
  readonly BackendState: string;
  readonly AuthURL: string;
  readonly HaveNodeKey?: boolean;
  readonly TailscaleIPs: readonly string[] | null;
  readonly Health: readonly string[];
  readonly MagicDNSSuffix: string;
  readonly Self: {
    readonly ID: string;
    readonly HostName: string;
    readonly DNSName: string;
    readonly Online: boolean;
    readonly Tags?: readonly string[];
  };
  readonly Peer: Readonly<
    Record<
      string,
      {
        readonly HostName: string;
        readonly DNSName: string;
        readonly TailscaleIPs: readonly string[];
        readonly CurAddr: string;
        readonly Active: boolean;
      }
    >
  > | null;
}

/** How the daemon is. */
export const status = (subject: TailnetSubject): Promise<Status> => must<Status>(subject, 'GET', 'status');

/** A profile as it is listed. */
export interface Profile {
  readonly ID: string;
  readonly ControlURL: string;
  readonly NodeID: string;
}

/** All profiles. */
export const profiles = async (subject: TailnetSubject): Promise<readonly Profile[]> =>
  (await must<Profile[] | null>(subject, 'GET', 'profiles/')) ?? [];

/** The profile in use. */
export const current = (subject: TailnetSubject): Promise<Profile> =>
  must<Profile>(subject, 'GET', 'profiles/current');

/** Waits until the daemon is in this state. */
export const state = (subject: TailnetSubject, name: string, withinMs = 20_000): Promise<Status> =>
  subject.until(
    `the state ${name}`,
    async () => {
      const now = await status(subject);
      return now.BackendState === name && now;
    },
    withinMs,
  );

/** What a sign-in sends. */
export interface SignIn {
  readonly key?: string;
  readonly tags?: readonly string[];
  readonly operator?: string;
}

/** Preferences as we set them for a sign-in, made of those of the new profile. */
export async function start(
  subject: TailnetSubject,
  control: ControlSubject,
  { key, tags = [], operator = '' }: SignIn,
): Promise<void> {
  const prefs = await must<object>(subject, 'GET', 'prefs');
  const UpdatePrefs = {
    ...prefs,
    ControlURL: control.url,
    WantRunning: true,
    Hostname: 'desk',
    ShieldsUp: true,
    CorpDNS: false,
    RouteAll: false,
    AdvertiseTags: tags,
    OperatorUser: operator,
  };
  await must(subject, 'POST', 'start', { UpdatePrefs, ...(key === undefined ? {} : { AuthKey: key }) });
}

/** A daemon closes its connections up to two seconds after its addresses went: a registration cut off so burns a one-off key. */
const settledMs = 2_500;

/** Begins a sign-in in a new profile. */
export async function begin(subject: TailnetSubject, control: ControlSubject, signIn: SignIn): Promise<void> {
  const { TailscaleIPs } = await status(subject);
  await must(subject, 'PUT', 'profiles/');
  // One that expired has its addresses still.
  if ((TailscaleIPs ?? []).length > 0) await subject.sleep(settledMs);
  await start(subject, control, signIn);
  await must(subject, 'POST', 'login-interactive');
}

/** Signs in to the pool with a fresh key, to the end. */
export async function enterPool(subject: TailnetSubject, operator = ''): Promise<Status> {
  await begin(subject, subject.pool, { key: await subject.pool.mint(), operator });
  return subject.until(
    'the pool’s network',
    async () => {
      const now = await status(subject);
      return now.BackendState === 'Running' && now.Self.Tags?.includes(tag) === true && now;
    },
    30_000,
  );
}

/** Signs in to the owner's own network, to the end. */
export async function enterOwn(subject: TailnetSubject, operator = ''): Promise<Profile> {
  await begin(subject, subject.own, { key: await subject.own.mint('person'), operator });
  await state(subject, 'Running', 30_000);
  return current(subject);
}

/** A message on the bus. */
export type Message = Readonly<Record<string, unknown>>;

/** Opens the bus. */
export const bus = (subject: TailnetSubject, mask: string, fetch = subject.root): Promise<Reading> =>
  Reading.open(subject, fetch, { path: `/localapi/v0/watch-ipn-bus?mask=${mask}`, headers });

/** What was said under this name so far. */
export const said = (reading: Reading, name: string): readonly unknown[] =>
  (reading.lines as readonly Message[])
    .map((message) => message[name])
    .filter((value) => value !== null && value !== undefined);
