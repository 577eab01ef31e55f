import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { disk } from './disk.ts';

describe('the disk that a folder lies on', () => {
  it('is as large as the system says, and free as far as its owner may write', async () => {
    const found = await disk(tmpdir());
    const { bsize, blocks } = statfsSync(tmpdir());
    expect(found?.totalBytes).toBe(bsize * blocks);
    expect(found?.freeBytes).toBeGreaterThan(0);
    expect(found?.freeBytes).toBeLessThanOrEqual(found?.totalBytes ?? 0);
  });
  it('is told from others', async () => {
    const [here, again, proc] = [await disk(tmpdir()), await disk(join(tmpdir(), '.')), await disk('/proc')];
    expect(again?.device).toBe(here?.device);
    expect(proc?.device).not.toBe(here?.device);
  });
  it('is none where there is no such folder', async () => {
    expect(await disk(join(tmpdir(), 'rigshare-nowhere'))).toBeNull();
  });
});
