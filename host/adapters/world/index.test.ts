import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createWorld } from './index.ts';

let folder: string;
const servers: Server[] = [];

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rigshare-world-'))));
afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => new Promise((resolve) => one.close(resolve))));
  await rm(folder, { recursive: true });
});

async function listen(where: string | number): Promise<number> {
  const server = createServer((request, response) => response.end(request.headers.host));
  servers.push(server);
  await new Promise<void>((resolve) => {
    if (typeof where === 'string') server.listen(where, resolve);
    else server.listen(where, '127.0.0.1', resolve);
  });
  return typeof where === 'string' ? 0 : (server.address() as AddressInfo).port;
}

const ask = { path: '/', timeoutMs: 1_000 };

it('knows who and where we are', () => {
  const { machine } = createWorld({ tailscaledSocket: () => null, engineSocket: () => null, env: {} });
  expect(machine).toMatchObject({
    hostname: hostname(),
    uid: process.getuid?.(),
    root: process.getuid?.() === 0,
  });
  expect(machine.bootId).not.toBe('');
});

it('speaks to tailscaled, the engine and an agent by the names they expect, where the settings say', async () => {
  const [tailscaled, engine] = [join(folder, 't.sock'), join(folder, 'e.sock')];
  await listen(tailscaled);
  await listen(engine);
  const port = await listen(0);
  let setting: string | null = null;
  const world = createWorld({ tailscaledSocket: () => tailscaled, engineSocket: () => setting, env: {} });
  expect(await (await world.tailscaled(ask)).text()).toBe('local-tailscaled.sock');
  expect(await (await world.nomad(port)(ask)).text()).toBe(`127.0.0.1:${port}`);
  setting = engine;
  expect(await world.engineSocket()).toBe(engine);
  expect(await (await world.engine(ask)).text()).toBe('engine');
});
