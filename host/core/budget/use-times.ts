import { z } from 'zod';
import type { Files } from '../ports/files.ts';

const schema = z.record(z.string(), z.number());

/** When images were last of use, in a small file of the agent's folder; without it they count from when they came. */
export class UseTimes {
  #known: ReadonlyMap<string, number> | null = null;
  #held = '';
  readonly #file: string;
  readonly #files: Pick<Files, 'read' | 'replace'>;

  constructor(file: string, files: Pick<Files, 'read' | 'replace'>) {
    this.#file = file;
    this.#files = files;
  }

  /** These are of use now; of others only those still here are remembered. Written when what is of use changed. */
  async note(
    held: readonly string[],
    here: ReadonlyMap<string, number>,
    now: number,
  ): Promise<ReadonlyMap<string, number>> {
    const before = this.#known ?? (await this.#read());
    const key = held.toSorted().join();
    const next = new Map([...before].filter(([id]) => here.has(id)));
    // What was in use until just now was of use until now.
    for (const id of [...held, ...this.#held.split(',')]) if (here.has(id)) next.set(id, now);
    const isNew = key !== this.#held || next.size !== before.size;
    this.#known = next;
    this.#held = key;
    if (isNew && next.size > 0)
      await this.#files.replace(this.#file, JSON.stringify(Object.fromEntries(next)));
    return next;
  }

  async #read(): Promise<ReadonlyMap<string, number>> {
    try {
      return new Map(Object.entries(schema.parse(JSON.parse((await this.#files.read(this.#file)) ?? '{}'))));
    } catch {
      return new Map();
    }
  }
}
