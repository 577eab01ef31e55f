import { z } from 'zod';
import { timeSchema } from './node-state.ts';

/** The most lines of the past that are read at once. */
export const logLinesMax = 10_000;

/** How much of a log, and whether to go on with it. */
export const logWishSchema = z.object({
  /** How many of the last lines. */
  lines: z.number().int().min(0).max(logLinesMax).default(100),
  /** Goes on with what is written from now on, until the reader goes away or nothing writes there any more. */
  follow: z.boolean().default(false),
});

/** Which of a job's two outputs. */
export const logStreamSchema = z.enum(['stdout', 'stderr']);

/** A piece of a log. */
export const logChunkSchema = z.object({
  /** The part of the job that wrote it; '' in the log of the pool's program. */
  task: z.string(),
  /** Whole characters as they were written, line ends included. */
  text: z.string(),
  /** When it was read. */
  at: timeSchema,
  /** Bytes left out before it, because more was written than a reader can follow. */
  skipped: z.number().int().nonnegative(),
});

/** How much of a log, and whether to go on with it. */
export type LogWish = z.infer<typeof logWishSchema>;
/** Which of a job's two outputs. */
export type LogStream = z.infer<typeof logStreamSchema>;
/** A piece of a log. */
export type LogChunk = z.infer<typeof logChunkSchema>;
