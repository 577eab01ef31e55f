import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail } from '../../../contract/problems.ts';
import type { FootprintLine } from '../../core/footprint.ts';
import { createFiles } from '../files/files.ts';
import { createFootprintStore } from './footprint-store.ts';

const now = Date.UTC(2025, 5, 1, 12);
const files = createFiles({ now: () => now });
const lines: readonly FootprintLine[] = [
  { kind: 'folder', path: '/home/o/.local/share/rigshare/agent', asRoot: true },
  { kind: 'tailnet', controlUrl: 'https://head.uni.example', tag: 'tag:nomad-client' },
  { kind: 'tailnet-before', oldProfile: null, formerOperator: '' },
  { kind: 'tailnet-profile', newProfile: 'a1b2' },
  { kind: 'tailnet-entered', nodeId: 'nQ1' },
  { kind: 'agent', httpPort: 4646, folder: '/home/o/.local/share/rigshare/agent' },
  { kind: 'opened' },
  {
    kind: 'engine-before',
    images: [{ id: 'sha256:1', names: ['a:1'] }],
    volumes: ['mine'],
    networks: ['n1'],
  },
  { kind: 'image', id: 'sha256:2', name: 'b:1' },
  { kind: 'volume', name: 'theirs' },
  { kind: 'network', id: 'n2', name: 'theirs' },
];
let folder: string;
let file: string;
const copy = () => `${file}.copy`;
const store = () => createFootprintStore(file, files, { now: () => now });
const addAll = async (list = lines) => {
  const one = store();
  for (const line of list) await one.add(line);
  return one;
};
const kinds = async () => (await store().load()).value.map((e) => e.line.kind);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-footprint-'));
  file = join(folder, 'footprint.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

describe('the footprint', () => {
  it('is empty at first, and looking writes nothing', async () => {
    expect(await store().load()).toEqual({ value: [], problem: null });
    expect(await readdir(folder)).toEqual([]);
  });
  it('keeps every kind of line, in order, each with its id and time', async () => {
    await addAll();
    expect(await store().load()).toEqual({
      value: lines.map((line, i) => ({ id: i + 1, at: now, line })),
      problem: null,
    });
  });
  it('is on disk once a line’s promise resolved, although nobody loaded it', async () => {
    expect(await store().add(lines[0]!)).toBe(1);
    expect(await store().add(lines[1]!)).toBe(2);
    expect(await kinds()).toEqual(['folder', 'tailnet']);
  });
  it('forgets what is undone, and its file when all is', async () => {
    const one = await addAll(lines.slice(0, 3));
    await one.undone(2);
    await one.undone(2);
    await one.undone(99);
    expect(await kinds()).toEqual(['folder', 'tailnet-before']);
    await one.undone(3);
    await one.undone(1);
    expect(await readdir(folder)).toEqual([]);
    expect(await one.add(lines[6]!)).toBe(4);
  });
  it('gives no id twice although the line before is undone', async () => {
    await (await addAll(lines.slice(0, 2))).undone(2);
    expect(await store().add(lines[2]!)).toBe(3);
  });
  it('drops a torn last line silently, wherever it was torn, and goes on after it', async () => {
    await addAll(lines.slice(0, 2));
    const whole = await readFile(file, 'utf8');
    const second = whole.indexOf('\n') + 1;
    for (let at = second + 1; at < whole.length - 1; at++) {
      await writeFile(file, whole.slice(0, at));
      await writeFile(copy(), whole.slice(0, second));
      expect(await store().load()).toMatchObject({ value: [{ id: 1 }], problem: null });
      expect(await store().add(lines[6]!)).toBe(2);
      expect(await kinds()).toEqual(['folder', 'opened']);
    }
    for (const path of [file, copy()]) await writeFile(path, whole.slice(0, -1));
    await store().add(lines[6]!);
    expect(await kinds()).toEqual(['folder', 'tailnet', 'opened']);
  });
  it('loses nothing where one file is damaged: the other tells, it is said once, and the file is kept aside', async () => {
    await addAll(lines.slice(0, 3));
    for (const path of [file, copy()]) {
      const damaged = (await readFile(path, 'utf8')).replace('"tailnet"', '"tail\u0000et"');
      await writeFile(path, damaged);
      const { value, problem } = await store().load();
      expect(value.map((e) => e.id)).toEqual([1, 2, 3]);
      expect(problem).toMatchObject({
        code: 'footprint-damaged',
        detail: `${path}.damaged-20250601T120000Z`,
      });
      expect(await readFile(problem?.detail ?? '', 'utf8')).toBe(damaged);
      expect((await store().load()).problem).toBeNull();
      expect(await readFile(file, 'utf8')).toBe(await readFile(copy(), 'utf8'));
    }
  });
  it('keeps the good lines where both are damaged', async () => {
    await addAll(lines.slice(0, 3));
    for (const path of [file, copy()])
      await writeFile(path, (await readFile(path, 'utf8')).replace('"tailnet"', '"tail\u0000et"'));
    const { value, problem } = await store().load();
    expect(value.map((e) => e.id)).toEqual([1, 3]);
    expect(problem?.code).toBe('footprint-damaged');
    expect(await store().load()).toMatchObject({ value: [{ id: 1 }, { id: 3 }], problem: null });
  });
  it('is whole again where one file is gone, what was undone staying undone', async () => {
    await (await addAll(lines.slice(0, 3))).undone(2);
    await rm(file);
    expect(await store().load()).toMatchObject({
      value: [{ id: 1 }, { id: 3 }],
      problem: { code: 'footprint-damaged', detail: file },
    });
    await rm(copy());
    expect(await store().load()).toMatchObject({ value: [{ id: 1 }, { id: 3 }], problem: null });
    expect(await store().add(lines[6]!)).toBe(4);
    expect(await readFile(file, 'utf8')).toBe(await readFile(copy(), 'utf8'));
  });
  it('is gone where a crash came between the last line undone and the files going', async () => {
    await (await addAll(lines.slice(0, 2))).undone(2);
    const [whole, undone] = [await readFile(file, 'utf8'), `${JSON.stringify({ undone: 1, at: now })}\n`];
    for (const left of [[file, copy()], [file], [copy()]]) {
      await rm(file, { force: true });
      await rm(copy(), { force: true });
      for (const path of left) await writeFile(path, whole + undone);
      expect(await store().load()).toEqual({ value: [], problem: null });
      expect(await readdir(folder)).toEqual([]);
    }
  });
  it('holds a line that fitted once, and makes the copy whole when there is room', async () => {
    let full = true;
    const small = {
      ...files,
      append: (path: string, text: string) =>
        full && path === copy()
          ? Promise.resolve().then(() => fail('disk-full', path))
          : files.append(path, text),
    };
    const one = createFootprintStore(file, small, { now: () => now });
    expect(await one.add(lines[0]!)).toBe(1);
    full = false;
    expect(await one.add(lines[1]!)).toBe(2);
    await rm(file);
    expect(await kinds()).toEqual(['folder', 'tailnet']);
  });
  it('says of a damaged file on a full disk as well, and leaves it', async () => {
    await addAll(lines.slice(0, 2));
    await appendFile(file, 'not ours\n');
    const before = await readFile(file, 'utf8');
    const full = {
      ...files,
      copyAside: (path: string) => Promise.resolve().then(() => fail('disk-full', path)),
    };
    const { value, problem } = await createFootprintStore(file, full, { now: () => now }).load();
    expect([value.length, problem?.code]).toEqual([2, 'footprint-damaged']);
    expect(await readFile(file, 'utf8')).toBe(before);
  });
  it('does not hold a line that did not fit on the disk', async () => {
    const full = {
      ...files,
      append: (path: string) => Promise.resolve().then(() => fail('disk-full', path)),
    };
    const one = createFootprintStore(file, full, { now: () => now });
    await expect(one.add(lines[0]!)).rejects.toMatchObject({ problem: { code: 'disk-full' } });
    expect((await one.load()).value).toEqual([]);
  });
  it('is the same from disk as in memory, whatever is added and undone at once', async () => {
    const action = fc.oneof(fc.constantFrom(...lines), fc.integer({ min: 1, max: 12 }));
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 15 }), async (actions) => {
        for (const path of [file, copy()]) await rm(path, { force: true });
        const one = store();
        await Promise.all(actions.map((a) => (typeof a === 'number' ? one.undone(a) : one.add(a))));
        expect((await store().load()).value).toEqual((await one.load()).value);
        const added = actions.filter((a) => typeof a !== 'number').length;
        const undone = new Set<number>();
        let count = 0;
        for (const a of actions)
          if (typeof a !== 'number') count++;
          else if (a <= count) undone.add(a);
        expect((await store().load()).value).toHaveLength(added - undone.size);
      }),
      { numRuns: 25 },
    );
  });
});
