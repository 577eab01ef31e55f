import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fact } from '../../core/facts.ts';
import type { TailnetSample, TailnetWanted } from '../../core/ports/tailnet.ts';
import type { Programs, World } from '../../core/ports/world.ts';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { httpTo } from '../world/http.ts';
import { createTailnet } from './tailnet.ts';
import { FakeLocalApi } from './testing/fake-local-api.ts';

const tag = 'tag:nomad-client';
const server = {
  ID: '1',
  DNSName: 'Server.rigshare.test.',
  TailscaleIPs: ['fd7a::1', '100.64.0.1'],
  Active: true,
  CurAddr: '10.0.0.1:41641',
  Relay: 'local',
};
const running = {
  Version: '1.98.9-ERR-BuildInfo',
  BackendState: 'Running',
  HaveNodeKey: true,
  AuthURL: '',
  TailscaleIPs: ['100.64.0.2', 'fd7a::2'],
  Self: { ID: '7', Tags: [tag], Online: true },
  Peer: { 'nodekey:a': server },
};
const wanted: TailnetWanted = {
  controlUrl: 'https://pool.example',
  tag,
  servers: [{ host: 'server', port: 4647 }],
  ours: { profile: 'new1', nodeId: '7' },
};

describe('seeing tailscaled as an ordinary user', () => {
  let api: FakeLocalApi;
  let clock: FakeClock;
  let installed: string | null;
  let dialled: string[];
  let dial: World['dial'];

  beforeEach(async () => {
    api = await FakeLocalApi.start();
    api
      .says('GET status', running)
      .says('GET prefs', { ControlURL: 'https://pool.example', WantRunning: true });
    api.says('GET profiles/current', { ID: 'new1' });
    clock = new FakeClock();
    installed = null;
    dialled = [];
    dial = () => Promise.resolve({ ok: true, ms: 3 });
  });
  afterEach(() => api.stop());

  function tailnet(socketPath = api.socket) {
    const programs = { find: () => Promise.resolve(installed) } as unknown as Programs;
    const tailscaled = httpTo({ origin: 'http://local-tailscaled.sock', socketPath }, clock);
    return createTailnet({
      clock,
      programs,
      lookUp: () => Promise.resolve(null),
      tailscaled,
      dial: (host, port, timeoutMs) => {
        dialled.push(`${host}:${port}`);
        return dial(host, port, timeoutMs);
      },
    });
  }

  async function sample(of: TailnetWanted | null = wanted): Promise<TailnetSample> {
    const fact = await tailnet().look(of);
    if (!fact.known) throw new Error(`unknown: ${fact.problem?.code}`);
    return fact.value;
  }
  const codeOf = (fact: Fact<TailnetSample>): string | undefined =>
    fact.known ? 'known' : fact.problem?.code;

  it('says all that is known of a running network', async () => {
    expect(await sample()).toEqual({
      version: '1.98.9',
      backend: 'running',
      active: 'ours',
      network: null,
      uses: null,
      operator: true,
      selfId: '7',
      addresses: ['100.64.0.2', 'fd7a::2'],
      tags: [tag],
      authUrl: null,
      keyExpired: false,
      online: true,
      peers: { 'server.rigshare.test': '100.64.0.1', server: '100.64.0.1' },
      server: { host: 'server', address: '100.64.0.1', port: 4647, ms: 3 },
      path: { kind: 'direct', relay: null },
    });
  });

  it('speaks as the daemon demands: its own host name, and no origin', async () => {
    await sample();
    for (const { headers } of api.asked) {
      expect(headers.host).toBe('local-tailscaled.sock');
      expect(headers.origin).toBeUndefined();
      expect(headers.referer).toBeUndefined();
    }
  });

  it('leaves no answer lying, whose time limit would go on', async () => {
    api.reply('GET profiles/current', { status: 403, body: 'profiles access denied' });
    await sample();
    api.says('PATCH prefs', {});
    await tailnet().switchTo('off');
    expect(clock.waiting).toBe(0);
  });

  describe('when something is wrong with the daemon', () => {
    it('tells a missing one from one that is stopped', async () => {
      expect(codeOf(await tailnet('/nowhere/ts.sock').look(wanted))).toBe('tailscale-missing');
      installed = '/usr/sbin/tailscaled';
      expect(codeOf(await tailnet('/nowhere/ts.sock').look(wanted))).toBe('tailscale-stopped');
    });

    it('says that it refuses us', async () => {
      api.reply('GET status', { status: 403, body: 'invalid localapi request' });
      expect(codeOf(await tailnet().look(wanted))).toBe('tailscale-refused');
    });

    it('gives up after ten seconds of silence', async () => {
      api.reply('GET status', () => undefined);
      const look = tailnet().look(wanted);
      while (!api.asked.some((one) => one.words === 'GET status')) await new Promise((r) => setTimeout(r, 5));
      expect(codeOf(await clock.finish(look, 11_000))).toBe('tailscale-slow');
    });

    it.each([
      ['half an answer', '{"Version":"1.98.9","Backend'],
      ['something else', '{"hello":true}'],
      ['no JSON', '<html>'],
      ['a state nobody knows', { ...running, BackendState: 'Dancing' }],
      ['a version that is none', { ...running, Version: 'devel' }],
    ])('calls %s garbled', async (_, body) => {
      api.says('GET status', body);
      expect(codeOf(await tailnet().look(wanted))).toBe('tailscale-garbled');
    });

    it('calls an answer that is cut off garbled', async () => {
      api.reply('GET status', (response) => {
        response.writeHead(200, { 'Content-Length': '5000' });
        response.write('{"Version":"1.98.9",');
        setTimeout(() => response.destroy(), 20);
      });
      expect(codeOf(await tailnet().look(wanted))).toBe('tailscale-garbled');
    });

    it('refuses one that is too old', async () => {
      api.says('GET status', { ...running, Version: '1.78.3' });
      const fact = await tailnet().look(wanted);
      expect(fact).toMatchObject({
        problem: { code: 'tailscale-too-old', command: 'sudo tailscale update' },
      });
    });
  });

  describe('whose sign-in is in use', () => {
    it('goes by the profile where it may see it', async () => {
      api.says('GET profiles/current', { ID: 'old1' });
      expect(await sample()).toMatchObject({ active: 'other', operator: true, server: null });
    });

    it('goes by control server and node where it may not', async () => {
      api.reply('GET profiles/current', { status: 403, body: 'profiles access denied' });
      expect(await sample()).toMatchObject({ active: 'ours', operator: false });
      api.says('GET status', { ...running, Self: { ...running.Self, ID: '8' } });
      expect((await sample()).active).toBe('other');
      api.says('GET status', running).says('GET prefs', { ControlURL: 'https://own.example' });
      expect((await sample()).active).toBe('other');
    });

    it('knows an empty profile, and a daemon without any sign-in', async () => {
      api.says('GET profiles/current', { ID: '' });
      expect((await sample()).active).toBe('none');
      api.reply('GET profiles/current', { status: 403, body: '' });
      api.says('GET status', { ...running, BackendState: 'NeedsLogin', HaveNodeKey: false });
      expect((await sample()).active).toBe('none');
    });

    it('asks what the owner’s own network is used for, and names what else it is used for where it may not ask', async () => {
      api.says('GET profiles/current', { ID: 'old1' }).says('GET serve-config', { TCP: { 80: {} } });
      expect((await sample()).uses).toMatchObject({ serve: true, routes: [] });
      api.reply('GET serve-config', { status: 403, body: 'denied' });
      api.says('GET prefs', { AdvertiseRoutes: ['192.168.1.0/24'], RunSSH: true });
      expect((await sample()).uses).toMatchObject({ routes: ['192.168.1.0/24'], ssh: true });
      api.says('GET profiles/current', { ID: 'new1' }).says('GET serve-config', null);
      expect((await sample()).uses).toBeNull();
    });

    it('dials nobody while another network is in use: the address may be anybody’s there', async () => {
      api.says('GET profiles/current', { ID: 'old1' });
      await sample({ ...wanted, servers: [{ host: '100.64.0.1', port: 4647 }] });
      expect(dialled).toEqual([]);
    });
  });

  describe('reaching a server', () => {
    it('takes names of peers and addresses as they are, and the one that answers first', async () => {
      dial = (host) =>
        Promise.resolve(host === '100.64.0.9' ? { ok: true, ms: 5 } : { ok: false, why: 'timeout' });
      const servers = [
        { host: 'server.rigshare.test.', port: 4647 },
        { host: 'unknown', port: 4647 },
        { host: '100.64.0.9', port: 4648 },
      ];
      expect((await sample({ ...wanted, servers })).server).toMatchObject({ host: '100.64.0.9', port: 4648 });
      expect(dialled).toEqual(['100.64.0.1:4647', '100.64.0.9:4648']);
    });

    it('says so when none answers', async () => {
      dial = () => Promise.resolve({ ok: false, why: 'timeout' });
      expect(await sample()).toMatchObject({ backend: 'running', server: null, path: { kind: 'unknown' } });
    });

    it.each([
      ['relayed', { ...server, CurAddr: '' }, 'local'],
      ['relayed', { ...server, CurAddr: '', PeerRelay: '10.0.0.9:1:vni:1' }, '10.0.0.9:1:vni:1'],
      ['direct', server, null],
    ])('sees a path that is %s', async (kind, peer, relay) => {
      api.says('GET status', { ...running, Peer: { a: peer } });
      expect((await sample()).path).toEqual({ kind, relay });
    });

    it('looks again where nobody had spoken with the server before', async () => {
      let looks = 0;
      api.reply('GET status', (response) => {
        looks += 1;
        response.end(JSON.stringify({ ...running, Peer: { a: { ...server, Active: looks > 1 } } }));
      });
      expect((await sample()).path).toEqual({ kind: 'direct', relay: null });
    });
  });

  it.each([
    [{ Expired: true }, true],
    [{ KeyExpiry: '2020-01-01T00:00:00Z' }, true],
    [{ KeyExpiry: '2999-01-01T00:00:00Z' }, false],
    [{}, false],
  ])('reads the key’s end: %j', async (self, expired) => {
    api.says('GET status', { ...running, Self: { ...running.Self, ...self } });
    expect((await sample()).keyExpired).toBe(expired);
  });

  it('tells a sign-in page on a running computer: the pool removed it', async () => {
    api.says('GET status', { ...running, AuthURL: 'https://pool.example/register/x' });
    expect((await sample()).authUrl).toBe('https://pool.example/register/x');
  });

  describe('going elsewhere', () => {
    const changes = (): string[] =>
      api.asked.filter((one) => !one.words.startsWith('GET')).map((one) => `${one.words} ${one.body}`);
    beforeEach(() => {
      api.reply('POST profiles/old1', { status: 204, body: '' }).says('PATCH prefs', {});
      api.says('GET profiles/', [{ ID: 'old1' }, { ID: 'new1' }]);
    });

    it('goes to a profile and turns it on where it was off', async () => {
      api.says('GET prefs', { WantRunning: false });
      await tailnet().switchTo('old1');
      expect(changes()).toEqual([
        'POST profiles/old1 ',
        'PATCH prefs {"WantRunning":true,"WantRunningSet":true}',
      ]);
    });

    it('does nothing where it is there already', async () => {
      await tailnet().switchTo('new1');
      expect(changes()).toEqual([]);
    });

    it('turns the connection off and on', async () => {
      await tailnet().switchTo('off');
      api.says('GET prefs', { WantRunning: false });
      await tailnet().switchTo('on');
      expect(changes()).toEqual([
        'PATCH prefs {"WantRunning":false,"WantRunningSet":true}',
        'PATCH prefs {"WantRunning":true,"WantRunningSet":true}',
      ]);
    });

    it('says that the profile is gone', async () => {
      await expect(tailnet().switchTo('new7')).rejects.toThrow('tailnet-signed-out');
      expect(changes()).toEqual([]);
    });

    it('says that it may not', async () => {
      api.reply('POST profiles/old1', { status: 403, body: 'profiles access denied' });
      await expect(tailnet().switchTo('old1')).rejects.toMatchObject({
        problem: { code: 'tailscale-refused', command: 'sudo tailscale set --operator="$USER"' },
      });
    });
  });
});
