import { z } from 'zod';
import { installSchema } from '../../../contract/installs.ts';
import { timeSchema } from '../../../contract/node-state.ts';
import type { FootprintLine } from '../../core/footprint.ts';

const text = z.string();

const undo = z.object({
  packages: z.array(text).readonly(),
  files: z.array(text).readonly(),
  services: z.array(text).readonly(),
  groups: z.array(text).readonly(),
});

const lineSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), path: text, asRoot: z.boolean() }),
  z.object({ kind: z.literal('install'), item: installSchema, undo }),
  z.object({ kind: z.literal('tailnet'), controlUrl: text, tag: text }),
  z.object({ kind: z.literal('tailnet-before'), oldProfile: text.nullable(), formerOperator: text }),
  z.object({ kind: z.literal('tailnet-profile'), newProfile: text }),
  z.object({ kind: z.literal('tailnet-entered'), nodeId: text }),
  z.object({ kind: z.literal('agent'), httpPort: z.number().int(), folder: text }),
  z.object({
    kind: z.literal('engine-before'),
    images: z.array(z.object({ id: text, names: z.array(text).readonly() })).readonly(),
    volumes: z.array(text).readonly(),
    networks: z.array(text).readonly(),
  }),
  z.object({ kind: z.literal('image'), id: text, name: text }),
  z.object({ kind: z.literal('volume'), name: text }),
  z.object({ kind: z.literal('network'), id: text, name: text }),
  z.object({ kind: z.literal('opened') }),
]) satisfies z.ZodType<FootprintLine>;

const id = z.number().int().positive();

/** One line of the file: a change, or that a change is undone. */
const recordSchema = z.union([
  z.object({ id, at: timeSchema, line: lineSchema }),
  z.object({ undone: id, at: timeSchema }),
]);

/** One line of the file. */
export type FootprintRecord = z.infer<typeof recordSchema>;

/** Reads one line of the file; null where it is none of ours. */
export function readRecord(text: string): FootprintRecord | null {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A record as a line of the file. */
export const recordText = (record: FootprintRecord): string => `${JSON.stringify(record)}\n`;
