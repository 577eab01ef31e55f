import { appendFile, mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LogChunk, LogWish } from '../../../contract/logs.ts';
import { ProblemError } from '../../../contract/problems.ts';
import { systemClock } from '../world/clock.ts';
import { createLogs } from './logs.ts';

const id = '0a1b2c3d-0000-4000-8000-00000000000a';
const never = new AbortController().signal;

let folder: string;
let at: (name: string) => string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-logs-'));
  await mkdir(join(folder, 'alloc', id, 'alloc', 'logs'), { recursive: true });
  await mkdir(join(folder, 'log'));
  at = (name) => join(folder, 'alloc', id, 'alloc', 'logs', name);
});
afterEach(() => rm(folder, { recursive: true }));

/** Time as it is, only that a follower looks more often. */
const clock = { now: () => systemClock.now(), sleep: () => systemClock.sleep(10) };
const logs = () => createLogs(folder, clock);
const job = (wish: Partial<LogWish> = {}, signal = never, isOver = () => false) =>
  logs().ofJob(id, 'stdout', { lines: 100, follow: false, ...wish }, signal, isOver);
const agent = (wish: Partial<LogWish> = {}) => logs().ofAgent({ lines: 100, follow: false, ...wish }, never);

async function all(chunks: AsyncIterable<LogChunk>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.text;
  return text;
}
async function codeOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof ProblemError ? error.problem.code : error;
}
/** Follows in the background; `text()` is what was read so far. */
function following(chunks: AsyncIterable<LogChunk>) {
  let text = '';
  const done = (async () => {
    for await (const chunk of chunks) text += chunk.text;
  })();
  const until = async (wanted: string): Promise<void> => {
    for (let tries = 0; !text.includes(wanted); tries++) {
      if (tries > 200) throw new Error(`read only: ${text}`);
      await systemClock.sleep(20);
    }
  };
  return { done, until, text: () => text };
}

describe('what a job writes', () => {
  it('is read from its last lines on, over the files it lies in', async () => {
    await writeFile(at('work.stdout.9'), 'one\ntwo\n');
    await writeFile(at('work.stdout.10'), 'three\nfour\n');
    await writeFile(at('work.stderr.10'), 'wrong\n');
    expect(await all(job())).toBe('one\ntwo\nthree\nfour\n');
    expect(await all(job({ lines: 3 }))).toBe('two\nthree\nfour\n');
    expect(await all(job({ lines: 2 }))).toBe('three\nfour\n');
    expect(await all(job({ lines: 1 }))).toBe('four\n');
    expect(await all(job({ lines: 0 }))).toBe('');
  });

  it('counts a last line without its end', async () => {
    await writeFile(at('work.stdout.0'), 'one\ntwo\nthr');
    expect(await all(job({ lines: 2 }))).toBe('two\nthr');
  });

  it('says which part of the job wrote it', async () => {
    await writeFile(at('a.b.stdout.0'), 'x\n');
    await writeFile(at('other.stdout.0'), 'y\n');
    const found: unknown[] = [];
    for await (const { task, text } of job()) found.push([task, text]);
    expect(found.toSorted()).toEqual([
      ['a.b', 'x\n'],
      ['other', 'y\n'],
    ]);
  });

  it('is followed, also into the next file and of a part that begins later', async () => {
    await writeFile(at('work.stdout.0'), 'old\n');
    const control = new AbortController();
    const reading = following(job({ lines: 0, follow: true }, control.signal));
    await systemClock.sleep(100);
    await appendFile(at('work.stdout.0'), 'first\n');
    await reading.until('first\n');
    await appendFile(at('work.stdout.0'), 'last of it\n');
    await writeFile(at('work.stdout.1'), 'second\n');
    await reading.until('second\n');
    await writeFile(at('late.stdout.0'), 'third\n');
    await reading.until('third\n');
    control.abort();
    await reading.done;
    expect(reading.text()).toBe('first\nlast of it\nsecond\nthird\n');
  });

  it('ends when the job is over and all was read', async () => {
    await writeFile(at('work.stdout.0'), 'old\n');
    let over = false;
    const reading = following(job({ follow: true }, never, () => over));
    await reading.until('old\n');
    over = true;
    await appendFile(at('work.stdout.0'), 'last words\n');
    await reading.done;
    expect(reading.text()).toBe('old\nlast words\n');
  });

  it('ends when its folder goes', async () => {
    await writeFile(at('work.stdout.0'), 'old\n');
    const reading = following(job({ follow: true }));
    await reading.until('old\n');
    await rm(join(folder, 'alloc', id), { recursive: true });
    await reading.done;
  });

  it('breaks no character in two', async () => {
    const line = `${'算力池'.repeat(30_000)}\n`;
    await writeFile(at('work.stdout.0'), line);
    expect(await all(job())).toBe(line);
  });

  it('reads no more than a megabyte of the past, and leaves out what a slow reader cannot follow', async () => {
    await writeFile(at('work.stdout.0'), 'x'.repeat(3_000_000));
    expect((await all(job({ lines: 10 }))).length).toBe(1_048_576);
    const chunks = job({ lines: 0, follow: true })[Symbol.asyncIterator]();
    const next = chunks.next();
    await systemClock.sleep(100);
    await appendFile(at('work.stdout.0'), 'a\n');
    expect((await next).value).toMatchObject({ text: 'a\n', skipped: 0 });
    await appendFile(at('work.stdout.0'), `${'y'.repeat(2_000_000)}z\n`);
    const { value } = await chunks.next();
    expect(value).toMatchObject({ skipped: 2_000_002 - 65_536 });
    expect(value?.text.endsWith('z\n')).toBe(true);
    await chunks.return?.();
  });

  it('is empty where nothing was written, and missing where its folder is gone', async () => {
    expect(await all(job())).toBe('');
    await rm(join(folder, 'alloc', id), { recursive: true });
    expect(await codeOf(all(job()))).toBe('logs-missing');
  });

  it('leads nowhere else: no link of the job’s is followed, and no pipe is waited for', async () => {
    await writeFile(join(folder, 'secret'), 'secret\n');
    await symlink(join(folder, 'secret'), at('work.stdout.0'));
    await mkdir(at('folder.stdout.0'));
    expect(await all(job())).toBe('');
    const logsFolder = join(folder, 'alloc', id, 'alloc', 'logs');
    await rm(logsFolder, { recursive: true });
    await mkdir(join(folder, 'elsewhere'));
    await writeFile(join(folder, 'elsewhere', 'work.stdout.0'), 'secret\n');
    await symlink(join(folder, 'elsewhere'), logsFolder);
    expect(await codeOf(all(job()))).toBe('logs-missing');
  });
});

describe('what the agent writes', () => {
  const log = (): string => join(folder, 'log', 'nomad.log');

  it('is read over its rotated files, and nothing else in the folder', async () => {
    await writeFile(join(folder, 'log', 'nomad-100.log'), '1\n2\n');
    await writeFile(join(folder, 'log', 'nomad-200.log'), '3\n');
    await writeFile(join(folder, 'log', 'output.log'), 'other\n');
    await writeFile(log(), '4\n');
    expect(await all(agent())).toBe('1\n2\n3\n4\n');
    expect(await all(agent({ lines: 3 }))).toBe('2\n3\n4\n');
  });

  it('is followed when its file is rotated away or emptied', async () => {
    await writeFile(log(), '1\n');
    const reading = following(agent({ follow: true }));
    await reading.until('1\n');
    await appendFile(log(), '2\n');
    await rename(log(), join(folder, 'log', 'nomad-300.log'));
    await writeFile(log(), '3\n');
    await reading.until('3\n');
    await truncate(log(), 0);
    await systemClock.sleep(60);
    await appendFile(log(), '4\n');
    await reading.until('4');
    await rm(join(folder, 'log'), { recursive: true });
    await reading.done;
    expect(reading.text()).toBe('1\n2\n3\n4\n');
  });

  it('is missing before the agent’s first start', async () => {
    await rm(join(folder, 'log'), { recursive: true });
    expect(await codeOf(all(agent()))).toBe('logs-missing');
  });
});
