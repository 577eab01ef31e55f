import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { commandsDouble, sharingState, type CommandsDouble } from '../procedures/testing/commands-double.ts';
import { serveHost, type HostServer } from '../server.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let folder: string;
let server: HostServer;
let commands: CommandsDouble;
let origin: string;
let port: number;
let token: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-page-'));
  const root = join(folder, 'page');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<title>the page</title>');
  await writeFile(join(root, 'assets', 'main-1a2b.js'), 'let page;');
  await writeFile(join(root, 'assets', '.hidden.js'), 'secret');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(root, 'linked.txt'));
  commands = commandsDouble(sharingState);
  server = await serveHost({
    commands,
    socketPath: join(folder, 'run', 's'),
    page: { port: 0, root },
    reportFault: () => undefined,
  });
  const address = new URL(server.pageAddress ?? '');
  origin = address.origin;
  port = Number(address.port);
  token = address.hash.slice('#token='.length);
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request exactly as told: fetch would set Host and Origin itself and walk up `..` before it sends. */
function ask(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { host: `127.0.0.1:${port}`, ...headers },
        agent: false,
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(parts).toString(),
          }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}

const json = { 'content-type': 'application/json' };
const exchange = (given: string, headers: Record<string, string> = {}) => {
  const body = JSON.stringify({ token: given });
  return ask(
    'POST',
    '/session',
    { origin, ...json, 'content-length': String(body.length), ...headers },
    body,
  );
};
const signIn = async () => (await exchange(token)).headers['set-cookie']?.[0]?.split(';')[0] ?? '';
const pause = (headers: Record<string, string>) =>
  ask('POST', '/rpc/sharing/pause', { origin, ...json, ...headers }, '{"json":{"how":"now","until":null}}');

describe('without a session', () => {
  it('everything is refused but the way to one', async () => {
    expect((await ask('GET', '/index.html')).status).toBe(401);
    expect((await ask('GET', '/assets/main-1a2b.js')).status).toBe(401);
    expect((await ask('GET', '/nothing')).status).toBe(401);
    expect((await pause({})).status).toBe(401);
    expect((await pause({ cookie: `rigshare-${port}=wrong` })).status).toBe(401);
    expect(commands.calls).toEqual([]);
    const first = await ask('GET', '/');
    expect(first).toMatchObject({ status: 401, body: expect.stringContaining('src="/session.js"') });
    expect(first.body).not.toContain('the page');
    expect(await ask('GET', '/session.js')).toMatchObject({
      status: 200,
      body: expect.stringContaining("fetch('/session'"),
    });
  });
  it('the token is exchanged once for a cookie that no script and no other site gets', async () => {
    expect((await exchange(`${token}x`)).status).toBe(401);
    expect((await ask('POST', '/session', { origin, ...json, 'content-length': '1' }, '{')).status).toBe(401);
    expect(
      (await ask('POST', '/session', { origin, 'content-type': 'text/plain' }, JSON.stringify({ token })))
        .status,
    ).toBe(401);
    const answer = await exchange(token);
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(
      /^rigshare-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    expect((await exchange(token)).status).toBe(401);
  });
  it('a token of an earlier start is worth nothing', async () => {
    const other = await serveHost({
      commands,
      socketPath: join(folder, 'other', 's'),
      page: { port: 0, root: folder },
      reportFault: () => undefined,
    });
    expect(new URL(other.pageAddress ?? '').hash).not.toBe(`#token=${token}`);
    await other.close();
  });
});

describe('with a session', () => {
  it('the page and the procedures are there', async () => {
    const cookie = await signIn();
    expect(await ask('GET', '/', { cookie })).toMatchObject({ status: 200, body: '<title>the page</title>' });
    const script = await ask('GET', '/assets/main-1a2b.js', { cookie });
    expect(script).toMatchObject({
      status: 200,
      body: 'let page;',
      headers: { 'content-type': 'text/javascript; charset=utf-8' },
    });
    expect(await pause({ cookie })).toMatchObject({ status: 200, body: '{"json":{"revision":2}}' });
    expect(commands.calls).toEqual([{ name: 'pause', args: ['now', null] }]);
  });
  it('the page is kept for ever only where its name changes with it', async () => {
    const cookie = await signIn();
    expect((await ask('GET', '/', { cookie })).headers['cache-control']).toBe('no-store');
    expect((await ask('GET', '/assets/main-1a2b.js', { cookie })).headers['cache-control']).toContain(
      'immutable',
    );
  });
  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/%00index.html',
    '/linked.txt',
    '/assets/.hidden.js',
    '/assets',
    '//etc/passwd',
    '/%zz',
  ])('no file outside the page is given for %s', async (path) => {
    const answer = await ask('GET', path, { cookie: await signIn() });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.body).not.toContain('secret');
  });
});

describe('another site', () => {
  it.each([
    ['a name that was made to point here', { host: 'evil.example', origin: 'http://evil.example' }],
    ['another address of this computer', { host: '127.0.0.2', origin: 'http://127.0.0.2' }],
    ['a page of another origin', { origin: 'http://evil.example' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page in a sandbox', { origin: 'null' }],
    ['a request that a browser marks as another site’s', { 'sec-fetch-site': 'cross-site' }],
    ['a request that a browser marks as another port’s', { 'sec-fetch-site': 'same-site' }],
  ])('is refused although the cookie comes along: %s', async (_what, headers) => {
    const cookie = await signIn();
    expect((await pause({ cookie, ...headers })).status).toBe(403);
    expect(commands.calls).toEqual([]);
  });
  it('is refused where it sends no origin with a command', async () => {
    const cookie = await signIn();
    const answer = await ask('POST', '/rpc/sharing/retry', { cookie, ...json }, '{}');
    expect(answer.status).toBe(403);
  });
  it('can send no form and ask for nothing by a link', async () => {
    const cookie = await signIn();
    expect((await ask('GET', '/rpc/sharing/retry', { cookie })).status).toBe(405);
    expect(
      (await ask('POST', '/rpc/sharing/retry', { cookie, origin, 'content-type': 'text/plain' }, '{}'))
        .status,
    ).toBe(415);
    expect(commands.calls).toEqual([]);
  });
  it('may link to the page, and can neither frame it nor read it', async () => {
    const answer = await ask('GET', '/', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' });
    expect(answer.status).toBe(401);
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(
      (await ask('OPTIONS', '/rpc/sharing/pause', { origin: 'http://evil.example' })).headers,
    ).not.toHaveProperty('access-control-allow-origin');
  });
});
