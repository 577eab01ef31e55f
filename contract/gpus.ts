import { z } from 'zod';
import { timeSchema } from './node-state.ts';

/** Why a card is not shared: its owner keeps it, it drives the display beside another card, or it has a fault. */
const gpuKeptSchema = z.enum(['owner', 'display', 'fault']);

/** A part of a card that is divided in hardware (MIG). */
const migSchema = z.object({
  uuid: z.string(),
  /** "1g.10gb" */
  profile: z.string(),
  memoryMib: z.number().nonnegative().nullable(),
});

/** One GPU: what it is and how it does now; null is unknown, never 0. */
export const gpuSchema = z.object({
  uuid: z.string(),
  index: z.number().int().nonnegative().nullable(),
  name: z.string(),
  slug: z.string(),
  driver: z.string().nullable(),
  /** "0000:01:00.0" */
  bus: z.string().nullable(),
  shared: z.boolean(),
  /** Why it is not; null: it is. */
  kept: gpuKeptSchema.nullable(),
  /** Whether it drives the display. */
  display: z.boolean().nullable(),
  /** The system has put it to sleep: it is not asked how it does, which would wake it. */
  asleep: z.boolean(),
  memoryMib: z.number().nonnegative().nullable(),
  /** Its memory is the computer's own. */
  unified: z.boolean(),
  mig: z.array(migSchema),
  usedMib: z.number().nonnegative().nullable(),
  utilizationPercent: z.number().min(0).max(100).nullable(),
  temperatureC: z.number().nullable(),
  powerW: z.number().nonnegative().nullable(),
  /** A card-wise fault in the driver's own words, or null. */
  fault: z.string().nullable(),
  at: timeSchema,
});

/** A graphics card that no pool can use yet. */
export const otherCardSchema = z.object({
  maker: z.enum(['amd', 'intel', 'apple', 'other']),
  name: z.string(),
});

/** Sharing only while nobody uses this computer. */
export const whenIdleSchema = z.object({
  on: z.boolean(),
  /** Who says so: the owner, or the rule that a card which drives the only display is shared only then. */
  by: z.enum(['owner', 'display']).nullable(),
  /** How long there must be no input, ms. */
  afterMs: z.number().int().positive(),
  /** The last input to the minute, as far as it is known; null: not known. */
  lastInputAt: timeSchema.nullable(),
  /** Where that is known from; null: nothing here tells it. */
  source: z.string().nullable(),
});

/** A GPU in the state. */
export type Gpu = z.infer<typeof gpuSchema>;
/** Why a card is not shared. */
export type GpuKept = z.infer<typeof gpuKeptSchema>;
/** A card that no pool can use yet. */
export type OtherCard = z.infer<typeof otherCardSchema>;
/** Sharing only while nobody uses this computer. */
export type WhenIdle = z.infer<typeof whenIdleSchema>;
