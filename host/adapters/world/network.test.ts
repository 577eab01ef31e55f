import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { dial, freePort } from './network.ts';

let server: Server;
let port: number;

beforeEach(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => new Promise<void>((resolve) => void server.close(() => resolve())));

it('says how long a connection took', async () => {
  expect(await dial('127.0.0.1', port, 1_000)).toEqual({ ok: true, ms: expect.any(Number) as number });
});

it('says that nobody listens', async () => {
  expect(await dial('127.0.0.1', 1, 1_000)).toEqual({ ok: false, why: 'refused' });
});

it('says that an address cannot be reached', async () => {
  expect(await dial('255.255.255.255', 9, 1_000)).toEqual({ ok: false, why: 'unreachable' });
});

it('gives the preferred port only where nobody uses it', async () => {
  const other = await freePort(port);
  expect(other).not.toBe(port);
  expect(other).toBeGreaterThan(1_023);
  expect(await freePort(other)).toBe(other);
});
