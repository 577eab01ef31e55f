import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Unreachable } from '../../core/ports/world.ts';
import { systemClock } from './clock.ts';
import { httpToSite, releasesBase } from './site.ts';

const open: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function serve(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<{ readonly base: URL; readonly server: Server }> {
  const server = createServer(answer);
  server.on('connection', (socket) => sockets.add(socket));
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { base: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), server };
}

const ask = (path: string) => ({ path, timeoutMs: 2_000 });

const whyNot = (asking: Promise<unknown>): Promise<string> =>
  asking.then(
    () => 'answered',
    (error: unknown) => (error instanceof Unreachable ? error.message : `not Unreachable: ${String(error)}`),
  );

describe('the releases site', () => {
  it('is the publisher’s, or a mirror that is encrypted or on this machine', () => {
    const of = (url?: string) => releasesBase(url === undefined ? {} : { RIGSHARE_RELEASES_URL: url }).href;
    expect(of()).toBe('https://releases.hashicorp.com/');
    expect(of('https://mirror.example/hashicorp/')).toBe('https://mirror.example/hashicorp/');
    expect(of('http://127.0.0.1:8080')).toBe('http://127.0.0.1:8080/');
    for (const unsafe of ['http://mirror.example', 'http://127.0.0.1.example', 'ftp://127.0.0.1', 'nonsense'])
      expect(of(unsafe)).toBe('https://releases.hashicorp.com/');
  });

  it('is asked below the mirror’s own path, with headers and methods as they are', async () => {
    const { base } = await serve((request, response) =>
      response
        .setHeader('x-seen', `${request.method} ${request.url} ${String(request.headers['range'])}`)
        .end(),
    );
    const site = httpToSite(new URL(`${base.href}mirror/`), {}, systemClock);
    const answer = await site({ ...ask('/nomad/x'), method: 'HEAD', headers: { range: 'bytes=5-' } });
    expect(answer.header('x-seen')).toBe('HEAD /mirror/nomad/x bytes=5-');
  });

  it('may send on within itself, and to nobody else', async () => {
    const elsewhere = await serve((_request, response) => response.end('from elsewhere'));
    const { base } = await serve((request, response) => {
      const to: Readonly<Record<string, string>> = {
        '/moved': '/here',
        '/away': `${elsewhere.base.href}here`,
        '/round': '/round',
        '/nowhere': 'http://[',
      };
      const next = to[request.url ?? ''];
      if (next === undefined) response.end('here');
      else response.writeHead(302, { location: next }).end();
    });
    const site = httpToSite(base, {}, systemClock);
    expect(await (await site(ask('/moved'))).text()).toBe('here');
    expect(await whyNot(site(ask('/away')))).toContain(`sent on to ${elsewhere.base.host}`);
    expect(await whyNot(site(ask('/round')))).toContain('sent on to');
    expect(await whyNot(site(ask('/nowhere')))).toContain('sent on to nowhere');
  });

  it('is reached through the proxy of the environment, except where that says not to', async () => {
    const asked: string[] = [];
    const { base } = await serve((_request, response) => response.end('through'));
    const proxy = await serve((_request, response) => response.writeHead(500).end());
    proxy.server.on('connect', (request, client) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const server = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        server.pipe(client);
        client.pipe(server);
      });
      for (const one of [server, client]) one.on('error', () => undefined);
    });
    const text = async (env: NodeJS.ProcessEnv) =>
      (await httpToSite(base, env, systemClock)(ask('/'))).text();
    expect(await text({ HTTP_PROXY: proxy.base.href })).toBe('through');
    expect(asked).toEqual([base.host]);
    expect(await text({ http_proxy: proxy.base.href, no_proxy: '127.0.0.1' })).toBe('through');
    expect(asked).toHaveLength(1);
  });

  it('says plainly that the proxy’s address is not one', async () => {
    const site = httpToSite(
      new URL('https://releases.hashicorp.com'),
      { HTTPS_PROXY: 'no proxy' },
      systemClock,
    );
    expect(await whyNot(site(ask('/')))).toContain('proxy');
  });
});
