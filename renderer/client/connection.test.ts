import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { AppState } from '../../contract/app-state.ts';
import { sharingState } from '../testing/states.ts';
import { Connection } from './connection.ts';
import { LockedError, type HostClient } from './rpc.ts';

const state = sharingState(1000, '1.0.0');

/** A host whose state streams are told one by one what to do: the states they bring, then how they end. */
function hostOf(...streams: readonly (() => AsyncGenerator<AppState>)[]): {
  readonly client: HostClient;
  readonly opened: () => number;
} {
  let opened = 0;
  const open = () => {
    const stream = streams[Math.min(opened, streams.length - 1)];
    opened += 1;
    return stream === undefined ? Promise.reject(new TypeError('no host')) : Promise.resolve(stream());
  };
  return { client: { state: open } as unknown as HostClient, opened: () => opened };
}

async function* brings(...states: readonly AppState[]): AsyncGenerator<AppState> {
  yield* states;
}

async function* stays(...states: readonly AppState[]): AsyncGenerator<AppState> {
  yield* states;
  await new Promise(() => undefined);
}

// eslint-disable-next-line require-yield -- a stream that fails before it brings anything
async function* fails(error: Error): AsyncGenerator<AppState> {
  await Promise.resolve();
  throw error;
}

function watch(client: HostClient): Connection {
  vi.useFakeTimers();
  const connection = new Connection(client);
  const stop = connection.start();
  onTestFinished(() => {
    stop();
    vi.useRealTimers();
  });
  return connection;
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the connection to the host', () => {
  it('keeps the newest state, and tells its listeners', async () => {
    const { client } = hostOf(() => stays(state, { ...state, revision: 2 }));
    const connection = watch(client);
    const heard = vi.fn();
    connection.subscribe(heard);
    expect(connection.snapshot()).toMatchObject({ link: 'connecting', state: null });
    await pass(0);
    expect(connection.snapshot()).toMatchObject({ link: 'connected', state: { revision: 2 } });
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('comes back from a short loss without a word of it', async () => {
    const { client } = hostOf(
      () => brings(state),
      () => stays({ ...state, revision: 7 }),
    );
    const connection = watch(client);
    const links = new Set<string>();
    connection.subscribe(() => links.add(connection.snapshot().link));
    await pass(1000);
    expect(connection.snapshot().state?.revision).toBe(7);
    expect([...links]).toEqual(['connected']);
  });

  it('says that the host is away while it keeps what was seen, tries less and less often, and comes back', async () => {
    const away = () => fails(new TypeError('fetch failed'));
    const { client, opened } = hostOf(
      () => brings(state),
      away,
      away,
      away,
      away,
      away,
      away,
      () => stays({ ...state, revision: 9 }),
    );
    const connection = watch(client);
    await pass(400);
    expect(connection.snapshot()).toMatchObject({ link: 'lost', state: { revision: 1 } });
    const early = opened();
    await pass(4000);
    expect(opened() - early).toBeLessThan(4);
    await pass(20_000);
    expect(connection.snapshot()).toMatchObject({ link: 'connected', state: { revision: 9 } });
  });

  it('tries at once when asked', async () => {
    const away = () => fails(new TypeError('fetch failed'));
    const { client, opened } = hostOf(away, away, away, () => stays(state));
    const connection = watch(client);
    await pass(1100);
    expect(opened()).toBe(3);
    connection.retryNow();
    await pass(0);
    expect(connection.snapshot().link).toBe('connected');
  });

  it('stops where it is not let in', async () => {
    const { client, opened } = hostOf(() => fails(new LockedError()));
    const connection = watch(client);
    await pass(60_000);
    expect(connection.snapshot().link).toBe('locked');
    expect(opened()).toBe(1);
  });

  it('takes a host that the owner ended for ended', async () => {
    const { client, opened } = hostOf(() => brings(state));
    const connection = watch(client);
    await pass(0);
    connection.stopped();
    await pass(60_000);
    expect(connection.snapshot().link).toBe('stopped');
    expect(opened()).toBe(1);
  });
});
