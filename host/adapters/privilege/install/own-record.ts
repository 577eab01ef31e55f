import { z } from 'zod';
import { type Install, installSchema } from '../../../../contract/installs.ts';
import type { InstallUndo } from '../../../core/ports/installing.ts';
import { rootFolder as folder, rootNote as file } from '../../../core/ports/package-sources.ts';
import type { RootMachine } from '../../../core/ports/root-machine.ts';
import { noUndo } from './tools.ts';

const names = z.array(z.string()).readonly();
const recordSchema = z.partialRecord(
  installSchema,
  z.object({ packages: names, files: names, services: names, groups: names }),
);

/**
 * What root itself noted of what it installed. The host's own notes lie where every program of the owner's may write:
 * root takes back nothing that is not in both.
 */
export class OwnRecord {
  readonly #files: RootMachine['files'];

  constructor(files: RootMachine['files']) {
    this.#files = files;
  }

  /** Adds a change, before it is made. */
  async add(item: Install, change: InstallUndo): Promise<void> {
    const record = await this.#read();
    await this.#write({ ...record, [item]: together(record[item] ?? noUndo, change) });
  }

  /** The part of this that root noted too. */
  async of(item: Install, undo: InstallUndo): Promise<InstallUndo> {
    const known = (await this.#read())[item] ?? noUndo;
    const both = (kind: keyof InstallUndo): readonly string[] =>
      undo[kind].filter((one) => known[kind].includes(one));
    return {
      packages: both('packages'),
      files: both('files'),
      services: both('services'),
      groups: both('groups'),
    };
  }

  /** It is taken back; once all is, nothing is left of the record. */
  async forget(item: Install): Promise<void> {
    const { [item]: _gone, ...rest } = await this.#read();
    if (Object.keys(rest).length > 0) await this.#write(rest);
    else await this.#files.remove(folder);
  }

  async #read(): Promise<z.infer<typeof recordSchema>> {
    try {
      return recordSchema.parse(JSON.parse((await this.#files.read(file)) ?? '{}'));
    } catch {
      // One that cannot be read tells of nothing, so nothing is taken back by it.
      return {};
    }
  }

  #write(record: z.infer<typeof recordSchema>): Promise<void> {
    return this.#files.write(file, `${JSON.stringify(record)}\n`);
  }
}

const union = (a: readonly string[], b: readonly string[]): readonly string[] => [...new Set([...a, ...b])];

const together = (a: InstallUndo, b: InstallUndo): InstallUndo => ({
  packages: union(a.packages, b.packages),
  files: union(a.files, b.files),
  services: union(a.services, b.services),
  groups: union(a.groups, b.groups),
});
