import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { appStateSchema, settingsSchema, workSchema } from './app-state.ts';
import { checkResultSchema } from './checks.ts';
import { configurationSchema, configWishSchema } from './configuration.ts';
import { consentSchema, joinChoicesSchema } from './consent.ts';
import { earningsSummarySchema, ledgerRowSchema } from './earnings.ts';
import { invitePreviewSchema } from './invite-preview.ts';
import { logChunkSchema, logStreamSchema, logWishSchema } from './logs.ts';
import { leaveOptionsSchema, leavingSchema } from './leaving.ts';
import { usualLeave } from './usual.ts';
import { pauseHowSchema, timeSchema } from './node-state.ts';
import { type ProblemCode, problemSchema } from './problems.ts';
import { reportPreviewSchema, reportSchema, reportWays } from './report.ts';

/** Each problem code as an oRPC error whose data is the problem. */
function errorsOf<const C extends readonly ProblemCode[]>(...codes: C) {
  return Object.fromEntries(codes.map((code) => [code, { data: problemSchema }])) as {
    [K in C[number]]: { data: typeof problemSchema };
  };
}

const common = ['bad-request', 'internal'] as const;
const inviteProblems = [
  'invite-malformed',
  'invite-truncated',
  'invite-newer',
  'invite-expired',
  'invite-too-large',
  'invite-hostile',
  'invite-secret-in-link',
] as const;

/** An invite's text as it was pasted, read from a file, or taken from a link; what it is decides what it may hold. */
export const inviteInputSchema = z.object({
  text: z.string().max(2_000_000),
  from: z.enum(['file', 'link', 'paste']),
});

/** The session that a client is used in: the address it comes from (null: from here), and that losing it is fine. */
export const sessionSchema = z.object({ from: z.string().max(200).nullable(), mayBeLost: z.boolean() });

const done = z.object({ revision: z.number().int() });
const page = {
  limit: z.number().int().min(1).max(500).default(100),
  before: timeSchema.nullable().default(null),
};

/** What the host and its clients agree on. Every expected failure is a typed error whose data is a `Problem`. */
export const contract = {
  /** The whole state, now and at each change. Not `live`: nobody looks at figures (the tray), so that they are read seldom. */
  state: oc
    .errors(errorsOf(...common))
    .input(z.object({ live: z.boolean().default(true) }).default({ live: true }))
    .output(eventIterator(appStateSchema)),
  pool: {
    /** Reads an invite without connecting anywhere. */
    preview: oc
      .errors(errorsOf(...common, ...inviteProblems))
      .input(inviteInputSchema)
      .output(invitePreviewSchema),
    /** What joining would mean for this computer; looks at it, changes nothing and connects nowhere. */
    consent: oc
      .errors(errorsOf(...common, ...inviteProblems))
      .input(z.object({ invite: inviteInputSchema, session: sessionSchema.optional() }))
      .output(consentSchema),
    /** Accepts an invite with what was chosen: joining begins. Ends a demo, unless the demo's own pool is joined. */
    join: oc
      .errors(errorsOf(...common, ...inviteProblems, 'already-joined', 'disk-full', 'session-over-tailnet'))
      .input(inviteInputSchema.extend(joinChoicesSchema.shape).extend({ session: sessionSchema.optional() }))
      .output(done),
    /** Breaks a sign-in off: the network of before is in use again, and it can be tried again. */
    cancelSignIn: oc.errors(errorsOf(...common, 'not-joined')).output(done),
    /** Enters the demo pool; nothing on this computer is used. */
    demo: oc.errors(errorsOf(...common, 'already-joined')).output(done),
    /** What leaving would take away and ask, for showing before it is done. */
    leaving: oc.errors(errorsOf(...common)).output(leavingSchema),
    /** Leaves: work away, everything we changed undone. Asked again it changes how. */
    leave: oc
      .errors(errorsOf(...common, 'not-joined', 'export-failed'))
      .input(leaveOptionsSchema.default(usualLeave))
      .output(done),
  },
  sharing: {
    /** Pauses; `until` in epoch milliseconds, null until resumed. May be asked again to change how. */
    pause: oc
      .errors(errorsOf(...common, 'not-joined'))
      .input(z.object({ how: pauseHowSchema, until: timeSchema.nullable() }))
      .output(done),
    /** Ends the owner's own pause; `openAnyway` also answers "somebody may have closed this computer". */
    resume: oc
      .errors(errorsOf(...common, 'not-joined'))
      .input(z.object({ openAnyway: z.boolean().default(false) }))
      .output(done),
    /** Shares only while nobody uses this computer, or always; null: as the rule for its cards says. */
    whenIdle: oc
      .errors(errorsOf(...common, 'not-joined', 'disk-full'))
      .input(z.object({ on: z.boolean().nullable() }))
      .output(done),
    /** Pauses and goes to the owner's own network, or back to the pool's and resumes; nobody is asked for a password. */
    ownNetwork: oc
      .errors(errorsOf(...common, 'not-joined', 'own-network-unknown'))
      .input(z.object({ on: z.boolean() }))
      .output(done),
    /** Installs or switches on what this computer lacks; asks for the administrator's password. */
    install: oc.errors(errorsOf(...common, 'not-joined')).output(done),
    /** Asks for the offered version of the pool's program: jobs end first, and it goes back by itself where that version does not become ready. */
    update: oc.errors(errorsOf(...common, 'not-joined', 'disk-full')).output(done),
    /** Tries again now what waits for its next try. */
    retry: oc.errors(errorsOf(...common)).output(done),
  },
  gpus: {
    /** Shares a GPU or keeps it; takes effect by a restart of the pool's program. */
    share: oc
      .errors(errorsOf(...common, 'not-joined'))
      .input(z.object({ uuid: z.string().max(200), share: z.boolean() }))
      .output(done),
  },
  work: {
    /** Jobs that ended, newest first. */
    history: oc
      .errors(errorsOf(...common, 'ledger-damaged'))
      .input(z.object(page))
      .output(z.array(workSchema)),
    /** What a job writes, from its last lines on, where the pool lets owners read it. */
    logs: oc
      .errors(errorsOf(...common, 'not-joined', 'logs-not-allowed', 'logs-missing'))
      .input(
        logWishSchema.extend({
          id: z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
          stream: logStreamSchema.default('stdout'),
        }),
      )
      .output(eventIterator(logChunkSchema)),
  },
  agent: {
    /** How the pool's program is set up, and what is about to change: as it is, or as if something were wanted. */
    configuration: oc
      .errors(errorsOf(...common, 'nomad-version-unknown', 'nomad-too-old'))
      .input(configWishSchema.default({ gpu: null, limits: null }))
      .output(configurationSchema),
    /** What the pool's program writes, from its last lines on. */
    log: oc
      .errors(errorsOf(...common, 'logs-missing'))
      .input(logWishSchema)
      .output(eventIterator(logChunkSchema)),
  },
  earnings: {
    /** Sums of the last `days` local days, today included. */
    summary: oc
      .errors(errorsOf(...common, 'ledger-damaged'))
      .input(z.object({ days: z.number().int().min(1).max(366) }))
      .output(earningsSummarySchema),
    /** The stretches behind the sums, newest first. */
    ledger: oc
      .errors(errorsOf(...common, 'ledger-damaged'))
      .input(z.object(page))
      .output(z.array(ledgerRowSchema)),
  },
  settings: {
    /** Changes some settings; the rest stay. */
    update: oc
      .errors(errorsOf(...common, 'disk-full'))
      .input(settingsSchema.partial())
      .output(settingsSchema),
  },
  checks: {
    /** Looks at this computer and, with an invite, at what joining would need; changes nothing. */
    run: oc
      .errors(errorsOf(...common, ...inviteProblems))
      .input(z.object({ invite: inviteInputSchema.nullable() }))
      .output(eventIterator(checkResultSchema)),
  },
  report: {
    /** Gathers what helps to find a fault, without names, keys, addresses and home folders, and tells what is in it. */
    preview: oc.errors(errorsOf(...common)).output(reportPreviewSchema),
    /** Saves or hands over the report that was shown. */
    create: oc
      .errors(errorsOf(...common, 'report-gone', 'disk-full'))
      .input(z.object({ id: z.string().max(100), way: z.enum(reportWays) }))
      .output(reportSchema),
  },
  host: {
    /** Ends the host: `stop` frees the GPU first and stops sharing, `keep` only answers (the host shares on). */
    stop: oc
      .errors(errorsOf(...common))
      .input(z.object({ sharing: z.enum(['stop', 'keep']) }))
      .output(done),
  },
};

/** The contract's type, for typed clients. */
export type Contract = typeof contract;
