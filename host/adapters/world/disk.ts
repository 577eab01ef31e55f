import { stat, statfs } from 'node:fs/promises';
import type { Disk } from '../../core/ports/world.ts';

/** The disk that a folder lies on, as its owner may use it; null where there is no such folder. */
export async function disk(path: string): Promise<Disk | null> {
  try {
    const [{ dev }, { bavail, blocks, bsize }] = await Promise.all([stat(path), statfs(path)]);
    return { device: String(dev), freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  } catch {
    return null;
  }
}
