import { beforeEach, describe, expect, it } from 'vitest';
import type { Disk, Greeting, World } from '../../core/ports/world.ts';
import { createHealth } from './index.ts';

const url = 'https://head.pool.example';
let wall: number;
let steady: number;
/** How far our clock is ahead of the server's. */
let ahead: number;
let asked: number;
let silent: boolean;
let disks: Map<string, Disk>;

const world = {
  clock: { now: () => wall, monotonic: () => steady },
  greet: (): Promise<Greeting> => {
    asked++;
    if (silent) return Promise.resolve({ ok: false, why: 'timeout' });
    const date = Math.floor((wall - ahead) / 1000) * 1000;
    return Promise.resolve({ ok: true, date, at: wall, trusted: true, issuer: null });
  },
  disk: (path: string) => Promise.resolve(disks.get(path) ?? null),
} as unknown as World;

const create = () => createHealth(world, ['/data', '/var/lib/docker', '/nowhere']);
const pass = (ms: number): void => {
  wall += ms;
  steady += ms;
};

beforeEach(() => {
  wall = Date.UTC(2026, 10, 25);
  steady = 5_000;
  ahead = 0;
  asked = 0;
  silent = false;
  disks = new Map([['/data', { device: '1', freeBytes: 10, totalBytes: 100 }]]);
});

describe('the disks that jobs write on', () => {
  it('are each told once, by the first of our folders on it', async () => {
    disks.set('/var/lib/docker', { device: '1', freeBytes: 10, totalBytes: 100 });
    expect((await create().look(null)).disks).toEqual([{ path: '/data', freeBytes: 10, totalBytes: 100 }]);
    disks.set('/var/lib/docker', { device: '2', freeBytes: 5, totalBytes: 50 });
    expect((await create().look(null)).disks.map((d) => d.path)).toEqual(['/data', '/var/lib/docker']);
  });
});

describe('the disk that the engine says it writes on', () => {
  it('is told too where it can be read and is another', async () => {
    disks.set('/mnt/docker', { device: '3', freeBytes: 1, totalBytes: 50 });
    const paths = async (root: string | null) => (await create().look(null, root)).disks.map((d) => d.path);
    expect(await paths('/mnt/docker')).toEqual(['/data', '/mnt/docker']);
    expect(await paths('/mnt/other')).toEqual(['/data']);
    expect(await paths(null)).toEqual(['/data']);
    disks.set('/mnt/docker', { device: '1', freeBytes: 1, totalBytes: 50 });
    expect(await paths('/mnt/docker')).toEqual(['/data']);
  });
});

describe('the clock', () => {
  it('is compared with the sign-in server’s once in a quarter of an hour while it is right', async () => {
    const health = create();
    for (let minute = 0; minute < 15; minute++) {
      expect(Math.abs((await health.look(url)).clockAheadMs!)).toBeLessThanOrEqual(1000);
      pass(60_000);
    }
    expect(asked).toBe(1);
    await health.look(url);
    expect(asked).toBe(2);
  });
  it('that leaps is compared at once, and one that is off each time until it is right', async () => {
    const health = create();
    await health.look(url);
    wall += 3_600_000;
    ahead = 3_600_000;
    expect((await health.look(url)).clockAheadMs).toBeGreaterThan(3_590_000);
    pass(60_000);
    await health.look(url);
    expect(asked).toBe(3);
    wall -= 3_600_000;
    ahead = 0;
    expect(Math.abs((await health.look(url)).clockAheadMs!)).toBeLessThanOrEqual(1000);
  });
  it('is not known where the server does not answer or there is none', async () => {
    silent = true;
    expect((await create().look(url)).clockAheadMs).toBeNull();
    expect((await create().look(null)).clockAheadMs).toBeNull();
    expect(asked).toBe(1);
  });
});
