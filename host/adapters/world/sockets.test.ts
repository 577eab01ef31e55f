import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Unreachable } from '../../core/ports/world.ts';
import { systemClock } from './clock.ts';
import { chooseSocket, engineChoice, engineSockets, type EngineHints, httpToChosen } from './sockets.ts';

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

const hints = (over: Partial<EngineHints>): EngineHints => ({
  setting: null,
  last: null,
  uid: 7,
  env: {},
  ...over,
});

it('looks where the setting says and nowhere else', async () => {
  const env = { DOCKER_HOST: 'unix:///other.sock' };
  expect(await engineSockets(hints({ setting: '/my/engine.sock', env }))).toEqual(['/my/engine.sock']);
});

it('looks where the agent has its engine, at DOCKER_HOST, then at engines without root before root’s, and at Podman’s last', async () => {
  const env = { DOCKER_HOST: 'unix:///a.sock', XDG_RUNTIME_DIR: '/run/mine' };
  expect(await engineSockets(hints({ last: '/agents.sock', env }))).toEqual([
    '/agents.sock',
    '/a.sock',
    '/run/mine/docker.sock',
    '/var/run/docker.sock',
    '/run/mine/podman/podman.sock',
    '/run/podman/podman.sock',
  ]);
});

it('takes no engine on another machine, and finds a user’s own without a session', async () => {
  expect((await engineSockets(hints({ env: { DOCKER_HOST: 'tcp://10.0.0.1:2375' } }))).slice(0, 2)).toEqual([
    '/run/user/7/docker.sock',
    '/var/run/docker.sock',
  ]);
});

it.each([
  ['unix:///context.sock', '/context.sock'],
  ['tcp://10.0.0.1:2376', '/run/user/7/docker.sock'],
  ['unix:///home/mira/.docker/desktop/docker.sock', '/run/user/7/docker.sock'],
])('goes by the context that docker uses (%s)', async (host, first) => {
  const meta = join(folder, 'contexts', 'meta', createHash('sha256').update('rig').digest('hex'));
  await mkdir(meta, { recursive: true });
  await writeFile(join(folder, 'config.json'), '{"currentContext":"rig"}');
  await writeFile(join(meta, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: host } } }));
  expect((await engineSockets(hints({ env: { DOCKER_CONFIG: folder } })))[0]).toBe(first);
});

it('takes one that nobody may use or nobody listens on only where no other answers', async () => {
  const stale = join(folder, 'stale.sock');
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(stale, resolve));
  await rename(stale, `${stale}.kept`);
  await new Promise((resolve) => holder.close(resolve));
  await rename(`${stale}.kept`, stale);
  expect(await chooseSocket([stale])).toBe(stale);
  const live = await listen('live.sock');
  expect(await chooseSocket([stale, live])).toBe(live);
});

it('stays with the engine it found until that one fails or the setting changes', async () => {
  const first = join(folder, 'first.sock');
  const second = await listen('second.sock');
  let setting: string | null = null;
  const env = { DOCKER_HOST: `unix://${second}`, XDG_RUNTIME_DIR: folder };
  const choice = engineChoice(
    () => setting,
    () => hints({ last: first, env }),
  );
  expect(await choice.choose()).toBe(second);
  await listen('first.sock');
  expect(await choice.choose()).toBe(second);
  choice.failed();
  expect(await choice.choose()).toBe(first);
  setting = second;
  expect(await choice.choose()).toBe(second);
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
