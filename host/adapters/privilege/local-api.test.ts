import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { FakeLocalApi } from '../tailscale/testing/fake-local-api.ts';
import { httpTo } from '../world/http.ts';
import { LocalApi } from './local-api.ts';
import { socketFetch } from './socket-fetch.ts';
import { problemOf } from './testing/problem-of.ts';

describe('tailscaled’s LocalAPI with root’s rights', () => {
  let server: FakeLocalApi;
  let clock: FakeClock;

  beforeEach(async () => {
    server = await FakeLocalApi.start();
    clock = new FakeClock();
  });
  afterEach(() => server.stop());

  const api = (): LocalApi => new LocalApi(socketFetch(server.socket));

  it('leaves no answer lying, whose time limit would go on', async () => {
    const empty = { status: 204, body: '' };
    for (const words of [
      'PUT profiles/',
      'POST profiles/a',
      'DELETE profiles/a',
      'POST start',
      'POST login-interactive',
    ])
      server.reply(words, empty);
    server.says('POST check-prefs', {}).says('PATCH prefs', {});
    const limited = new LocalApi(
      httpTo({ origin: 'http://local-tailscaled.sock', socketPath: server.socket }, clock),
    );
    await limited.newProfile();
    await limited.switchTo('a');
    await limited.forget('a');
    await limited.check({});
    await limited.start({}, 'key');
    await limited.signIn();
    await limited.setOperator('alice');
    expect(server.asked).toHaveLength(7);
    expect(clock.waiting).toBe(0);
  });

  it('sends the key in the body alone, to the daemon’s own host name', async () => {
    server.reply('POST start', { status: 204, body: '' });
    await api().start({ ShieldsUp: true }, 'hskey-auth-secret');
    const [asked] = server.asked;
    expect(asked?.headers.host).toBe('local-tailscaled.sock');
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      UpdatePrefs: { ShieldsUp: true },
      AuthKey: 'hskey-auth-secret',
    });
  });

  it('knows an empty profile and an empty list', async () => {
    server.says('GET profiles/current', { ID: '', Name: '' }).says('GET profiles/', null);
    expect(await api().current()).toBeNull();
    expect(await api().profiles()).toEqual([]);
  });

  it('says what the daemon objects to in preferences', async () => {
    server.says('POST check-prefs', { Error: 'can’t enable SSH here' });
    expect(await problemOf(api().check({}))).toMatchObject({
      code: 'tailscale-refused',
      detail: 'can’t enable SSH here',
    });
  });

  it('tells refused, gone, cut off and garbled apart', async () => {
    server.reply('GET status', { status: 403, body: 'access denied' });
    expect((await problemOf(api().status())).code).toBe('tailscale-refused');
    server.says('GET status', '{"Version":');
    expect((await problemOf(api().status())).code).toBe('tailscale-garbled');
    server.reply('GET status', (response) => {
      response.writeHead(200, { 'Content-Length': '500' });
      response.write('{');
      setTimeout(() => response.destroy(), 20);
    });
    expect((await problemOf(api().status())).code).toBe('tailscale-garbled');
    expect((await problemOf(new LocalApi(socketFetch('/nowhere/ts.sock')).status())).code).toBe(
      'tailscale-stopped',
    );
  });

  it('ends a call that is not answered in time, and one that stops half-way', async () => {
    server.reply('GET slow', () => undefined);
    const ask = (path: string): Promise<unknown> =>
      socketFetch(server.socket)({ path: `/localapi/v0/${path}`, timeoutMs: 80 }).then((answer) =>
        answer.text(),
      );
    await expect(ask('slow')).rejects.toMatchObject({ why: 'timeout' });
    server.reply(
      'GET half',
      (response) => void response.writeHead(200, { 'Content-Length': '500' }).write('{'),
    );
    await expect(ask('half')).rejects.toMatchObject({ why: 'timeout' });
  });

  it('reads refusals from the bus as long as it is wanted, without a limit', async () => {
    const line = (message: unknown): string => `${JSON.stringify(message)}\n`;
    server.reply('GET watch-ipn-bus', (response) => {
      response.writeHead(200);
      response.write(
        line({ State: 2, ErrMessage: null }) + line({ ErrMessage: 'authkey already used' }).slice(0, 20),
      );
      setTimeout(() => response.write(line({ ErrMessage: 'authkey already used' }).slice(20)), 30);
    });
    const stop = new AbortController();
    const heard: string[] = [];
    for await (const words of api().refusals(stop.signal)) {
      heard.push(words);
      stop.abort();
    }
    expect(heard).toEqual(['authkey already used']);
  });
});
