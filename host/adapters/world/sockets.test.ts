import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Unreachable } from '../../core/ports/world.ts';
import { systemClock } from './clock.ts';
import { chooseSocket, engineSockets, httpToChosen } from './sockets.ts';

let folder: string;
const servers: Server[] = [];

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'rigshare-sockets-'))));
afterEach(async () => {
  await Promise.all(servers.splice(0).map((one) => new Promise((resolve) => one.close(resolve))));
  await rm(folder, { recursive: true });
});

async function listen(name: string): Promise<string> {
  const path = join(folder, name);
  const server = createServer((_request, response) => response.end(name));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return path;
}

it('looks where the setting says and nowhere else', () => {
  expect(engineSockets('/my/engine.sock', { DOCKER_HOST: 'unix:///other.sock' })).toEqual([
    '/my/engine.sock',
  ]);
});

it('looks at DOCKER_HOST, then Docker’s socket, then the user’s own engines', () => {
  expect(engineSockets(null, { DOCKER_HOST: 'unix:///a.sock', XDG_RUNTIME_DIR: '/run/user/7' })).toEqual([
    '/a.sock',
    '/var/run/docker.sock',
    '/run/user/7/docker.sock',
    '/run/user/7/podman/podman.sock',
  ]);
});

it('takes no engine on another machine', () => {
  expect(engineSockets(null, { DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toEqual(['/var/run/docker.sock']);
});

it('takes the first socket that is one, passing by what is absent and what is a file', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  const first = await listen('first.sock');
  const second = await listen('second.sock');
  expect(await chooseSocket([join(folder, 'none'), file, first, second])).toBe(first);
  expect(await chooseSocket([join(folder, 'none'), file])).toBe(null);
});

it('speaks to an engine that appears only later', async () => {
  const path = join(folder, 'late.sock');
  const fetch = httpToChosen(() => chooseSocket([path]), 'http://engine', systemClock);
  await expect(fetch({ path: '/', timeoutMs: 1_000 })).rejects.toThrow(Unreachable);
  await listen('late.sock');
  expect(await (await fetch({ path: '/', timeoutMs: 1_000 })).text()).toBe('late.sock');
});
