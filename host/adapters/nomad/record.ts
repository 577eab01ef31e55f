import { z } from 'zod';
import { ProblemError } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';

const processSchema = z.object({ pid: z.number().int(), startTime: z.string() });

const recordSchema = z.object({
  /** The boot in which all of this holds: process ids mean nothing after it. */
  boot: z.string(),
  process: processSchema.nullable(),
  executable: z.string().nullable(),
  /** SHA-256 of the configuration that it was started with. */
  configHash: z.string().nullable(),
  /** SHA-256 of the credentials that it was started with; null where that is not known. */
  startedWith: z.object({ tls: z.string(), introduction: z.string() }).nullable().default(null),
  httpPort: z.number().int(),
  startedAt: z.number(),
  /** We ended it, or are about to: its end is no death. */
  ended: z.boolean(),
  died: z.object({ at: z.number(), lastLines: z.array(z.string()) }).nullable(),
  /** The pool has known this computer. */
  registered: z.boolean(),
  /** Processes seen below the agent while it ran. */
  helpers: z.array(processSchema),
});

/** What we know of the agent as a process, on disk. */
export type AgentRecord = z.infer<typeof recordSchema>;

/**
 * The record's file: one change at a time, written only where something changed. On a full disk a change holds in memory
 * until there is room, because the GPU must come back without a single free byte.
 */
export class RecordFile {
  readonly #path: string;
  readonly #files: Files;
  #last: Promise<unknown> = Promise.resolve();
  #unsaved: AgentRecord | null = null;

  constructor(path: string, files: Files) {
    this.#path = path;
    this.#files = files;
  }

  /** The record, or null where none is or it cannot be read (the agent is then found by its command). */
  async load(): Promise<AgentRecord | null> {
    if (this.#unsaved !== null) return this.#unsaved;
    try {
      const text = await this.#files.read(this.#path);
      return text === null ? null : recordSchema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  /** Changes the record after all changes asked for before. */
  update(change: (record: AgentRecord | null) => AgentRecord | null): Promise<void> {
    const next = this.#last.then(async () => {
      const before = await this.load();
      const after = change(before);
      const changed = JSON.stringify(after) !== JSON.stringify(before);
      if (after !== null && (changed || this.#unsaved !== null)) await this.#write(after);
    });
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #write(record: AgentRecord): Promise<void> {
    try {
      await this.#files.replace(this.#path, `${JSON.stringify(record)}\n`);
      this.#unsaved = null;
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== 'disk-full') throw error;
      this.#unsaved = record;
    }
  }
}
