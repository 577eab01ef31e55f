import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { Api } from './api.ts';
import { placesIn } from './places.ts';
import { quietLog } from './testing/fake-nomad.ts';
import { HandClock, until, worldOn } from './testing/hand-clock.ts';
import { rawServer, type RawServer } from './testing/raw-server.ts';
import { NodeWatch } from './watch.ts';

const nodeId = '11111111-1111-1111-1111-111111111111';
/** What Nomad writes before it has asked anybody whether we may listen. */
const head = 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n\r\n';
const events = (index: number): string =>
  `{"Index":${index},"Events":[{"Type":"NodeDrain","Topic":"Node"}]}\n`;

let folder: string;
let clock: HandClock;
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
  clock = new HandClock();
  const api = new Api({
    world: worldOn(clock),
    places,
    files: createFiles(systemClock),
    log: quietLog(),
    reach,
  });
  changes = 0;
  stop = new AbortController();
  watch = new NodeWatch(api, clock, () => void changes++, stop.signal);
});
afterEach(async () => {
  stop.abort();
  await running;
  await server.close();
  await rm(folder, { recursive: true });
});

/** How many calls there were once all that is gathered was let out. */
const counted = (): number => {
  clock.advance(50);
  return changes;
};
/** Waits until a timer of this length runs. */
const waiting = (ms: number): Promise<boolean> => until(() => clock.waits().includes(ms));
/** Long enough for whatever is under way on loopback. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

async function begin(): Promise<void> {
  running = watch.run();
  await until(() => streams.length === 1);
}
/** Begins, and has heard the first word. */
async function listen(): Promise<void> {
  await begin();
  await until(() => counted() === 1);
}

it('listens to this node alone, and calls once for all that it missed', async () => {
  await listen();
  expect(server.asked).toEqual([`GET /v1/event/stream?topic=Node:${nodeId}`]);
  await settled();
  expect(counted()).toBe(1);
});

it('calls at each new event, also one that arrives in pieces, and not at a heartbeat', async () => {
  await listen();
  streams[0]?.write(events(10).slice(0, 9));
  await settled();
  expect(counted()).toBe(1);
  streams[0]?.write(events(10).slice(9));
  await until(() => counted() === 2);
  streams[0]?.write('{}\n');
  await settled();
  expect(counted()).toBe(2);
});

it('calls once for a burst', async () => {
  await listen();
  streams[0]?.write(events(10) + events(11) + events(12));
  await settled();
  expect(counted()).toBe(2);
});

it('does not call for what the server repeats', async () => {
  await listen();
  streams[0]?.write(events(10));
  await until(() => counted() === 2);
  streams[0]?.write(events(9) + events(10));
  await settled();
  expect(counted()).toBe(2);
  streams[0]?.write(events(11));
  await until(() => counted() === 3);
});

it('leaves a stream that was refused, which stays open without a word, and tries again ever more seldom', async () => {
  answer = (socket) => void socket.write(head);
  await begin();
  for (const [tries, wait] of [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000].entries()) {
    await until(() => streams.length === tries + 1);
    await settled();
    clock.advance(2_999);
    expect(server.open()).toBe(1);
    clock.advance(1);
    await waiting(wait);
    await until(() => server.open() === 0);
    clock.advance(wait);
  }
  expect(changes).toBe(0);
});

it('leaves a stream that fell silent past its heartbeat, tells so, and listens anew', async () => {
  await listen();
  clock.advance(34_000);
  expect(server.open()).toBe(1);
  clock.advance(1_000);
  await waiting(1_000);
  expect(counted()).toBe(2);
  clock.advance(1_000);
  await until(() => streams.length === 2);
});

it('keeps a stream whose heartbeat comes', async () => {
  await listen();
  for (let beat = 0; beat < 4; beat++) {
    clock.advance(30_000);
    streams[0]?.write('{}\n');
    await waiting(35_000);
  }
  expect(streams.length).toBe(1);
});

it('tells when the stream ends, since its server may be gone, and listens anew', async () => {
  await listen();
  streams[0]?.end();
  await waiting(1_000);
  expect(counted()).toBe(2);
  clock.advance(1_000);
  await until(() => streams.length === 2);
});

it('tries soon again after a stream that lived long', async () => {
  answer = (socket) => void socket.write(head);
  await begin();
  await settled();
  clock.advance(3_000);
  await waiting(1_000);
  answer = (socket) => void socket.write(`${head}{}\n`);
  clock.advance(1_000);
  await until(() => counted() === 1);
  for (let beat = 0; beat < 3; beat++) {
    clock.advance(30_000);
    streams[1]?.write('{}\n');
    await waiting(35_000);
  }
  streams[1]?.end();
  expect(await waiting(1_000)).toBe(true);
});

it('waits for an agent that is down, and listens at once when it was started', async () => {
  up = false;
  running = watch.run();
  for (const wait of [1_000, 2_000, 4_000]) {
    await waiting(wait);
    clock.advance(wait);
  }
  await waiting(8_000);
  expect(streams.length).toBe(0);
  up = true;
  watch.wake();
  await until(() => streams.length === 1);
});

it('hangs up when nobody listens any more', async () => {
  await listen();
  stop.abort();
  await running;
  await until(() => server.open() === 0);
  expect(counted()).toBe(1);
});
