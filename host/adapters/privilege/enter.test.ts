import { beforeEach, describe, expect, it } from 'vitest';
import type { Problem } from '../../../contract/problems.ts';
import type { EnterEvent } from '../../core/ports/tailnet.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import type { EnterTask, Heard, Said } from './protocol.ts';
import { Queue } from './queue.ts';
import { serve } from './serve.ts';
import { FakeDaemon } from './testing/fake-daemon.ts';
import { FakeMachine } from './testing/fake-machine.ts';

const tag = 'tag:nomad-client';
const task: EnterTask = {
  task: 'tailscale.enter',
  controlUrl: 'https://pool.example',
  tag,
  authKey: 'hskey-auth-secret',
  hostname: 'rig',
  shieldsUp: true,
  operator: 'alice',
};

describe('entering the pool’s network as root', () => {
  let daemon: FakeDaemon;
  let clock: FakeClock;
  let heard: Queue<Heard>;
  let said: Said[];
  let ended: Promise<void>;

  beforeEach(() => {
    daemon = new FakeDaemon().signedIn();
    clock = new FakeClock();
  });

  /** Begins; the host answers each event at once unless `acks` is false. */
  function begin(over: Partial<EnterTask> = {}, acks = true): void {
    heard = new Queue<Heard>();
    said = [];
    const say = (one: Said): void => {
      said.push(one);
      if (acks && 'event' in one) heard.push({ word: 'ack' });
    };
    ended = serve(heard, {
      clock,
      tailscaled: () => daemon.fetch,
      machine: new FakeMachine(),
      owner: null,
      say,
    });
    heard.push({ list: [{ ...task, ...over }], tailscaled: '/run/ts.sock' });
  }

  const events = (): EnterEvent[] => said.flatMap((one) => ('event' in one ? [one.event] : []));
  const waits = (): boolean => said.some((one) => 'waiting' in one);
  const trouble = (): Problem | undefined =>
    said.flatMap((one) => ('problem' in one ? [one.problem] : []))[0];
  const isHome = (): void => {
    expect(daemon.current).toBe('old1');
    expect(daemon.profiles.map((one) => one.ID)).toEqual(['old1']);
    expect(daemon.prefs['OperatorUser']).toBe('');
  };

  it('tells how it was before it changes anything', async () => {
    begin({}, false);
    await clock.advance(1_000);
    expect(events()).toEqual([{ kind: 'before', oldProfile: 'old1', formerOperator: '' }]);
    expect(daemon.changes).toEqual([]);
  });

  it('signs in to a new profile with confining preferences and stays when told so', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.until(waits, 20_000);
    expect(events().slice(1)).toEqual([
      { kind: 'profile', newProfile: 'new1' },
      { kind: 'running', nodeId: 'n9' },
    ]);
    heard.push({ word: 'connected' });
    await clock.finish(ended);
    expect(said.at(-1)).toEqual({ end: true });
    expect(daemon.current).toBe('new1');
    expect(daemon.changes).toEqual([
      'PATCH prefs',
      'PUT profiles/',
      'POST check-prefs',
      'POST start',
      'POST login-interactive',
    ]);
    const { UpdatePrefs: prefs, AuthKey } = daemon.body('start') as { UpdatePrefs: object; AuthKey: string };
    expect(AuthKey).toBe(task.authKey);
    expect(prefs).toMatchObject({
      ControlURL: task.controlUrl,
      WantRunning: true,
      ShieldsUp: true,
      RouteAll: false,
      CorpDNS: false,
      RunSSH: false,
      OperatorUser: 'alice',
      AdvertiseTags: [],
      // What this program does not know of survives.
      Future: { kept: true },
    });
  });

  it('waits until leaving a running profile has settled, because a registration cut off uses up the key', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.advance(2_000);
    expect(daemon.changes).toEqual(['PATCH prefs', 'PUT profiles/']);
    await clock.advance(2_000);
    expect(daemon.changes).toContain('POST login-interactive');
  });

  it('goes back and forgets the attempt when the key is refused, in the server’s words', async () => {
    daemon.end = { then: 'refused', words: 'authkey already used' };
    begin();
    await clock.finish(ended);
    expect(trouble()).toMatchObject({ code: 'tailnet-key-refused', detail: 'authkey already used' });
    isHome();
  });

  it.each([
    ['says undo', (): void => heard.push({ word: 'undo' })],
    ['dies', (): void => heard.close()],
  ])('goes back when the host %s while its word is awaited', async (_, act) => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.until(waits, 20_000);
    act();
    await clock.finish(ended, 10_000);
    expect(trouble()).toBeUndefined();
    isHome();
  });

  it('goes back when the host dies while a browser is waited for', async () => {
    daemon.end = { then: 'browser', url: 'https://pool.example/register/x' };
    begin({ authKey: null });
    await clock.until(() => events().some((one) => one.kind === 'sign-in'), 20_000);
    heard.close();
    await clock.finish(ended, 10_000);
    isHome();
  });

  it('changes nothing when the host died before its first word', async () => {
    begin({}, false);
    heard.close();
    await clock.finish(ended, 5_000);
    expect(daemon.changes).toEqual([]);
  });

  it('goes back three minutes after it began when nobody says connected', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.advance(170_000);
    expect(daemon.current).toBe('new1');
    await clock.advance(20_000);
    expect(trouble()).toMatchObject({ code: 'tailnet-unreachable' });
    isHome();
  });

  it('goes back when a host that lives no longer answers', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin({}, false);
    heard.push({ word: 'ack' });
    await clock.advance(200_000);
    await clock.finish(ended, 1_000);
    isHome();
  });

  it('gives a person half an hour in the browser, then three minutes more', async () => {
    daemon.end = { then: 'browser', url: 'https://pool.example/register/x' };
    begin({ authKey: null });
    await clock.advance(29 * 60_000);
    expect(trouble()).toBeUndefined();
    expect(daemon.body('start')).toMatchObject({ UpdatePrefs: { AdvertiseTags: [tag] } });
    daemon.succeed([tag]);
    await clock.until(waits, 5_000);
    await clock.advance(4 * 60_000);
    expect(trouble()).toMatchObject({ code: 'tailnet-unreachable' });
    isHome();
  });

  it('tells each new page, and gives up after half an hour without anybody', async () => {
    daemon.end = { then: 'browser', url: 'https://pool.example/register/x' };
    begin({ authKey: null });
    await clock.advance(15 * 60_000);
    daemon.authUrl = 'https://pool.example/register/y';
    await clock.advance(16 * 60_000);
    expect(events().flatMap((one) => (one.kind === 'sign-in' ? [one.url.slice(-1)] : []))).toEqual([
      'x',
      'y',
    ]);
    const waits = events().flatMap((one) => (one.kind === 'sign-in' ? [one.withinMs / 60_000] : []));
    expect(waits.map(Math.round)).toEqual([30, 15]);
    expect(trouble()).toMatchObject({ code: 'tailnet-sign-in' });
    isHome();
  });

  it('waits half an hour for an administrator’s approval', async () => {
    daemon.end = { then: 'approval' };
    begin();
    await clock.advance(29 * 60_000);
    expect(trouble()).toBeUndefined();
    expect(events()).toContainEqual({ kind: 'approval', withinMs: 30 * 60_000 });
    await clock.advance(2 * 60_000);
    expect(trouble()).toMatchObject({ code: 'tailnet-needs-approval' });
    isHome();
  });

  it('goes back when the tag does not come', async () => {
    daemon.end = { then: 'runs', tags: ['tag:other'] };
    begin();
    await clock.finish(ended);
    expect(trouble()).toMatchObject({ code: 'tailnet-tag-missing' });
    expect(events().some((one) => one.kind === 'running')).toBe(false);
    isHome();
  });

  it.each(['https://pool.example', 'https://pool.example/', 'https://POOL.example:443'])(
    'stops before anything changes when %s is a profile’s server already',
    async (ControlURL) => {
      daemon.signedIn({ ID: 'mine', ControlURL });
      begin();
      await clock.finish(ended);
      expect(trouble()).toMatchObject({ code: 'control-server-in-use' });
      expect(daemon.changes).toEqual([]);
    },
  );

  it('goes on beside other networks of Tailscale’s own, and back when the sign-in took one over', async () => {
    const ControlURL = 'https://controlplane.tailscale.com';
    daemon = new FakeDaemon().signedIn({ ControlURL, NodeID: 'nMine' });
    daemon.end = { then: 'runs', tags: [tag], nodeId: 'nMine' };
    begin({ controlUrl: 'https://login.tailscale.com' });
    await clock.finish(ended);
    expect(trouble()).toMatchObject({ code: 'tailnet-took-over' });
    expect(daemon.profiles.map((one) => one.ID)).toContain('old1');
    expect(daemon.current).toBe('old1');
  });

  it('never deletes a profile that was there, even when the sign-in landed in it', async () => {
    const ControlURL = 'https://controlplane.tailscale.com';
    daemon = new FakeDaemon().signedIn({ ControlURL });
    daemon.end = { then: 'runs', tags: [tag], into: 'old1' };
    begin({ controlUrl: ControlURL });
    await clock.finish(ended);
    expect(trouble()).toMatchObject({ code: 'tailnet-took-over' });
    expect(daemon.profiles.map((one) => one.ID)).toEqual(['old1']);
  });

  /** Our profile that no longer reaches the pool is in use, beside the owner's own. */
  const dying = (): void => {
    daemon.signedIn({ ID: 'dead', ControlURL: 'https://pool.example', NodeID: 'n5' });
    daemon.state = 'NeedsLogin';
  };

  it('puts a new profile in the place of a dead one of ours, and forgets that once the new one stays', async () => {
    dying();
    daemon.end = { then: 'runs', tags: [tag], nodeId: 'n5' };
    begin({ replaces: 'dead' });
    await clock.until(waits, 20_000);
    expect(daemon.profiles.map((one) => one.ID)).toEqual(['old1', 'dead', 'new2']);
    heard.push({ word: 'connected' });
    await clock.finish(ended);
    expect(trouble()).toBeUndefined();
    expect(daemon.profiles.map((one) => one.ID)).toEqual(['old1', 'new2']);
    expect(daemon.current).toBe('new2');
  });

  it('takes it for the same where the daemon signed in to the dead profile itself', async () => {
    dying();
    daemon.end = { then: 'runs', tags: [tag], nodeId: 'n5', into: 'dead' };
    begin({ replaces: 'dead' });
    await clock.until(waits, 20_000);
    heard.push({ word: 'connected' });
    await clock.finish(ended);
    expect(trouble()).toBeUndefined();
    expect(daemon.profiles.map((one) => one.ID)).toEqual(['old1', 'dead']);
  });

  it('goes back to the dead profile when its replacement is refused', async () => {
    dying();
    daemon.end = { then: 'refused', words: 'authkey expired' };
    begin({ replaces: 'dead' });
    await clock.finish(ended, 30_000);
    expect(trouble()).toMatchObject({ code: 'tailnet-key-refused', detail: 'authkey expired' });
    expect(daemon.current).toBe('dead');
    expect(daemon.profiles.map((one) => one.ID)).toEqual(['old1', 'dead']);
  });

  it('keeps trying to go back while the daemon is restarting', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.until(waits, 20_000);
    daemon.absent.add('POST profiles/old1');
    heard.push({ word: 'undo' });
    await clock.advance(10_000);
    daemon.absent.clear();
    await clock.finish(ended, 10_000);
    expect(trouble()).toBeUndefined();
    isHome();
  });

  it('says so when it could not go back within a minute', async () => {
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.until(waits, 20_000);
    daemon.absent.add('POST profiles/old1');
    heard.push({ word: 'undo' });
    await clock.finish(ended, 120_000);
    expect(trouble()).toMatchObject({ code: 'leave-incomplete' });
  });

  it('refuses a daemon that is too old', async () => {
    daemon.version = '1.79.0';
    begin();
    await clock.finish(ended);
    expect(trouble()).toMatchObject({ code: 'tailscale-too-old', detail: '1.79.0' });
    expect(daemon.changes).toEqual([]);
  });

  it('leaves a machine without a network as it was', async () => {
    daemon = new FakeDaemon();
    daemon.end = { then: 'runs', tags: [tag] };
    begin();
    await clock.until(waits, 20_000);
    expect(events()[0]).toEqual({ kind: 'before', oldProfile: null, formerOperator: '' });
    heard.push({ word: 'undo' });
    await clock.finish(ended);
    expect(daemon.profiles).toEqual([]);
    expect(daemon.current).toBe('');
  });
});
