import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { AppState } from '../contract/app-state.ts';
import { problemOf } from '../client/problem-of.ts';
import { problem, ProblemError } from '../contract/problems.ts';
import { HostKeeper, restarts, type ReachedHost } from './host-keeper.ts';
import type { ShellState } from './shell-state.ts';
import { appState } from './testing/app-state.ts';

/** A host that tells the states it is given; it ends on purpose or vanishes. */
class FakeHost {
  #waiting: ((next: AppState | 'end' | 'vanish') => void)[] = [];
  #queue: (AppState | 'end' | 'vanish')[] = [];
  closed = false;

  tell(next: AppState | 'end' | 'vanish'): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(next);
    else this.#queue.push(next);
  }

  async *#states() {
    for (;;) {
      const next =
        this.#queue.shift() ??
        (await new Promise<AppState | 'end' | 'vanish'>((resolve) => this.#waiting.push(resolve)));
      if (next === 'end') return;
      if (next === 'vanish') throw new Error('socket closed');
      yield next;
    }
  }

  reached(): ReachedHost {
    const host = { state: () => Promise.resolve(this.#states()) } as unknown as ReachedHost['host'];
    return { host, close: () => (this.closed = true) };
  }
}

const app = appState({ kind: 'sharing', since: 0, busy: false });
const ends: AbortController[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end.abort();
});

/** A keeper whose world is `running`, whose starts are made by `start`; time runs a thousand times as fast. */
function kept(start: () => FakeHost, running: FakeHost | null = null) {
  const world = { running, starts: 0, now: 0, seen: [] as ShellState['host'][] };
  const keeper = new HostKeeper({
    version: '0.1.0',
    access: {
      find: () => Promise.resolve(world.running?.reached() ?? null),
      start: async () => {
        world.starts += 1;
        world.running = start();
        return world.running.reached();
      },
      problemOf,
    },
    now: () => world.now,
    wait: async (ms, signal) => {
      world.now += ms;
      await delay(1, undefined, { signal }).catch(() => undefined);
    },
    changed: ({ host }) => world.seen.at(-1) === host || world.seen.push(host),
  });
  const end = new AbortController();
  ends.push(end);
  void keeper.run(end.signal);
  const vanish = () => {
    const gone = world.running;
    world.running = null;
    gone?.tell('vanish');
  };
  return { keeper, world, vanish };
}

const living = () => {
  const host = new FakeHost();
  host.tell(app);
  return host;
};

test('a host that runs is found and followed, and none is started', async () => {
  const { keeper, world } = kept(living, living());
  await expect.poll(() => keeper.state).toMatchObject({ host: 'up', sameVersion: true });
  world.running?.tell({ ...app, revision: 2, version: '0.0.9' });
  await expect
    .poll(() => keeper.state)
    .toMatchObject({ host: 'up', sameVersion: false, app: { revision: 2 } });
  expect(world.starts).toBe(0);
});

test('without one a host is started', async () => {
  const { keeper, world } = kept(living);
  await expect.poll(() => keeper.state.host).toBe('up');
  expect(world.starts).toBe(1);
});

test('a host that vanished is started again', async () => {
  const { keeper, world, vanish } = kept(living);
  await expect.poll(() => keeper.state.host).toBe('up');
  vanish();
  await expect.poll(() => world.seen).toEqual(['up', 'lost', 'up']);
  expect([world.starts, keeper.host === null]).toEqual([2, false]);
});

/** The host frees the GPU and ends, as it does when it is told to stop. */
async function stop({ keeper, world }: ReturnType<typeof kept>): Promise<void> {
  await expect.poll(() => keeper.state.host).toBe('up');
  const stopped = world.running;
  stopped?.tell(appState({ kind: 'paused', reasons: [], until: null, ends: 'owner' }));
  world.running = null;
  stopped?.tell('end');
  await expect.poll(() => keeper.state.host).toBe('stopped');
}

test('a host that was stopped on purpose stays so until it is asked for', async () => {
  const one = kept(living);
  const { keeper, world } = one;
  await stop(one);
  await delay(30);
  expect([world.starts, keeper.host]).toEqual([1, null]);
  keeper.startAgain();
  await expect.poll(() => keeper.state.host).toBe('up');
  expect(world.starts).toBe(2);
});

test('a host that ends politely amid its work was not stopped, and is started again', async () => {
  const { keeper, world } = kept(living);
  await expect.poll(() => keeper.state.host).toBe('up');
  const ended = world.running;
  world.running = null;
  ended?.tell('end');
  await expect.poll(() => world.seen).toEqual(['up', 'lost', 'up']);
});

test('a stopped host that somebody else starts is found', async () => {
  const one = kept(living);
  const { keeper, world } = one;
  await stop(one);
  world.running = living();
  await expect.poll(() => keeper.state.host).toBe('up');
  expect(world.starts).toBe(1);
});

test('a host that dies at once is given up after some tries, and tried again when asked', async () => {
  const { keeper, world } = kept(() => {
    const host = new FakeHost();
    host.tell('vanish');
    setTimeout(() => (world.running = null));
    return host;
  });
  await expect
    .poll(() => keeper.state)
    .toMatchObject({ host: 'down', problem: { code: 'host-not-running', remedy: 'start-host' } });
  await delay(30);
  expect(world.starts).toBe(restarts.most);
  keeper.startAgain();
  await expect.poll(() => world.starts).toBeGreaterThan(restarts.most);
});

test('a start that fails says why', async () => {
  const { keeper, world } = kept(() => {
    throw new ProblemError(problem('host-not-running', 'Error: boom'));
  });
  await expect.poll(() => keeper.state).toMatchObject({ host: 'down', problem: { detail: 'Error: boom' } });
  await delay(30);
  expect(world.starts).toBe(restarts.most);
});

test('while stopping, states are shown as such and the end is the end', async () => {
  const { keeper, world } = kept(living);
  await expect.poll(() => keeper.state.host).toBe('up');
  keeper.beginStopping();
  expect(keeper.state.host).toBe('stopping');
  world.running?.tell({ ...app, revision: 5 });
  await expect.poll(() => keeper.state).toMatchObject({ host: 'stopping', app: { revision: 5 } });
  const stopped = world.running;
  world.running = null;
  stopped?.tell('vanish');
  await expect.poll(() => keeper.state.host).toBe('stopped');
  await delay(20);
  expect(world.starts).toBe(1);
});

test('the connection to a host that ended is closed', async () => {
  const { keeper, world, vanish } = kept(living);
  await expect.poll(() => keeper.state.host).toBe('up');
  const first = world.running;
  vanish();
  await expect.poll(() => first?.closed).toBe(true);
});

test('a place taken by something else is said and nothing is started there', async () => {
  let starts = 0;
  const keeper = new HostKeeper({
    version: '0.1.0',
    access: {
      find: () => Promise.reject(new ProblemError(problem('host-not-running', 'belongs to another user'))),
      start: () => Promise.reject(new Error(String((starts += 1)))),
      problemOf,
    },
    now: () => 0,
    wait: () => delay(1),
    changed: () => {},
  });
  const end = new AbortController();
  ends.push(end);
  void keeper.run(end.signal);
  await expect
    .poll(() => keeper.state)
    .toMatchObject({ host: 'down', problem: { detail: 'belongs to another user' } });
  expect(starts).toBe(0);
});
