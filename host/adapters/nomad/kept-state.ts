import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail } from '../../../contract/problems.ts';
import type { Places } from './places.ts';

/** What the agent knows by itself: who it is, and what it runs. A newer version may write it so that an older cannot read it. */
const folders = ({ state, data }: Places): readonly string[] => [state, data];

/** A copy of the agent's own state, for the way back from a version that does not work. Nothing may run meanwhile. */
export class KeptState {
  readonly #places: Places;
  readonly #kept: string;

  constructor(places: Places) {
    this.#places = places;
    this.#kept = join(places.folder, 'before-update');
  }

  /** Copies it aside, whole or not at all. Problem: disk-full. */
  async keep(): Promise<void> {
    const fresh = `${this.#kept}.new`;
    await rm(fresh, { recursive: true, force: true });
    try {
      await mkdir(fresh, { recursive: true, mode: 0o700 });
      for (const folder of folders(this.#places))
        if (await isThere(folder)) await cp(folder, join(fresh, basename(folder)), { recursive: true });
      await this.forget();
      await rename(fresh, this.#kept);
    } catch (error) {
      await rm(fresh, { recursive: true, force: true });
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'ENOSPC' || code === 'EDQUOT') fail('disk-full', this.#kept);
      throw error;
    }
  }

  /** Puts it back. Broken off half-way, the next try does the rest. */
  async restore(): Promise<void> {
    if (!(await isThere(this.#kept))) return;
    for (const folder of folders(this.#places)) {
      const kept = join(this.#kept, basename(folder));
      if (!(await isThere(kept))) continue;
      await rm(folder, { recursive: true, force: true });
      await rename(kept, folder);
    }
    await this.forget();
  }

  /** Throws it away. */
  async forget(): Promise<void> {
    await rm(this.#kept, { recursive: true, force: true });
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
