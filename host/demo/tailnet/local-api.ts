import { Hono } from 'hono';
import { type Handler, LineStream } from '../service.ts';
import { type Notify, states } from './bus.ts';
import type { Daemon } from './daemon.ts';
import { derpMap, demoRelay, type LineState, lineHealth } from './line.ts';
import { masked, type Prefs } from './prefs.ts';
import type { Profile } from './profiles.ts';
import { statusJson } from './status.ts';
import { tailscaleVersion } from './version.ts';

/** Who calls, as the socket tells. */
export interface Caller {
  readonly user: string;
  readonly root: boolean;
}

const text = (words: string, status: number): Response =>
  new Response(`${words}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
const done = (status: 200 | 201 | 204): Response => new Response(null, { status });

/** tailscaled's LocalAPI for one caller: root and the profile's operator may write, everybody may look. */
export function localApi(
  daemon: Daemon,
  caller: Caller,
  active: () => ReadonlySet<string>,
  line: () => LineState,
): Handler {
  const app = new Hono().basePath('/localapi/v0');
  const writes = (): boolean =>
    caller.root || (caller.user !== '' && daemon.prefs.OperatorUser === caller.user);
  app.get('/status', (c) =>
    c.json(statusJson(daemon, c.req.query('peers') !== 'false', { active: active(), udp: line().udp })),
  );
  app.get('/watch-ipn-bus', (c) => bus(daemon, caller.user, c.req.raw, c.req.query('mask') ?? '0', line));
  prefsRoutes(app, daemon, writes);
  signInRoutes(app, daemon, caller, writes);
  profileRoutes(app, daemon, writes);
  serveRoutes(app, daemon, writes);
  app.post('/ping', (c) => c.json(ping(daemon, c.req.query('ip') ?? '', line())));
  app.get('/derpmap', (c) => c.json(derpMap));
  app.notFound(() => text('404 page not found', 404));
  return async (request) => {
    const host = request.headers.get('host') ?? 'localhost';
    const foreign = request.headers.has('origin') || request.headers.has('referer');
    if (host !== 'local-tailscaled.sock' || foreign) return text('invalid localapi request', 403);
    const answer = await app.fetch(request);
    answer.headers.set('tailscale-version', tailscaleVersion);
    answer.headers.set('tailscale-cap', '138');
    return answer;
  };
}

/** What is served, for everybody to see; an answer that is none is null. */
function serveRoutes(app: Hono, daemon: Daemon, writes: () => boolean): void {
  app.get('/serve-config', (c) => c.json(daemon.profiles.serve));
  app.post('/serve-config', async (c) => {
    if (!writes()) return text('serve config denied', 403);
    daemon.profiles.serve = await c.req.json<Record<string, unknown>>();
    return done(200);
  });
}

function prefsRoutes(app: Hono, daemon: Daemon, writes: () => boolean): void {
  app.get('/prefs', (c) => c.json(daemon.prefs));
  app.patch('/prefs', async (c) => {
    if (!writes()) return text('prefs write access denied', 403);
    daemon.edit(masked(daemon.prefs, await c.req.json<Record<string, unknown>>()));
    return c.json(daemon.prefs);
  });
  app.post('/check-prefs', (c) => (writes() ? c.json({}) : text('checkprefs access denied', 403)));
}

function signInRoutes(app: Hono, daemon: Daemon, caller: Caller, writes: () => boolean): void {
  app.post('/start', async (c) => {
    if (!writes()) return text('access denied', 403);
    const { UpdatePrefs, AuthKey } = await c.req.json<{ UpdatePrefs?: Partial<Prefs>; AuthKey?: string }>();
    daemon.start(
      { ...daemon.prefs, ...UpdatePrefs },
      AuthKey === undefined || AuthKey === '' ? null : AuthKey,
    );
    return done(204);
  });
  app.post('/login-interactive', () => {
    if (!writes()) return text('login access denied', 403);
    daemon.login(caller.user);
    return done(204);
  });
  app.post('/logout', () => {
    if (!writes()) return text('logout access denied', 403);
    daemon.logout();
    return done(204);
  });
}

function profileRoutes(app: Hono, daemon: Daemon, writes: () => boolean): void {
  const denied = (): Response => text('profiles access denied', 403);
  app.get('/profiles/', (c) =>
    writes() ? c.json(daemon.profiles.list.map((one) => profileJson(daemon, one))) : denied(),
  );
  app.get('/profiles/current', (c) => (writes() ? c.json(profileJson(daemon, daemon.profile)) : denied()));
  app.put('/profiles/', () => {
    if (!writes()) return denied();
    daemon.newProfile();
    return done(201);
  });
  app.post('/profiles/:id', (c) => {
    if (!writes()) return denied();
    return daemon.switchTo(c.req.param('id')) ? done(204) : text('profile not found', 500);
  });
  app.delete('/profiles/:id', (c) => {
    if (!writes()) return denied();
    daemon.forget(c.req.param('id'));
    return done(204);
  });
}

function profileJson(daemon: Daemon, profile: Profile | null): object {
  const { ID, Name, ControlURL, NodeID } =
    profile === null
      ? { ID: '', Name: '', ControlURL: '', NodeID: '' }
      : { ID: profile.id, Name: profile.user, ControlURL: profile.prefs.ControlURL, NodeID: profile.nodeId };
  const user = { ID: 1, LoginName: Name, DisplayName: Name };
  return {
    ID,
    Name,
    NetworkProfile: { MagicDNSName: daemon.control?.domain ?? '', DomainName: '' },
    Key: ID === '' ? '' : `profile-${ID}`,
    UserProfile: user,
    NodeID,
    LocalUserID: '',
    ControlURL,
  };
}

const silent: Notify = {
  Version: '',
  ErrMessage: null,
  LoginFinished: null,
  State: null,
  Prefs: null,
  NetMap: null,
  SelfChange: null,
  Engine: null,
  BrowseToURL: null,
  Health: null,
};

/** The bus: the present first where the mask asks for it, then each change. */
function bus(
  daemon: Daemon,
  user: string,
  request: Request,
  maskText: string,
  line: () => LineState,
): Response {
  if (!/^\d+$/.test(maskText)) return text('bad mask', 400);
  const mask = Number(maskText);
  const send = (message: Notify): void => stream.push({ ...silent, Version: tailscaleVersion, ...message });
  const stop = daemon.bus.listen((message, to) => {
    if (to === null || to === user) send(message);
  });
  const stream = new LineStream(request.signal, stop);
  const first: Notify = {
    ...((mask & 2) === 0 ? {} : { SessionID: 'demo', State: states.indexOf(daemon.state) }),
    ...((mask & 2) === 0 || daemon.authUrl === '' ? {} : { BrowseToURL: daemon.authUrl }),
    ...((mask & 4) === 0 ? {} : { Prefs: daemon.prefs }),
    ...((mask & 128) === 0 || (mask & 14) === 0
      ? {}
      : { Health: { Warnings: { ...daemon.health, ...lineHealth(line()) } } }),
  };
  if (Object.keys(first).length > 0) send(first);
  return new Response(stream.body, { headers: { 'content-type': 'application/json' } });
}

function ping(daemon: Daemon, ip: string, { udp }: LineState): object {
  const peer = daemon.reaches ? daemon.control?.nodes().find((node) => node.address === ip) : undefined;
  if (peer === undefined)
    return {
      IP: ip,
      NodeIP: '',
      NodeName: '',
      Err: 'no matching peer',
      LatencySeconds: 0,
      Endpoint: '',
      DERPRegionID: 0,
      DERPRegionCode: '',
    };
  return {
    IP: ip,
    NodeIP: ip,
    NodeName: peer.name,
    Err: '',
    LatencySeconds: udp ? 0.012 : 0.083,
    Endpoint: udp ? '203.0.113.7:41641' : '',
    DERPRegionID: udp ? 0 : demoRelay.id,
    DERPRegionCode: udp ? '' : demoRelay.code,
  };
}
