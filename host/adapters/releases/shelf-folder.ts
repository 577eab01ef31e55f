import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Files } from '../../core/ports/files.ts';
import type { ReleasedProgram } from '../../core/ports/releases.ts';
import type { Log } from '../../core/ports/stores.ts';
import { olderThan } from '../../core/version.ts';
import { sha256 } from './download.ts';
import { fitting } from './disk.ts';

const noteSchema = z.object({
  /** SHA-256 of the zip, as the publisher signed it. */
  zip: z.string(),
  /** SHA-256 of each file that came out of it. */
  files: z.record(z.string(), z.string()),
});

/** What was verified when a version was unpacked. */
export type Verified = z.infer<typeof noteSchema>;

const noteName = 'verified.json';

/** The folder itself: one folder for each version of a program, complete or not there at all. */
export class ShelfFolder {
  readonly folder: string;
  readonly #suffix: string;
  readonly #files: Files;
  readonly #log: Pick<Log, 'warn'>;
  /** What was found sound, with the state of its files then. */
  readonly #sound = new Map<string, string>();

  /** `suffix`: what a program's file name ends with on this system. */
  constructor(folder: string, suffix: string, files: Files, log: Pick<Log, 'warn'>) {
    this.folder = folder;
    this.#suffix = suffix;
    this.#files = files;
    this.#log = log;
  }

  /** Where a version lies or would. */
  place(program: ReleasedProgram, version: string): string {
    return join(this.folder, program, version);
  }

  /** The program's file in its archive. */
  programFile(program: ReleasedProgram): string {
    return `${program}${this.#suffix}`;
  }

  /** Where a download grows. */
  downloads(zip: string): string {
    return join(this.folder, 'downloads', zip);
  }

  /** Throws away what was begun to be downloaded of other versions. */
  async forgetOtherDownloads(program: ReleasedProgram, zip: string): Promise<void> {
    const folder = join(this.folder, 'downloads');
    for (const name of await readdir(folder).catch(() => []))
      if (name.startsWith(`${program}_`) && !name.startsWith(zip))
        await rm(join(folder, name), { force: true });
  }

  /** Versions that have a folder here, sound or not, oldest first. */
  async versions(program: ReleasedProgram): Promise<readonly string[]> {
    const names = await readdir(join(this.folder, program)).catch(() => []);
    return names.filter((name) => /^\d+\.\d+\.\d+$/.test(name)).sort((a, b) => (olderThan(a, b) ? -1 : 1));
  }

  /**
   * Whether all files of a version are what was verified when they were unpacked. They are read again once in each life
   * of the host, and whenever one of them changed. Against the owner's own programs, which may write here, this guards
   * nothing; it finds what a failing disk, a crash or a cleaning tool did.
   */
  async isSound(program: ReleasedProgram, version: string): Promise<boolean> {
    const place = this.place(program, version);
    const note = await this.#note(place);
    if (note === null || !(this.programFile(program) in note.files)) return false;
    const state = await stateOf(place, [noteName, ...Object.keys(note.files)]);
    if (state === null) return false;
    if (this.#sound.get(place) === state) return true;
    for (const [name, sum] of Object.entries(note.files)) {
      if ((await sha256(join(place, name)).catch(() => '')) === sum) continue;
      this.#log.warn('a program of ours is not what was verified', { program, version, file: name });
      return false;
    }
    this.#sound.set(place, state);
    return true;
  }

  /** Makes a version's folder: `fill` writes into a new one, which then takes its place in one step. */
  async put(
    program: ReleasedProgram,
    version: string,
    fill: (folder: string) => Promise<Verified>,
  ): Promise<void> {
    const parent = join(this.folder, program);
    await fitting(() => mkdir(parent, { recursive: true, mode: 0o700 }), parent);
    await this.#clear(parent);
    const fresh = await fitting(() => mkdtemp(join(parent, '.new-')), parent);
    try {
      const verified = await fill(fresh);
      await this.#files.replace(join(fresh, noteName), `${JSON.stringify(verified, null, 2)}\n`);
      const place = this.place(program, version);
      this.#sound.delete(place);
      await rm(place, { recursive: true, force: true });
      await rename(fresh, place);
    } catch (error) {
      await rm(fresh, { recursive: true, force: true });
      throw error;
    }
  }

  /** Removes a version. */
  async remove(program: ReleasedProgram, version: string): Promise<void> {
    await rm(this.place(program, version), { recursive: true, force: true });
  }

  /** What a crash left half-way. */
  async #clear(parent: string): Promise<void> {
    for (const name of await readdir(parent))
      if (name.startsWith('.new-')) await rm(join(parent, name), { recursive: true, force: true });
  }

  async #note(place: string): Promise<Verified | null> {
    try {
      return noteSchema.parse(JSON.parse((await this.#files.read(join(place, noteName))) ?? ''));
    } catch {
      return null;
    }
  }
}

/** Size, times and places of files, as far as they tell of a change; null where one is missing. */
async function stateOf(folder: string, names: readonly string[]): Promise<string | null> {
  try {
    const all = await Promise.all(names.map((name) => stat(join(folder, name))));
    return all.map(({ size, mtimeMs, ctimeMs, ino }) => `${size} ${mtimeMs} ${ctimeMs} ${ino}`).join('\n');
  } catch {
    return null;
  }
}
