import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fail } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import { createFiles } from '../files/files.ts';
import { systemClock } from '../world/clock.ts';
import { type AgentRecord, RecordFile } from './record.ts';

const record: AgentRecord = {
  boot: 'b',
  process: { pid: 7, startTime: '1' },
  executable: null,
  configHash: 'h',
  startedWith: null,
  httpPort: 4646,
  startedAt: 1,
  ended: false,
  died: null,
  registered: false,
  helpers: [],
};

describe('the record on a full disk', () => {
  let folder: string;
  let full: boolean;
  let files: Files;
  const path = () => join(folder, 'process.json');

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rigshare-record-'));
    full = false;
    const real = createFiles(systemClock);
    files = {
      ...real,
      replace: async (to, text) => (full ? fail('disk-full', to) : real.replace(to, text)),
    };
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds in memory, so that the agent can still be ended, and is written when there is room', async () => {
    const file = new RecordFile(path(), files);
    await file.update(() => record);
    full = true;
    await file.update((now) => now && { ...now, ended: true });
    await file.update((now) => now && { ...now, process: null });
    expect(await file.load()).toMatchObject({ ended: true, process: null });
    expect(JSON.parse(await readFile(path(), 'utf8'))).toEqual(record);
    full = false;
    await file.update((now) => now);
    expect(JSON.parse(await readFile(path(), 'utf8'))).toMatchObject({ ended: true, process: null });
  });
  it('throws what is no lack of room', async () => {
    const broken = new RecordFile(path(), { ...files, replace: () => Promise.reject(new Error('EIO')) });
    await expect(broken.update(() => record)).rejects.toThrow('EIO');
  });
});
