import type { Limits } from '../../contract/limits.ts';
import type { PauseHow } from '../../contract/node-state.ts';
import { problem, type Problem, type ProblemCode } from '../../contract/problems.ts';
import type { AgentLimits } from './budget/limits.ts';
import type { Facts } from './facts.ts';
import type { Intent } from './intent.ts';
import type { AgentWanted } from './ports/nomad.ts';
import type { Step, StepKind } from './step.ts';

/** What a plan waits for. */
export type Wait =
  | 'facts'
  | 'network'
  | 'registration'
  | 'pool'
  | 'broker'
  | 'work-ends'
  | 'gpu-free'
  | 'backoff'
  /** A change is told before it is made. */
  | 'telling';

/**
 * What to do now. `wait` turns into another answer at `until` (epoch ms); `rest` means that the intent is reached
 * or that only the owner can go on (`problem` says why), and may name a time to look again.
 */
export type Plan =
  | { readonly do: Step }
  | { readonly wait: Wait; readonly until: number; readonly problem: Problem | null }
  | {
      readonly rest: 'reached' | 'owner' | 'stopped';
      readonly until: number | null;
      readonly problem: Problem | null;
    };

/** What `plan` needs besides facts: who we are, and what a configuration's fingerprint is. Both constant for one life of the host. */
export interface Rules {
  readonly hostname: string;
  readonly user: string;
  /** Whether what needs root asks a person for it. */
  readonly prompts?: boolean;
  /** What the agent is told to leave to the owner, by the settings as they are (or these instead); absent: nothing. */
  readonly limits?: (instead?: Limits) => AgentLimits | null;
  /** Fingerprint of a configuration for a program version; pure. */
  readonly hash: (wanted: AgentWanted, version: string) => string;
}

/** How long an answer that waits for a fact stands, ms. */
export const factWaitMs = 5_000;

/** How often something out of our hands is looked at again, ms. */
export const lookAgainMs = 30_000;

/** Problems that only the owner's word ends: trying again by itself would prompt, burn a key, or hammer. */
const ownerOnly: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'administrator-refused',
  'administrator-missing',
  'install-failed',
  'packages-busy',
  'packages-offline',
  'control-server-in-use',
  'tailnet-key-refused',
  'tailnet-took-over',
  'tailnet-tag-missing',
  'tailnet-sign-in',
  'secrets-lost',
  'nomad-config-refused',
  // Tried again by itself, each would download all of it again, or ask a wrong site over and over.
  'release-missing',
  'release-no-build',
  'release-signature-wrong',
  'release-key-unknown',
  'release-key-expired',
  'release-sum-wrong',
  'release-unsafe',
]);

/** A step, unless its last failure still holds it back. */
export function attempt(step: Step, intent: Intent, facts: Facts, now: number): Plan {
  const held = heldBack(step.kind, intent, facts, now);
  return held ?? { do: step };
}

/** Why a step is held back, or null: its backoff, or a problem that only the owner's word ends. */
export function heldBack(kind: StepKind, intent: Intent, facts: Facts, now: number): Plan | null {
  const last = facts.attempts[kind];
  if (last === undefined || last.problem === null) return null;
  if (intent.retryAt !== undefined && intent.retryAt > last.lastAt) return null;
  if (ownerOnly.has(last.problem.code)) return { rest: 'owner', until: null, problem: last.problem };
  return now < last.nextAt ? { wait: 'backoff', until: last.nextAt, problem: last.problem } : null;
}

/** Wait for something until a time. */
export const waiting = (wait: Wait, until: number, of: Problem | null = null): Plan => ({
  wait,
  until,
  problem: of,
});

/** Nothing to do. */
export const rest = (
  why: 'reached' | 'owner' | 'stopped',
  until: number | null = null,
  of: Problem | null = null,
): Plan => ({ rest: why, until, problem: of });

/** Wait, saying what is wrong meanwhile. */
export const waitingWith = (
  wait: Wait,
  until: number,
  code: ProblemCode,
  detail: string | null = null,
): Plan => waiting(wait, until, problem(code, detail));

/** What closing is for: staying in the pool, ending the host, or leaving. */
export interface ClosingGoal {
  readonly intent: Intent;
  readonly facts: Facts;
  readonly now: number;
  readonly how: PauseHow;
  readonly then: 'stay' | 'stop' | 'leave';
}
