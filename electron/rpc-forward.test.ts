import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forwardToHost } from './rpc-forward.ts';

let folder = '';
let socket = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'fwd-'));
  socket = path.join(folder, 's');
});
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
  rmSync(folder, { recursive: true, force: true });
});

async function host(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
}

const call = (body: string | null = null, headers: Record<string, string> = {}) =>
  new Request('http://rigshare/rpc/work/history?x=1', {
    method: body === null ? 'GET' : 'POST',
    body,
    headers,
  });

test('a call reaches the host with its path, method, type and body, and its answer comes back', async () => {
  let seen: unknown;
  await host((request, response) => {
    let text = '';
    request.on('data', (chunk) => (text += String(chunk)));
    request.on('end', () => {
      seen = { url: request.url, method: request.method, type: request.headers['content-type'], text };
      response.writeHead(418, { 'content-type': 'application/json' }).end('{"a":1}');
    });
  });
  const answer = await forwardToHost(socket).forward(
    call('{"limit":5}', { 'content-type': 'application/json' }),
  );
  expect(seen).toEqual({
    url: '/rpc/work/history?x=1',
    method: 'POST',
    type: 'application/json',
    text: '{"limit":5}',
  });
  expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([
    418,
    'application/json',
    '{"a":1}',
  ]);
});

test('what the page says of itself stays here', async () => {
  let seen: IncomingMessage['headers'] = {};
  await host((request, response) => {
    seen = request.headers;
    response.end();
  });
  await forwardToHost(socket).forward(
    call(null, { 'x-forwarded-for': '1.2.3.4', authorization: 'Bearer x' }),
  );
  expect(seen).not.toHaveProperty('x-forwarded-for');
  expect(seen).not.toHaveProperty('authorization');
});

test('a stream arrives piece by piece and ends when the page reads no more', async () => {
  let closed = false;
  await host((_request, response) => {
    response.write('one');
    setTimeout(() => response.write('two'), 20);
    response.on('close', () => (closed = true));
  });
  const answer = await forwardToHost(socket).forward(call());
  const reader = answer.body!.getReader();
  const next = async () => Buffer.from((await reader.read()).value!).toString();
  expect([await next(), await next()]).toEqual(['one', 'two']);
  await reader.cancel();
  await expect.poll(() => closed).toBe(true);
});

test('endAll closes what is still open, and later calls work', async () => {
  let closed = 0;
  await host((_request, response) => {
    response.write('x');
    response.on('close', () => (closed += 1));
  });
  const { forward, endAll } = forwardToHost(socket);
  const reader = (await forward(call())).body!.getReader();
  await reader.read();
  endAll();
  await expect(reader.read()).rejects.toThrow();
  await expect.poll(() => closed).toBe(1);
  expect((await forward(call())).status).toBe(200);
  endAll();
});

test('without a host the page is told so', async () => {
  expect((await forwardToHost(socket).forward(call())).status).toBe(503);
});

test('a host that dies while answering fails the page’s read instead of hanging it', async () => {
  await host((_request, response) => {
    response.write('x');
    setTimeout(() => response.destroy(), 20);
  });
  const answer = await forwardToHost(socket).forward(call());
  await expect(answer.text()).rejects.toThrow();
});
