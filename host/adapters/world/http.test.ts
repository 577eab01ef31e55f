import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Fetch, Unreachable } from '../../core/ports/world.ts';
import { systemClock } from './clock.ts';
import { httpTo, whyOf } from './http.ts';

let folder: string;
let open: Server[];
const sockets = new Set<Socket>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-http-'));
  open = [];
});

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(open.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(folder, { recursive: true });
});

/** A service that is handed each connection's first bytes and answers as it likes. */
async function serve(answer: (socket: Socket, asked: string) => void): Promise<Fetch> {
  const socketPath = join(folder, 'service.sock');
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', (bytes) => answer(socket, bytes.toString()));
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return httpTo({ origin: 'http://some.service', socketPath }, systemClock);
}

const reply = (body: string, length = body.length): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nX-One: a\r\n\r\n${body}`;

async function whyNot(asking: Promise<unknown>): Promise<string> {
  const error: unknown = await asking.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Unreachable ? error.why : `not Unreachable: ${String(error)}`;
}

describe('HTTP to one service', () => {
  it('asks over a unix socket with the service’s own host name and hands back status, header and body', async () => {
    let asked = '';
    const fetch = await serve((socket, text) => {
      asked = text;
      socket.end(reply('hello'));
    });
    const answer = await fetch({
      method: 'PUT',
      path: '/v1/x?y=1',
      headers: { 'X-Token': 't' },
      body: '{"a":1}',
      timeoutMs: 2_000,
    });
    expect([answer.status, answer.header('x-one'), answer.header('X-Two'), await answer.text()]).toEqual([
      200,
      'a',
      null,
      'hello',
    ]);
    expect(asked).toMatch(/^PUT \/v1\/x\?y=1 HTTP\/1\.1\r\n/);
    expect(asked.toLowerCase()).toContain('host: some.service\r\n');
    expect(asked.toLowerCase()).toContain('x-token: t\r\n');
    expect(asked).toMatch(/\{"a":1\}$/);
  });

  it('says that nothing is there where no socket exists', async () => {
    const fetch = httpTo({ origin: 'http://x', socketPath: join(folder, 'none.sock') }, systemClock);
    expect(await whyNot(fetch({ path: '/', timeoutMs: 2_000 }))).toBe('absent');
  });

  it('says that nothing is there where the path is an ordinary file', async () => {
    await writeFile(join(folder, 'file'), '');
    const fetch = httpTo({ origin: 'http://x', socketPath: join(folder, 'file') }, systemClock);
    expect(await whyNot(fetch({ path: '/', timeoutMs: 2_000 }))).toMatch(/^(absent|refused)$/);
  });

  it('says that the connection was refused where nobody listens', async () => {
    const fetch = httpTo({ origin: 'http://127.0.0.1:1' }, systemClock);
    expect(await whyNot(fetch({ path: '/', timeoutMs: 2_000 }))).toBe('refused');
  });

  it('tells a socket that is not for us from one that is not there', () => {
    expect(['EACCES', 'EPERM', 'ENOENT', 'ECONNREFUSED', 'ECONNRESET'].map(whyOf)).toEqual([
      'denied',
      'denied',
      'absent',
      'refused',
      'broken',
    ]);
  });

  it('says that a socket may not be used', async (context) => {
    if (process.getuid?.() === 0) return context.skip('root may use every socket');
    const fetch = await serve((socket) => socket.end(reply('')));
    await chmod(join(folder, 'service.sock'), 0);
    expect(await whyNot(fetch({ path: '/', timeoutMs: 2_000 }))).toBe('denied');
  });

  it('gives up on a service that accepts and never answers', async () => {
    const fetch = await serve(() => undefined);
    expect(await whyNot(fetch({ path: '/', timeoutMs: 60 }))).toBe('timeout');
  });

  it('gives up on a body that never ends', async () => {
    const fetch = await serve((socket) => socket.write(reply('half', 100)));
    const answer = await fetch({ path: '/', timeoutMs: 80 });
    expect(await whyNot(answer.text())).toBe('timeout');
  });

  it('says that a body was cut off', async () => {
    const fetch = await serve((socket) => socket.end(reply('half', 100)));
    expect(await whyNot(fetch({ path: '/', timeoutMs: 2_000 }).then((answer) => answer.text()))).toBe(
      'broken',
    );
  });

  it('says that an answer that is not HTTP is broken', async () => {
    const fetch = await serve((socket) => socket.end('what?\r\n\r\n'));
    expect(await whyNot(fetch({ path: '/', timeoutMs: 2_000 }))).toBe('broken');
  });

  it('ends a request whose caller no longer wants it, before and after it was sent', async () => {
    const fetch = await serve(() => undefined);
    const caller = new AbortController();
    const asking = whyNot(fetch({ path: '/', timeoutMs: 5_000, signal: caller.signal }));
    setTimeout(() => caller.abort(), 20);
    expect(await asking).toBe('aborted');
    expect(await whyNot(fetch({ path: '/', timeoutMs: 5_000, signal: caller.signal }))).toBe('aborted');
  });

  it('reads a stream past the time limit of its head, and ends quietly when its caller aborts', async () => {
    const fetch = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\none\n');
      setTimeout(() => socket.write('two\n'), 150);
    });
    const caller = new AbortController();
    const answer = await fetch({ path: '/', timeoutMs: 100, signal: caller.signal });
    let text = '';
    for await (const chunk of answer.chunks()) {
      text += new TextDecoder().decode(chunk);
      if (text.includes('two')) caller.abort();
    }
    expect(text).toBe('one\ntwo\n');
  });

  it('outlives a service that closes while much of its answer is unread', async () => {
    const fetch = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 900000\r\n\r\n');
      socket.end(Buffer.alloc(66_000));
    });
    const answer = await fetch({ path: '/', timeoutMs: 2_000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await whyNot(answer.text())).toBe('broken');
  });
});
