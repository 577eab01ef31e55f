import { z } from 'zod';
import { problemSchema } from './problems.ts';

/** One card as it would be shared. */
export const consentCardSchema = z.object({
  uuid: z.string(),
  name: z.string(),
  memoryMib: z.number().nonnegative().nullable(),
  /** Whether a screen is attached; null: unknown. */
  display: z.boolean().nullable(),
  /** What is proposed. */
  shared: z.boolean(),
  /** Why it is not proposed, or cannot be shared at all. */
  why: z.enum(['owner', 'display', 'fault', 'maker']).nullable(),
  /** Whether the owner may choose otherwise. */
  choice: z.boolean(),
});

/** One thing that joining adds to this computer; all of it is undone on leave. */
export const consentChangeSchema = z.object({
  what: z.enum([
    'network',
    'program',
    'started',
    /** A package source and its signing key, both files in the name; or only where the system's own lack the program. */
    'source',
    'sourceIfLacking',
    'setting',
    'group',
    /** Root's own note of what it installed. */
    'note',
    /** Who may speak to Tailscale without root: of the pool's sign-in, and of the owner's. */
    'operator',
    'operatorOwn',
    'agent',
    'folder',
    'secrets',
    'downloads',
  ]),
  /** What it is: a program's name, a group's, a folder's path. */
  name: z.string(),
  /** Whose program, or null. */
  publisher: z.string().nullable(),
  version: z.string().nullable(),
  licence: z.string().nullable(),
  bytes: z.number().int().nonnegative().nullable(),
  /** Who fetches it: the publisher's site by us, or this computer's own package manager. */
  from: z.string().nullable(),
});

/** What a network that is left is used for on this computer; texts under `consent.network`. */
export const networkUseSchema = z.object({
  what: z.enum(['routes', 'exitNode', 'usesExitNode', 'serve', 'funnel', 'ssh']),
  /** The other computer's name, where there is one. */
  name: z.string().nullable(),
});

/** What joining would mean for this computer and with this version, looked at without changing anything. */
export const consentSchema = z.object({
  nodeName: z.object({
    name: z.string(),
    /** False where the invite gives the name. */
    editable: z.boolean(),
    /** The name that this computer has in its own system, which the pool's program reports as well. */
    system: z.string(),
  }),
  cards: z.array(consentCardSchema),
  /** Why no card can be read, or null. */
  cardsProblem: problemSchema.nullable(),
  /** What is proposed: sharing only while nobody uses the computer (its only card drives the screen). */
  whenIdle: z.boolean(),
  /** The network this computer leaves while it shares, or null where it is in none. */
  leaves: z.object({ name: z.string().nullable(), uses: z.array(networkUseSchema) }).nullable(),
  /** This very session came over the network that is left, and would be cut off. */
  sessionAtRisk: z.boolean(),
  changes: z.array(consentChangeSchema),
  /** What containers amount to here. */
  rights: z.enum(['administrator', 'group', 'rootless', 'unknown']),
  /** How often the administrator's password is asked to join, and to leave; null: it cannot be asked here. */
  prompts: z
    .object({ join: z.number().int().nonnegative(), leave: z.number().int().nonnegative() })
    .nullable(),
  /** Signing out and in again is needed on the way, because of a new group. */
  newLogin: z.boolean(),
});

/** What the owner chose; what is left out is as proposed. */
export const joinChoicesSchema = z.object({
  nodeName: z.string().max(200).optional(),
  /** UUIDs of the cards that are not shared. */
  keptGpus: z.array(z.string().max(200)).max(64).optional(),
  /** UUIDs of the cards that are shared although they were not proposed. */
  chosenGpus: z.array(z.string().max(200)).max(64).optional(),
  whenIdle: z.boolean().optional(),
});

/** What joining would mean for this computer. */
export type Consent = z.infer<typeof consentSchema>;
/** One card as it would be shared. */
export type ConsentCard = z.infer<typeof consentCardSchema>;
/** One thing that joining adds. */
export type ConsentChange = z.infer<typeof consentChangeSchema>;
/** What a network that is left is used for. */
export type NetworkUse = z.infer<typeof networkUseSchema>;
/** What the owner chose. */
export type JoinChoices = z.infer<typeof joinChoicesSchema>;
