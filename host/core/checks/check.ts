import type { CheckResult } from '../../../contract/checks.ts';
import { problem, type Problem, ProblemError } from '../../../contract/problems.ts';
import type { Invite } from '../../../pool/contract/invite.ts';
import type { Fact, Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import type { Engine, EngineSample } from '../ports/engine.ts';
import type { Gpus, GpusSample } from '../ports/gpus.ts';
import type { AgentSample, AllocationSample, Nomad, NodeSample } from '../ports/nomad.ts';
import type { Path, PathSample } from '../ports/path.ts';
import type { PoolServer, Registration, RegistrationSample } from '../ports/registration.ts';
import type { Folders, Ledger } from '../ports/stores.ts';
import type { System, SystemSample } from '../ports/system.ts';
import type { Privilege, Tailnet, TailnetSample } from '../ports/tailnet.ts';
import { network, type Network } from '../network/network.ts';

/** The ports that checks look through; none of them changes anything. */
export interface CheckPorts {
  readonly gpus: Gpus;
  readonly engine: Engine;
  readonly tailnet: Tailnet;
  readonly nomad: Nomad;
  readonly privilege: Privilege;
  readonly folders: Folders;
}

/** What a whole diagnosis looks through beside that. */
export interface DiagnosisPorts extends CheckPorts {
  readonly path: Path;
  readonly registration: Registration;
  readonly ledger: Ledger;
  readonly system: System;
}

/** One look at each thing, made when a check first asks, so that all checks of a run judge the same world. */
export interface Looks {
  gpus(): Promise<Fact<GpusSample>>;
  engine(): Promise<Fact<EngineSample>>;
  tailnet(): Promise<Fact<TailnetSample>>;
  agent(): Promise<Fact<AgentSample>>;
  node(): Promise<Fact<NodeSample>>;
  work(): Promise<Fact<readonly AllocationSample[]>>;
  /** Tries the way for as long as it takes; unknown where this computer is not in the pool's network. */
  path(): Promise<Fact<PathSample>>;
  registration(): Promise<Fact<RegistrationSample>>;
  servers(): Promise<Fact<readonly PoolServer[]>>;
  freeBytes(): Promise<number | null>;
  way(): ReturnType<Privilege['way']>;
  system(): Promise<Fact<SystemSample>>;
  ledger(): Promise<{ readonly problem: Problem | null; readonly rows: number }>;
}

/** What is examined, and for which pool. */
export interface Subject {
  readonly intent: Intent;
  /** As they were when the run began; what a check judges it looks at afresh. */
  readonly facts: Facts;
  /** The invite about to be accepted, or the joined pool's; null: none. */
  readonly invite: Invite | null;
  readonly now: number;
}

/** What a check is given. */
export interface CheckContext extends Subject {
  readonly looks: Looks;
}

/** What a check found. */
export type Found = Pick<CheckResult, 'found' | 'says' | 'problem'>;

/** One diagnosis. */
export interface Check {
  readonly id: CheckResult['id'];
  /** Whether it has anything to say here and now: before joining fewer do, and what another check fails for is not said twice. */
  applies(context: CheckContext): boolean | Promise<boolean>;
  run(context: CheckContext): Promise<Found>;
}

/** All is well, with what was found. */
export const passed = (found: string | null, says?: Found['says']): Found => ({
  found,
  problem: null,
  ...(says === undefined ? {} : { says }),
});

/** Something is wrong. */
export const failed = (of: Problem, found: string | null = null): Found => ({ found, problem: of });

/** Something is wrong, by the problem of this code. */
export const wrong = (code: Parameters<typeof problem>[0], detail: string | null = null): Found =>
  failed(problem(code, detail));

/** Why a fact is not known, as a problem. */
export const problemOf = (fact: Fact<unknown>, otherwise: Parameters<typeof problem>[0]): Problem =>
  (fact.known ? null : fact.problem) ?? problem(otherwise);

/** The value of a fact that must be known; throws its problem, which the run says then. */
export function must<T>(fact: Fact<T>, otherwise: Parameters<typeof problem>[0]): T {
  if (fact.known) return fact.value;
  throw new ProblemError(problemOf(fact, otherwise));
}

/** Whether a pool was joined. */
export const joined = ({ intent }: CheckContext): boolean => intent.pool !== null;

/** How this computer stands in the pool's network by a fresh look; null before joining. */
export async function standing({ intent, facts, looks, now }: CheckContext): Promise<Network | null> {
  if (intent.pool === null) return null;
  const tailnet = await looks.tailnet();
  return network({ ...facts, tailnet }, intent.pool, Math.max(now, tailnet.at ?? 0));
}

/** Whether packets to the pool's servers may be sent: it runs, and it is the pool's network. */
export async function inNetwork(context: CheckContext): Promise<boolean> {
  if (context.intent.pool === null) return false;
  const tailnet = await context.looks.tailnet();
  return tailnet.known && tailnet.value.active === 'ours' && tailnet.value.backend === 'running';
}

/** Whether the agent is up, so that the pool can be asked through it. */
export async function agentUp(context: CheckContext): Promise<boolean> {
  if (context.intent.pool === null) return false;
  const agent = await context.looks.agent();
  return agent.known && agent.value.process !== null;
}

/** Whether the pool tells what it knows of this computer. */
export async function registered(context: CheckContext): Promise<boolean> {
  return (await agentUp(context)) && (await context.looks.registration()).known;
}
