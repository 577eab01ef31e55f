import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { usualLimits } from '../../../contract/usual.ts';
import type { FootprintEntry, FootprintLine } from '../footprint.ts';
import type { Stock, Use } from '../ports/images.ts';
import { beforeLine, cameNow, takenNames } from './came.ts';
import { imageNamed, listedName } from './image-names.ts';
import { agentLimits, budgetBytes, kept, viewLimits, withLimits, type Hardware } from './limits.ts';
import { bytesToFree, whatGoes, type Kept } from './what-goes.ts';

const desktop: Hardware = { cores: 16, mhz: 3_500, memoryMib: 65_536, diskMib: 1_000_000 };

describe('what stays the owner’s', () => {
  it('is a quarter of the cores and a fifth of the memory of a large machine', () => {
    expect(kept(desktop, usualLimits)).toEqual({ cores: 4, memoryMib: 13_107 });
  });
  it('is at least two cores and 4 GiB, and never more than half of a small one', () => {
    expect(kept({ ...desktop, cores: 6, memoryMib: 16_384 }, usualLimits)).toEqual({
      cores: 2,
      memoryMib: 4_096,
    });
    expect(kept({ ...desktop, cores: 2, memoryMib: 4_096 }, usualLimits)).toEqual({
      cores: 1,
      memoryMib: 2_048,
    });
  });
  it('always leaves something for jobs, whatever the owner keeps', () => {
    const all = fc.record({
      cores: fc.integer({ min: 1, max: 256 }),
      memoryMib: fc.integer({ min: 1_024, max: 2_000_000 }),
      keepCores: fc.option(fc.integer({ min: 0, max: 4_096 })),
      keepMemoryMib: fc.option(fc.integer({ min: 0, max: 16_777_216 })),
    });
    fc.assert(
      fc.property(all, ({ cores, memoryMib, keepCores, keepMemoryMib }) => {
        const hardware = { ...desktop, cores, memoryMib };
        const mine = kept(hardware, { ...usualLimits, keepCores, keepMemoryMib });
        expect(mine.cores).toBeLessThan(cores + (cores === 1 ? 1 : 0));
        expect(mine.memoryMib).toBeLessThan(memoryMib);
        expect(mine.cores).toBeGreaterThanOrEqual(0);
      }),
    );
  });
  it('is said to the agent in what it understands, and a tenth of the disk with it', () => {
    expect(agentLimits(desktop)).toEqual({ cpuMhz: 14_000, memoryMib: 13_107, diskMib: 100_000, jobs: null });
    const wanted = withLimits(
      { name: 'rig' },
      agentLimits(desktop, { ...usualLimits, jobs: 3, keepCores: 0 }),
    );
    expect(wanted).toEqual({
      name: 'rig',
      reserved: { cpuMhz: 0, memoryMib: 13_107, diskMib: 100_000 },
      maxJobs: 3,
    });
    expect(withLimits({ name: 'rig' }, null)).toEqual({ name: 'rig' });
    expect(withLimits(null, agentLimits(desktop))).toBeNull();
  });
  it('is shown with what it is measured against', () => {
    expect(viewLimits(null, {}, null)).toBeNull();
    expect(
      viewLimits(
        desktop,
        { limits: { ...usualLimits, keepCores: 6 } },
        { budgetBytes: 9, imageBytes: 2, folderBytes: 1 },
      ),
    ).toEqual({
      cores: 16,
      memoryMib: 65_536,
      keepCores: 6,
      keepMemoryMib: 13_107,
      usualCores: 4,
      usualMemoryMib: 13_107,
      jobs: null,
      budgetBytes: 9,
      imageBytes: 2,
      folderBytes: 1,
    });
  });
});

describe('the budget', () => {
  it('is the smaller of 60 GB and a fifth of what is free, counting what jobs left as free', () => {
    expect(budgetBytes(usualLimits, 1e12, 0)).toBe(60e9);
    expect(budgetBytes(usualLimits, 100e9, 0)).toBe(20e9);
    expect(budgetBytes(usualLimits, 85e9, 15e9)).toBe(20e9);
    expect(budgetBytes(usualLimits, null, 0)).toBe(60e9);
    expect(budgetBytes({ ...usualLimits, budgetMib: 10 }, 100e9, 0)).toBe(10_485_760);
  });
});

describe('what goes for room', () => {
  const one = (id: string, bytes: number, usedAt: number, inUse = false): Kept => ({
    kind: 'image',
    id,
    bytes,
    usedAt,
    inUse,
  });
  const ids = (list: readonly Kept[]): readonly string[] => list.map(({ id }) => id);
  it('is nothing within the budget', () => {
    expect(whatGoes([one('a', 10, 1), one('b', 10, 2)], 20, null)).toEqual([]);
  });
  it('is the least recently used first, and no more than is needed', () => {
    expect(ids(whatGoes([one('new', 10, 9), one('old', 5, 1), one('middle', 10, 5)], 12, null))).toEqual([
      'old',
      'middle',
    ]);
  });
  it('is never what is in use, which counts all the same', () => {
    expect(ids(whatGoes([one('used', 50, 1, true), one('free', 10, 2)], 20, null))).toEqual(['free']);
    expect(whatGoes([one('used', 50, 1, true)], 20, null)).toEqual([]);
  });
  it('is more than the budget asks where the disk is nearly full', () => {
    const disk = { freeBytes: 90, totalBytes: 1_000 };
    expect(bytesToFree([one('a', 5, 1)], 100, disk)).toBe(10);
    expect(ids(whatGoes([one('a', 5, 1), one('b', 7, 2), one('c', 9, 3)], 100, disk))).toEqual(['a', 'b']);
    expect(whatGoes([one('a', 5, 1)], 100, { freeBytes: 100, totalBytes: 1_000 })).toEqual([]);
  });
});

describe('names of images', () => {
  it.each([
    ['nginx', 'nginx:latest'],
    ['docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['https://index.docker.io/lab/train', 'lab/train:latest'],
    ['localhost:5000/train', 'localhost:5000/train:latest'],
    ['ghcr.io/lab/train:2', 'ghcr.io/lab/train:2'],
    ['ghcr.io/lab/train:2@sha256:aa', 'ghcr.io/lab/train@sha256:aa'],
  ])('%s is listed as %s', (given, listed) => expect(listedName(given)).toBe(listed));
  it('mean the image that has them now', () => {
    const images = [
      { id: 'sha256:1', names: ['nginx:1.27'], bytes: 1 },
      { id: 'sha256:2', names: ['ghcr.io/lab/train@sha256:aa'], bytes: 1 },
    ];
    expect(imageNamed(images, 'docker.io/nginx:1.27')?.id).toBe('sha256:1');
    expect(imageNamed(images, 'ghcr.io/lab/train@sha256:aa')?.id).toBe('sha256:2');
    expect(imageNamed(images, 'sha256:2')?.id).toBe('sha256:2');
    expect(imageNamed(images, 'nginx')).toBeNull();
  });
});

describe('what came with jobs', () => {
  const nothing = { images: [], volumes: [], networks: [] };
  const image = (id: string, ...names: string[]) => ({ id, names, bytes: 1 });
  const stock: Stock = {
    images: [
      image('sha256:old', 'old:1'),
      image('sha256:new', 'new:1', 'new@sha256:d'),
      image('sha256:mine', 'mine:1'),
    ],
    volumes: ['before', 'job', 'mine'],
    networks: [
      { id: 'n0', name: 'bridge' },
      { id: 'n1', name: 'job' },
    ],
  };
  const use: Use = {
    jobs: { images: ['sha256:old', 'sha256:new'], volumes: ['before', 'job'], networks: ['n0', 'n1'] },
    others: nothing,
  };
  const entries = (...lines: readonly FootprintLine[]): readonly FootprintEntry[] =>
    lines.map((line, i) => ({ id: i + 1, at: 1, line }));
  const before = beforeLine({ images: [image('sha256:old', 'old:1')], volumes: ['before'], networks: [] });
  it('is what a job used and was not there before, and nothing of the owner’s', () => {
    expect(cameNow(entries(before), stock, use, [])).toEqual([
      { kind: 'image', id: 'sha256:new', name: 'new:1' },
      { kind: 'volume', name: 'job' },
      { kind: 'network', id: 'n1', name: 'job' },
    ]);
  });
  it('is also an image that a job named, though its container never started', () => {
    expect(cameNow(entries(before), stock, { jobs: nothing, others: nothing }, ['docker.io/new:1'])).toEqual([
      { kind: 'image', id: 'sha256:new', name: 'docker.io/new:1' },
    ]);
  });
  it('is noted once, an image once for each name that a job gave it', () => {
    const first = cameNow(entries(before), stock, use, []);
    expect(cameNow(entries(before, ...first), stock, use, [])).toEqual([]);
    const again = { ...stock, images: [image('sha256:new', 'new:1', 'new:latest')] };
    expect(cameNow(entries(before, ...first), again, use, ['new', 'new:1'])).toEqual([
      { kind: 'image', id: 'sha256:new', name: 'new' },
    ]);
  });
  it('is nothing where nobody knows what was there before', () => {
    expect(cameNow([], stock, use, ['new:1'])).toEqual([]);
  });
  it('gives names back that it took', () => {
    expect(takenNames(before, image('sha256:new', 'old:1', 'new:1'))).toEqual([
      { id: 'sha256:old', name: 'old:1' },
    ]);
    expect(takenNames(null, image('sha256:new', 'old:1'))).toEqual([]);
  });
});
