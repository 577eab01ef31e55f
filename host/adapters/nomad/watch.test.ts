import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { Api } from './api.ts';
import { placesIn } from './places.ts';
import { fastWorld } from './testing/fast.ts';
import { quietLog } from './testing/fake-nomad.ts';
import { rawServer, type RawServer } from './testing/raw-server.ts';
import { NodeWatch } from './watch.ts';

const times = 50;
const world = fastWorld(times);
const nodeId = '11111111-1111-1111-1111-111111111111';
/** What Nomad writes before it has asked anybody whether we may listen. */
const head = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n';
const events = (index: number): string =>
  `{"Index":${index},"Events":[{"Type":"NodeDrain","Topic":"Node"}]}\n`;

let folder: string;
let server: RawServer;
let streams: Socket[];
let answer: (socket: Socket) => void;
let changes: number;
let stop: AbortController;
let watch: NodeWatch;
let running: Promise<void>;
let up: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-watch-'));
  const places = placesIn(folder);
  await mkdir(places.state);
  await writeFile(places.nodeId, nodeId);
  await writeFile(places.secretId, nodeId);
  streams = [];
  answer = (socket) => void socket.write(`${head}{}\n`);
  server = await rawServer((socket) => {
    streams.push(socket);
    answer(socket);
  });
  up = true;
  const reach = (): Promise<{ httpPort: number; registered: boolean } | null> =>
    Promise.resolve(up ? { httpPort: server.port, registered: true } : null);
  const api = new Api({ world, places, files: createFiles(systemClock), log: quietLog(), reach });
  changes = 0;
  stop = new AbortController();
  watch = new NodeWatch(api, world.clock, () => void changes++, stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await server.close();
  await rm(folder, { recursive: true });
});

const begin = (): void => void (running = watch.run());
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (what()) return;
    await pause(10);
  }
  throw new Error('it did not happen within three seconds');
}

it('listens to this node alone, and calls once for all that it missed', async () => {
  begin();
  await until(() => changes === 1);
  expect(server.asked).toEqual([`GET /v1/event/stream?topic=Node:${nodeId}`]);
  await pause(50);
  expect(changes).toBe(1);
});

it('calls at each new event, also one that arrives in pieces, and not at a heartbeat', async () => {
  begin();
  await until(() => changes === 1);
  streams[0]?.write(events(10).slice(0, 9));
  streams[0]?.write('');
  await pause(30);
  expect(changes).toBe(1);
  streams[0]?.write(events(10).slice(9));
  await until(() => changes === 2);
  streams[0]?.write('{}\n');
  await pause(30);
  expect(changes).toBe(2);
});

it('does not call for what the server repeats', async () => {
  begin();
  await until(() => changes === 1);
  streams[0]?.write(events(10));
  await until(() => changes === 2);
  streams[0]?.write(events(9) + events(10));
  await pause(50);
  expect(changes).toBe(2);
  streams[0]?.write(events(11));
  await until(() => changes === 3);
});

it('leaves a stream that was refused, which stays open without a word, and tries again ever more seldom', async () => {
  answer = (socket) => void socket.write(head);
  begin();
  await until(() => streams.length === 3);
  const gaps = server.asked.length;
  expect(changes).toBe(0);
  expect(server.open()).toBeLessThanOrEqual(1);
  // 3 s without a word, then waits of 1, 2, 4 s: some 16 s of its clock for four tries.
  await pause(3_500 / times);
  expect(server.asked.length).toBe(gaps);
});

it('leaves a stream that fell silent past its heartbeat, tells so, and listens anew', async () => {
  begin();
  await until(() => changes === 1);
  await pause(33_000 / times);
  expect(streams.length).toBe(1);
  await until(() => streams.length === 2);
  await until(() => changes >= 2);
  expect(server.open()).toBe(1);
});

it('keeps a stream whose heartbeat comes', async () => {
  begin();
  await until(() => changes === 1);
  for (let beat = 0; beat < 4; beat++) {
    await pause(20_000 / times);
    streams[0]?.write('{}\n');
  }
  expect(streams.length).toBe(1);
});

it('tells when the stream ends, since its server may be gone, and listens anew', async () => {
  begin();
  await until(() => changes === 1);
  streams[0]?.end();
  await until(() => changes >= 2 && streams.length === 2);
});

it('waits for an agent that is down, and listens at once when it was started', async () => {
  up = false;
  begin();
  // Its waits have grown to a minute by now.
  await pause(70_000 / times);
  expect(streams.length).toBe(0);
  up = true;
  watch.wake();
  await until(() => streams.length === 1);
});

it('hangs up when nobody listens any more', async () => {
  begin();
  await until(() => changes === 1);
  stop.abort();
  await running;
  await until(() => server.open() === 0);
  expect(changes).toBe(1);
});
