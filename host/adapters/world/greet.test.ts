import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { client, clientKey } from '../nomad/testing/certificates.ts';
import { greet } from './greet.ts';
import { lookUp } from './look-up.ts';
import { systemClock } from './clock.ts';

const open: { close: () => unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  open.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('a hello to a web server', () => {
  it('brings its clock, whatever it answers, and nothing of trust where nothing is encrypted', async () => {
    const date = new Date('2026-11-25T10:00:00Z').toUTCString();
    const port = await listening(
      createServer((_, answer) => void answer.writeHead(404, { date }).end('nothing here')),
    );
    const clock = { now: () => 7 };
    expect(await greet(`http://127.0.0.1:${port}`, 2_000, clock)).toEqual({
      ok: true,
      date: Date.parse(date),
      at: 7,
      trusted: null,
      issuer: null,
    });
  });

  it('says that nobody known vouches for a server, and who does', async () => {
    const port = await listening(
      createTlsServer({ key: clientKey, cert: client }, (_, answer) => void answer.end()),
    );
    const said = await greet(`https://127.0.0.1:${port}`, 2_000, systemClock);
    expect(said).toMatchObject({ ok: true, trusted: false, issuer: 'Test pool authority' });
  });

  it('says why there is none', async () => {
    const silent = await listening(createTcpServer(() => undefined));
    const gone = await listening(createServer());
    open.splice(1).forEach((one) => one.close());
    const why = (url: string) => greet(url, 300, systemClock);
    expect(await why(`http://127.0.0.1:${silent}`)).toEqual({ ok: false, why: 'timeout' });
    expect(await why(`http://127.0.0.1:${gone}`)).toEqual({ ok: false, why: 'refused' });
    expect(await why('not an address')).toEqual({ ok: false, why: 'unknown-name' });
  });
});

describe('a name asked of one name server', () => {
  it('has the address that this server tells, and none where it does not answer', async () => {
    const server = createSocket('udp4', (query, { port, address }) => {
      const head = Buffer.from(query.subarray(0, 12));
      head.writeUInt16BE(0x8180, 2);
      head.writeUInt16BE(1, 6);
      head.writeUInt16BE(0, 10);
      const name = query.indexOf(0, 12);
      const question = query.subarray(12, name + 5);
      const answer = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 100, 64, 0, 9]);
      server.send(Buffer.concat([head, question, answer]), port, address);
    });
    open.push(server);
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    expect(await lookUp('nomad.pool.test', `127.0.0.1:${server.address().port}`, 1_000)).toBe('100.64.0.9');
    expect(await lookUp('nomad.pool.test', '127.0.0.1:9', 200)).toBeNull();
    expect(await lookUp('nomad.pool.test', 'no address', 200)).toBeNull();
  });
});
