import { afterEach, describe, expect, it } from 'vitest';
import { defaultSettings } from '../../../contract/app-state.ts';
import type { Limits } from '../../../contract/limits.ts';
import { usualLimits } from '../../../contract/usual.ts';
import { noFacts, seen, type Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { AllocationSample } from '../ports/nomad.ts';
import type { Sample } from '../observe.ts';
import { reasonsToPause } from '../pausing/reasons.ts';
import { observe } from '../observe.ts';
import type { Reconciler } from '../reconciler.ts';
import { engineSample } from '../testing/engine-sample.ts';
import { FakePorts } from '../testing/fake-ports.ts';
import { joined } from '../testing/world-model.ts';
import { Housekeeping } from './housekeeping.ts';

const gigabyte = 1_000_000_000;
const allocation = (id: string, client: AllocationSample['client'], image: string): AllocationSample => ({
  id,
  job: id,
  group: 'main',
  type: 'batch',
  desired: 'run',
  client,
  tasks: [
    {
      name: 'work',
      state: client === 'running' ? 'running' : 'dead',
      failed: false,
      restarts: 0,
      startedAt: 1,
      finishedAt: null,
      pulling: false,
      image,
    },
  ],
  gpus: [],
  createdAt: 1,
  modifiedAt: 1,
});

/** A computer that shares, with its house kept. */
class House {
  readonly ports = new FakePorts();
  limits: Limits = usualLimits;
  disk = { freeBytes: 500 * gigabyte, totalBytes: 1_000 * gigabyte };
  /** The disk that the engine says it writes on, at its own folder; null: it does not say. */
  engineDisk: { freeBytes: number; totalBytes: number } | null = null;
  work: readonly AllocationSample[] = [];
  failing: (() => void) | null = null;
  intent: Intent = { ...joined, pause: null };
  facts: Facts = noFacts;
  files = new Map<string, string>();
  writes = 0;
  allocations: string[] = [];
  /** Jobs that have a folder, and that the pool did not tell of. */
  begins: readonly string[] = [];
  readonly #listeners = new Set<() => void>();
  readonly keeping: Housekeeping;

  constructor() {
    this.ports.walked({ kind: 'engine-before', images: [], volumes: [], networks: [] });
    const all = this.ports.ports();
    this.keeping = new Housekeeping({
      clock: this.ports.clock,
      log: all.log,
      images: {
        ...all.images,
        use: (allocations, since) => {
          this.failing?.();
          return all.images.use(allocations, since);
        },
      },
      footprint: all.footprint,
      nomad: { ...all.nomad, allocationIds: () => Promise.resolve(this.allocations) },
      folders: {
        agent: '/agent',
        disk: (at) => Promise.resolve(at === undefined ? this.disk : this.engineDisk),
        bytes: () => Promise.resolve(gigabyte),
        remove: (path) => all.folders.remove(path),
      },
      files: {
        read: (path) => Promise.resolve(this.files.get(path) ?? null),
        replace: (path, text) => {
          this.writes++;
          return Promise.resolve(void this.files.set(path, text));
        },
      },
      reconciler: this as unknown as Reconciler,
      settings: () => ({ ...defaultSettings, limits: this.limits }),
    });
    this.keeping.start();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  see(sample: Sample): void {
    this.facts = observe(this.facts, sample, this.ports.clock.now());
    for (const listener of this.#listeners) listener();
  }

  /** The pool's jobs are these now; each has its folder. */
  async jobs(...work: readonly AllocationSample[]): Promise<void> {
    const now = this.ports.clock.now();
    this.work = work;
    this.allocations = [...work.map(({ id }) => id), ...this.begins];
    this.see({
      fact: 'engine',
      value: seen(engineSample({ dataRoot: this.engineDisk && '/mnt/docker' }), now),
    });
    this.see({ fact: 'work', value: seen(work, now) });
    await this.ports.clock.advance(50);
  }

  image(id: string, name: string, gigabytes: number): void {
    this.ports.images.images.push({ id, names: [name], bytes: gigabytes * gigabyte });
  }

  get removed(): readonly string[] {
    return [...this.ports.called('images.removeImage'), ...this.ports.called('folders.remove')];
  }
}

let house: House;
afterEach(() => house.keeping.close());

describe('the house', () => {
  it('notes what came with a job as soon as it is seen, and tells what it takes up', async () => {
    house = new House();
    house.image('sha256:a', 'a:1', 3);
    await house.jobs(allocation('one', 'running', 'a:1'));
    expect(house.ports.entries.map((e) => e.line.kind)).toEqual(['engine-before', 'image']);
    expect(house.facts.budget).toEqual({ budgetBytes: 60e9, imageBytes: 3e9, folderBytes: 0 });
    await house.jobs(allocation('one', 'complete', 'a:1'));
    expect(house.facts.budget).toMatchObject({ folderBytes: 1e9 });
    expect(house.removed).toEqual([]);
  });
  it('writes and asks nothing while nothing happens', async () => {
    house = new House();
    house.image('sha256:a', 'a:1', 3);
    await house.jobs(allocation('one', 'running', 'a:1'));
    const [writes, calls] = [house.writes, house.ports.calls.length];
    for (let i = 0; i < 20; i++) await house.jobs(allocation('one', 'running', 'a:1'));
    await house.ports.clock.advance(3_600_000);
    expect([house.writes, house.ports.calls.length]).toEqual([writes, calls]);
  });
  it('removes the least recently used first where they are over the budget, and never what a job uses', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 5_000 };
    house.image('sha256:a', 'a:1', 3);
    await house.jobs(allocation('one', 'running', 'a:1'));
    await house.ports.clock.advance(60_000);
    house.image('sha256:b', 'b:1', 2);
    await house.jobs(allocation('two', 'running', 'b:1'));
    await house.ports.clock.advance(60_000);
    house.image('sha256:c', 'c:1', 3);
    await house.jobs(allocation('three', 'running', 'c:1'), allocation('two', 'running', 'b:1'));
    expect(house.removed).toEqual(['images.removeImage sha256:a a:1']);
    expect(house.ports.entries.some((e) => e.line.kind === 'image' && e.line.id === 'sha256:a')).toBe(false);
  });
  it('never removes an image that was there before, though a job uses it', async () => {
    house = new House();
    house.ports.entries = [];
    house.ports.walked({
      kind: 'engine-before',
      images: [{ id: 'sha256:mine', names: ['mine:1'] }],
      volumes: [],
      networks: [],
    });
    house.limits = { ...usualLimits, budgetMib: 0 };
    house.image('sha256:mine', 'mine:1', 30);
    await house.jobs(allocation('one', 'running', 'mine:1'));
    await house.jobs(allocation('one', 'complete', 'mine:1'));
    expect(house.ports.called('images.removeImage')).toEqual([]);
  });
  it('takes an image that its owner fetched for no job’s, though one uses it later', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 0 };
    await house.jobs();
    house.image('sha256:own', 'own:1', 30);
    await house.ports.clock.advance(31_000);
    house.image('sha256:a', 'a:1', 3);
    await house.jobs(allocation('one', 'running', 'own:1'), allocation('two', 'running', 'a:1'));
    await house.jobs(allocation('one', 'complete', 'own:1'), allocation('two', 'complete', 'a:1'));
    expect(house.ports.called('images.removeImage')).toEqual(['images.removeImage sha256:a a:1']);
  });
  it.each(['pending', 'untold'])('takes no image for its owner’s while a job begins (%s)', async (how) => {
    house = new House();
    house.begins = how === 'untold' ? ['one'] : [];
    await house.jobs(...(how === 'untold' ? [] : [allocation('one', 'pending', 'other:1')]));
    house.image('sha256:a', 'a:1', 3);
    await house.ports.clock.advance(31_000);
    house.begins = [];
    await house.jobs(allocation('one', 'running', 'a:1'));
    expect(house.ports.entries.map((e) => e.line.kind)).toEqual(['engine-before', 'image']);
  });
  it('has a folder that containers wrote in as root emptied, by the next image where one has no program for it', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 100 };
    house.ports.denied.add('/agent/alloc/one');
    house.ports.images.bare.add('sha256:bare');
    house.ports.images.onEmpty = (folder) => void house.ports.denied.delete(folder);
    house.image('sha256:bare', 'bare:1', 0);
    house.image('sha256:full', 'full:1', 0);
    await house.jobs(allocation('one', 'complete', 'bare:1'));
    expect(house.ports.called('images.emptyFolder')).toEqual([
      'images.emptyFolder /agent/alloc/one sha256:bare',
      'images.emptyFolder /agent/alloc/one sha256:full',
    ]);
    expect(house.ports.called('folders.remove')).toEqual([
      'folders.remove /agent/alloc/one',
      'folders.remove /agent/alloc/one',
    ]);
  });
  it('leaves a folder for the end that nobody can empty, and does not try over and over', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 100 };
    house.ports.denied.add('/agent/alloc/one');
    house.image('sha256:a', 'a:1', 0);
    await house.jobs(allocation('one', 'complete', 'a:1'));
    const tries = house.ports.called('images.emptyFolder').length;
    expect(tries).toBeGreaterThan(0);
    await house.jobs(allocation('one', 'complete', 'a:1'), allocation('two', 'running', 'a:1'));
    expect(house.ports.called('images.emptyFolder')).toHaveLength(tries);
  });
  it('makes room where others have filled the disk', async () => {
    house = new House();
    house.image('sha256:a', 'a:1', 3);
    await house.jobs(allocation('one', 'complete', 'a:1'));
    house.disk = { freeBytes: 99 * gigabyte, totalBytes: 1_000 * gigabyte };
    for (let i = 0; i < 11; i++) {
      await house.ports.clock.advance(30_000);
      house.see({ fact: 'work', value: seen(house.work, house.ports.clock.now()) });
    }
    expect(house.removed.length).toBeGreaterThan(0);
  });
  it('makes room where the engine writes on another disk that is nearly full, and not where that has room', async () => {
    for (const [free, removed] of [
      [9, ['images.removeImage sha256:a a:1']],
      [90, []],
    ] as const) {
      house = new House();
      house.engineDisk = { freeBytes: free * gigabyte, totalBytes: 100 * gigabyte };
      house.image('sha256:a', 'a:1', 3);
      await house.jobs(allocation('one', 'complete', 'a:1'));
      expect(house.ports.called('images.removeImage')).toEqual(removed);
      if (free === 9) await house.keeping.close();
    }
  });
  it('makes room also once sharing pauses for want of it', async () => {
    house = new House();
    house.ports.walked({ kind: 'opened' });
    house.see({ fact: 'footprint', value: seen(house.ports.entries, house.ports.clock.now()) });
    house.image('sha256:a', 'a:1', 3);
    await house.jobs(allocation('one', 'complete', 'a:1'));
    house.disk = { freeBytes: 50 * gigabyte, totalBytes: 1_000 * gigabyte };
    for (let i = 0; i < 11; i++) {
      const now = house.ports.clock.now();
      const disks = [{ path: '/', ...house.disk }];
      house.see({ fact: 'health', value: seen({ disks, clockAheadMs: 0 }, now) });
      house.see({ fact: 'work', value: seen(house.work, now) });
      await house.ports.clock.advance(30_000);
    }
    const reasons = reasonsToPause(house.intent, house.facts, house.ports.clock.now());
    expect(reasons.map(({ reason }) => reason)).toEqual(['disk']);
    expect(house.removed).toContain('images.removeImage sha256:a a:1');
  });
  it('removes nothing while a job begins that the pool has not told of, and its folder never', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 0 };
    house.image('sha256:a', 'a:1', 3);
    house.begins = ['new'];
    await house.jobs(allocation('one', 'complete', 'a:1'));
    expect(house.removed).toEqual([]);
    house.begins = [];
    await house.jobs(allocation('one', 'complete', 'a:1'), allocation('new', 'running', 'b:1'));
    expect(house.removed).toContain('folders.remove /agent/alloc/one');
    expect(house.removed).not.toContain('folders.remove /agent/alloc/new');
  });
  it('removes a folder of a job that the pool never tells of', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 0 };
    house.begins = ['forgotten'];
    await house.jobs(allocation('one', 'running', 'a:1'));
    for (let i = 0; i < 11; i++) {
      await house.ports.clock.advance(30_000);
      house.see({ fact: 'work', value: seen(house.work, house.ports.clock.now()) });
    }
    expect(new Set(house.removed)).toEqual(new Set(['folders.remove /agent/alloc/forgotten']));
  });
  it('takes no job for a beginning one that the pool told of before', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 0 };
    await house.jobs(allocation('one', 'running', 'a:1'));
    house.begins = ['one'];
    await house.jobs(allocation('two', 'running', 'a:1'));
    expect(house.removed).toEqual(['folders.remove /agent/alloc/one']);
  });
  it('tries once to remove what has become the owner’s, and goes on without it', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 0 };
    house.ports.images.images.push({ id: 'sha256:a', names: ['a:1', 'mine:1'], bytes: gigabyte });
    await house.jobs(allocation('one', 'complete', 'a:1'));
    for (let i = 0; i < 10; i++) await house.jobs(allocation('one', 'complete', 'a:1'));
    await house.jobs(allocation('two', 'complete', 'a:1'));
    expect(house.ports.called('images.removeImage')).toEqual(['images.removeImage sha256:a a:1']);
  });
  it('asks an engine that fails again after half a minute, not at every change', async () => {
    house = new House();
    house.image('sha256:a', 'a:1', 3);
    let tries = 0;
    house.failing = () => {
      tries++;
      throw new Error('cut off');
    };
    for (let i = 0; i < 20; i++) await house.jobs(allocation('one', 'running', 'a:1'));
    expect(tries).toBe(1);
    house.failing = null;
    await house.ports.clock.advance(30_000);
    expect(house.ports.entries.map((e) => e.line.kind)).toContain('image');
  });
  it('removes nothing while a pause or the end is under way', async () => {
    house = new House();
    house.limits = { ...usualLimits, budgetMib: 0 };
    house.image('sha256:a', 'a:1', 3);
    house.intent = { ...house.intent, pause: { how: 'finish', since: 1, until: null } };
    await house.jobs(allocation('one', 'complete', 'a:1'));
    house.intent = { ...house.intent, pause: null, stopping: true };
    await house.jobs(allocation('two', 'complete', 'a:1'));
    expect(house.removed).toEqual([]);
    house.intent = { ...house.intent, stopping: false };
    await house.jobs(allocation('three', 'complete', 'a:1'));
    expect(house.removed.length).toBeGreaterThan(0);
  });
});
