import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fail } from '../../../contract/problems.ts';
import { placesIn } from './places.ts';
import { Work } from './work.ts';

const hourMs = 3_600_000;
const now = 1_795_428_000_000;
const idOf = (n: number): string => `${String(n).repeat(8)}-1111-1111-1111-111111111111`;

let folder: string;
let asked: string[];
let states: Record<string, { client: string; modifiedAt?: number } | 'unknown' | 'lost-server'>;
let work: Work;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-work-'));
  asked = [];
  states = {};
  work = new Work({ get }, placesIn(folder));
});
afterEach(() => rm(folder, { recursive: true }));

function get(path: string): Promise<unknown> {
  const id = path.replace('/v1/allocation/', '');
  asked.push(id);
  const state = states[id] ?? 'unknown';
  if (state === 'unknown') return Promise.resolve().then(() => fail('nomad-error', '500 Unknown allocation'));
  if (state === 'lost-server') return Promise.resolve().then(() => fail('nomad-server-lost'));
  const at = (state.modifiedAt ?? now) * 1_000_000;
  return Promise.resolve({
    ID: id,
    JobID: 'job',
    TaskGroup: 'main',
    DesiredStatus: 'run',
    ClientStatus: state.client,
    CreateTime: at,
    ModifyTime: at,
    Job: { Type: 'batch', TaskGroups: [] },
  });
}

const place = (...ids: string[]): Promise<unknown> =>
  Promise.all(ids.map((id) => mkdir(join(folder, 'alloc', id), { recursive: true })));
const seenNow = async (at = now): Promise<string[]> =>
  (await work.look(at)).map(({ id, client }) => `${id[0]} ${client}`).sort();

it('needs no pool to know that nothing was ever here', async () => {
  expect(await seenNow()).toEqual([]);
  await place('not-an-allocation', 'tmp');
  expect(await seenNow()).toEqual([]);
  expect(asked).toEqual([]);
});

it('asks for what runs at each look and for what ended once', async () => {
  await place(idOf(1), idOf(2), idOf(3));
  states = {
    [idOf(1)]: { client: 'running' },
    [idOf(2)]: { client: 'complete' },
    [idOf(3)]: { client: 'failed' },
  };
  expect(await seenNow()).toEqual(['1 running', '2 complete', '3 failed']);
  asked = [];
  expect(await seenNow()).toEqual(['1 running', '2 complete', '3 failed']);
  expect(asked).toEqual([idOf(1)]);
});

it('keeps asking for what was lost, since it may still change', async () => {
  await place(idOf(1));
  states = { [idOf(1)]: { client: 'lost' } };
  expect(await seenNow()).toEqual(['1 lost']);
  states = { [idOf(1)]: { client: 'running' } };
  expect(await seenNow()).toEqual(['1 running']);
});

it('shows what ended for an hour and what runs for ever, without asking again for the ended', async () => {
  await place(idOf(1), idOf(2), idOf(3));
  states = {
    [idOf(1)]: { client: 'running', modifiedAt: now - 50 * hourMs },
    [idOf(2)]: { client: 'complete' },
    [idOf(3)]: { client: 'complete', modifiedAt: now - 2 * hourMs },
  };
  expect(await seenNow()).toEqual(['1 running', '2 complete']);
  asked = [];
  expect(await seenNow(now + hourMs)).toEqual(['1 running']);
  expect(asked).toEqual([idOf(1)]);
});

it('leaves out what the pool has forgotten, and asks again only after a while', async () => {
  await place(idOf(1), idOf(2));
  states = { [idOf(2)]: { client: 'running' } };
  expect(await seenNow()).toEqual(['2 running']);
  asked = [];
  states = { ...states, [idOf(1)]: { client: 'running' } };
  expect(await seenNow()).toEqual(['2 running']);
  expect(await seenNow(now + 601_000)).toEqual(['1 running', '2 running']);
});

it('knows all of it or says why not', async () => {
  await place(idOf(1), idOf(2));
  states = { [idOf(1)]: { client: 'running' }, [idOf(2)]: 'lost-server' };
  await expect(work.look(now)).rejects.toMatchObject({ problem: { code: 'nomad-server-lost' } });
});

it('forgets what ended when its folder is gone', async () => {
  await place(idOf(1));
  states = { [idOf(1)]: { client: 'complete' } };
  expect(await seenNow()).toEqual(['1 complete']);
  await rm(join(folder, 'alloc', idOf(1)), { recursive: true });
  expect(await seenNow()).toEqual([]);
});

it('asks for few at a time, however many there are', async () => {
  await place(...Array.from({ length: 9 }, (_, n) => idOf(n)));
  let open = 0;
  let most = 0;
  const slow = new Work(
    {
      get: async (path) => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 5));
        open--;
        return get(path);
      },
    },
    placesIn(folder),
  );
  for (let n = 0; n < 9; n++) states[idOf(n)] = { client: 'running' };
  expect((await slow.look(now)).length).toBe(9);
  expect(most).toBe(4);
});
