import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../../core/testing/fake-clock.ts';
import { httpTo } from '../world/http.ts';
import { LocalApi } from './local-api.ts';
import { FakeLocalApi } from './testing/fake-local-api.ts';
import { watchBus } from './watch.ts';

const real = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('watching the daemon’s bus', () => {
  let api: FakeLocalApi;
  let clock: FakeClock;
  let stop: AbortController;
  let buses: ServerResponse[];
  let changes: number;
  let watching: Promise<void>;

  beforeEach(async () => {
    api = await FakeLocalApi.start();
    clock = new FakeClock();
    stop = new AbortController();
    buses = [];
    changes = 0;
    api.reply('GET watch-ipn-bus', (response) => {
      buses.push(response.writeHead(200));
      response.flushHeaders();
    });
    const local = new LocalApi(
      httpTo({ origin: 'http://local-tailscaled.sock', socketPath: api.socket }, clock),
    );
    watching = watchBus(local, clock, () => (changes += 1), stop.signal);
    await opened(1);
  });
  afterEach(async () => {
    stop.abort();
    await watching;
    await api.stop();
  });

  async function opened(count: number): Promise<void> {
    for (let tries = 0; buses.length < count && tries < 200; tries += 1) await real(10);
    expect(buses).toHaveLength(count);
  }
  async function say(...lines: readonly string[]): Promise<void> {
    buses.at(-1)?.write(lines.join(''));
    await real(60);
  }
  const line = (message: unknown): string => `${JSON.stringify(message)}\n`;

  it('calls at each change, and once for what is said several times', async () => {
    await say(line({ State: 5, Prefs: null }));
    await say(line({ State: 6 }), line({ State: 6 }), line({ State: 6 }));
    expect(changes).toBe(2);
  });

  it('does not call for network maps and traffic counters', async () => {
    await say(line({ NetMap: { Peers: [] }, State: null }), line({ Engine: { RBytes: 1 } }), '\n');
    expect(changes).toBe(0);
  });

  it('puts messages together that come in pieces', async () => {
    const [first, second] = ['{"State":', '6}\n'];
    await say(first ?? '');
    expect(changes).toBe(0);
    await say(second ?? '');
    expect(changes).toBe(1);
  });

  it('takes what it cannot read for a change', async () => {
    await say('not json\n');
    expect(changes).toBe(1);
  });

  it('calls when the bus drops, opens it again, and waits longer each time that fails', async () => {
    api.drop();
    await real(60);
    expect(changes).toBe(1);
    await clock.advance(1_000);
    await opened(2);
    api.reply('GET watch-ipn-bus', { status: 403, body: '' });
    const tries = (): number => api.asked.length;
    api.drop();
    await real(60);
    const before = tries();
    for (const [waitMs, expected] of [
      [1_000, 1],
      [1_000, 1],
      [1_000, 2],
    ] as const) {
      await clock.advance(waitMs);
      await real(60);
      expect(tries() - before).toBe(expected);
    }
  });

  it('ends when it is told to, without another call', async () => {
    stop.abort();
    await watching;
    expect(changes).toBe(0);
  });
});
