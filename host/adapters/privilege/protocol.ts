import { z } from 'zod';
import { installSchema } from '../../../contract/installs.ts';
import { problemSchema } from '../../../contract/problems.ts';

const id = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const path = z.string().min(2).max(4_000).startsWith('/');
const userName = z.string().regex(/^[^\s:/]{0,64}$/);

const enterTask = z.object({
  task: z.literal('tailscale.enter'),
  controlUrl: z.url({ protocol: /^https?$/ }).max(500),
  tag: z.string().regex(/^tag:[a-z][a-z0-9-]*$/i),
  authKey: z.string().min(1).max(4_000).nullable(),
  hostname: z.string().max(255),
  shieldsUp: z.boolean(),
  operator: userName,
  replaces: id.optional(),
});

const leaveTask = z.object({
  task: z.literal('tailscale.leave'),
  oldProfile: id.nullable(),
  newProfile: id.nullable(),
  olderProfiles: z.array(id).max(50).readonly().optional(),
  controlUrl: z.url({ protocol: /^https?$/ }).max(500),
  formerOperator: userName.nullable(),
});

const removeTask = z.object({ task: z.literal('remove'), folder: path, under: path });

const installTask = z.object({ task: z.literal('install'), item: installSchema });

const word = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+:@_-]{0,199}$/);
const undoSchema = z.object({
  packages: z.array(word).max(500).readonly(),
  files: z.array(path).max(50).readonly(),
  services: z.array(word).max(50).readonly(),
  groups: z.array(word).max(50).readonly(),
});
const uninstallTask = z.object({ task: z.literal('uninstall'), item: installSchema, undo: undoSchema });

/** Everything that may be asked of root. Anything else is refused. */
export const taskSchema = z.discriminatedUnion('task', [
  enterTask,
  leaveTask,
  removeTask,
  installTask,
  uninstallTask,
]);

/** One thing asked of root. */
export type Task = z.infer<typeof taskSchema>;
/** Signing in to the pool's network in a profile of its own. */
export type EnterTask = z.infer<typeof enterTask>;
/** Going back to the owner's own network. */
export type LeaveTask = z.infer<typeof leaveTask>;
/** Removing a folder below the agent's. */
export type RemoveTask = z.infer<typeof removeTask>;

/** What the host says, one JSON line each: the list first, then its words. The end of the stream means that it died. */
export const heardSchema = z.union([
  z.object({ list: z.array(taskSchema).min(1).max(200), tailscaled: path }),
  /** `ack`: the last event is in the footprint. */
  z.object({ word: z.enum(['ack', 'connected', 'undo']) }),
]);

/** One line of the host's. */
export type Heard = z.infer<typeof heardSchema>;

const event = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('installing'),
    item: installSchema,
    done: z.number().int(),
    of: z.number().int(),
    waits: z.boolean(),
  }),
  z.object({ kind: z.literal('install'), item: installSchema, undo: undoSchema }),
  z.object({ kind: z.literal('before'), oldProfile: z.string().nullable(), formerOperator: z.string() }),
  z.object({ kind: z.literal('profile'), newProfile: z.string() }),
  z.object({ kind: z.literal('sign-in'), url: z.string(), withinMs: z.number() }),
  z.object({ kind: z.literal('approval'), withinMs: z.number() }),
  z.object({ kind: z.literal('running'), nodeId: z.string() }),
]);

/** What the program answers, one JSON line each. */
export const saidSchema = z.union([
  /** It runs as root and waits for the list: nothing secret is sent before. */
  z.object({ ready: z.literal(1) }),
  /** Waits for `ack`, all but `installing`. */
  z.object({ event }),
  /** Not taken back: the owner has come to use it otherwise. */
  z.object({ kept: installSchema }),
  /** It ran well so far and waits for `connected` or `undo`. */
  z.object({ waiting: z.literal(true) }),
  z.object({ problem: problemSchema, task: z.number().int() }),
  z.object({ end: z.literal(true) }),
]);

/** One line of the program's. */
export type Said = z.infer<typeof saidSchema>;
