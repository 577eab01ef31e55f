import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptState } from './kept-state.ts';
import { placesIn } from './places.ts';

let folder: string;
let kept: KeptState;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-kept-'));
  kept = new KeptState(placesIn(folder));
  for (const name of ['state', 'data', 'alloc']) await mkdir(join(folder, name, 'deep'), { recursive: true });
  await write('old');
});
afterEach(() => rm(folder, { recursive: true }));

async function write(text: string): Promise<void> {
  for (const name of ['state', 'data']) await writeFile(join(folder, name, 'deep', 'db'), text);
}
const read = (name: string): Promise<string> => readFile(join(folder, name, 'deep', 'db'), 'utf8');

describe('the agent’s own state', () => {
  it('comes back as it was, and the jobs’ folders stay where they are', async () => {
    await kept.keep();
    expect((await readdir(join(folder, 'before-update'))).sort()).toEqual(['data', 'state']);
    await write('new');
    await writeFile(join(folder, 'state', 'added'), 'x');
    await kept.restore();
    expect([await read('state'), await read('data')]).toEqual(['old', 'old']);
    expect((await readdir(folder)).sort()).toEqual(['alloc', 'data', 'state']);
    expect(await readdir(join(folder, 'state'))).toEqual(['deep']);
  });

  it('is kept anew each time, whatever an earlier try left', async () => {
    await kept.keep();
    await mkdir(join(folder, 'before-update.new'));
    await write('newer');
    await kept.keep();
    await write('newest');
    await kept.restore();
    expect(await read('state')).toBe('newer');
  });

  it('stays as it is where none was kept, or it was thrown away', async () => {
    await kept.restore();
    expect(await read('state')).toBe('old');
    await kept.keep();
    await write('new');
    await kept.forget();
    await kept.restore();
    expect(await read('state')).toBe('new');
  });

  it('is put back whole although the first try was broken off half-way', async () => {
    await kept.keep();
    await write('new');
    // As after a crash between the two: one is back already, the other is gone.
    await rm(join(folder, 'state'), { recursive: true });
    await kept.restore();
    expect([await read('state'), await read('data')]).toEqual(['old', 'old']);
  });
});
