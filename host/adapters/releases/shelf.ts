import { join } from 'node:path';
import { z } from 'zod';
import { problem, ProblemError } from '../../../contract/problems.ts';
import { seen, unknown, type Fact } from '../../core/facts.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Files } from '../../core/ports/files.ts';
import type { ProgramsSample, Shelf } from '../../core/ports/releases.ts';
import { olderThan } from '../../core/version.ts';
import type { ShelfFolder } from './shelf-folder.ts';

const choiceSchema = z.object({
  chosen: z.string().nullable(),
  trial: z.object({ from: z.string(), since: z.number() }).nullable(),
  failed: z.array(z.string()),
});

/** Which version is run, on disk. */
type Choice = z.infer<typeof choiceSchema>;

const noChoice: Choice = { chosen: null, trial: null, failed: [] };

/** What the shelf is made of. */
export interface ShelfParts {
  readonly clock: Clock;
  readonly files: Files;
  readonly folder: ShelfFolder;
  /** The version of the device plugin that is used; null: none for this machine. */
  readonly devicePluginVersion: string | null;
}

/** The publisher's programs that lie in our folder, and which of them is run. */
export class ProgramShelf implements Shelf {
  readonly #parts: ShelfParts;
  readonly #file: string;

  constructor(parts: ShelfParts) {
    this.#parts = parts;
    this.#file = join(parts.folder.folder, 'choice.json');
  }

  get folder(): string {
    return this.#parts.folder.folder;
  }

  async look(): Promise<Fact<ProgramsSample>> {
    const { clock, folder, devicePluginVersion } = this.#parts;
    try {
      const choice = await this.#choice();
      const installed: string[] = [];
      for (const version of await folder.versions('nomad'))
        if (await folder.isSound('nomad', version)) installed.push(version);
      const devicePlugin =
        devicePluginVersion === null ? 'none' : (await this.devicePlugin()) === null ? 'absent' : 'here';
      return seen({ ...choice, installed, devicePlugin }, clock.now());
    } catch (error) {
      if (error instanceof ProblemError) return unknown(error.problem, clock.now());
      return unknown(problem('internal', String(error)), clock.now());
    }
  }

  async nomad(): Promise<{ readonly path: string; readonly version: string } | null> {
    const { folder } = this.#parts;
    const { chosen } = await this.#choice();
    if (chosen === null || !(await folder.isSound('nomad', chosen))) return null;
    return { path: join(folder.place('nomad', chosen), folder.programFile('nomad')), version: chosen };
  }

  async devicePlugin(): Promise<string | null> {
    const { folder, devicePluginVersion: version } = this.#parts;
    const program = 'nomad-device-nvidia';
    if (version === null || !(await folder.isSound(program, version))) return null;
    return join(folder.place(program, version), folder.programFile(program));
  }

  choose(version: string, from: string | null): Promise<void> {
    const trial = from === null ? null : { from, since: this.#parts.clock.now() };
    return this.#change((now) => ({ ...now, chosen: version, trial }));
  }

  async settle(): Promise<void> {
    await this.#change((now) => ({
      ...now,
      trial: null,
      failed: now.failed.filter((version) => now.chosen === null || olderThan(now.chosen, version)),
    }));
    const { folder } = this.#parts;
    const { chosen } = await this.#choice();
    for (const version of await folder.versions('nomad'))
      if (version !== chosen) await folder.remove('nomad', version);
  }

  async revert(): Promise<void> {
    const { chosen, trial } = await this.#choice();
    if (trial === null || chosen === null) return;
    await this.#change((now) => ({
      chosen: trial.from,
      trial: null,
      failed: [...new Set([...now.failed, chosen])],
    }));
    await this.#parts.folder.remove('nomad', chosen);
  }

  async #choice(): Promise<Choice> {
    const text = await this.#parts.files.read(this.#file);
    if (text === null) return noChoice;
    try {
      return choiceSchema.parse(JSON.parse(text));
    } catch {
      // Which one to run is chosen again; the programs themselves are verified where they lie.
      return noChoice;
    }
  }

  async #change(change: (now: Choice) => Choice): Promise<void> {
    const before = await this.#choice();
    const after = change(before);
    if (JSON.stringify(after) === JSON.stringify(before)) return;
    await this.#parts.files.privateFolder(this.folder);
    await this.#parts.files.replace(this.#file, `${JSON.stringify(after)}\n`);
  }
}
