import { fresh, type Facts } from '../facts.ts';
import type { Intent, PoolIntent } from '../intent.ts';
import type { AgentSample, NomadProgram } from '../ports/nomad.ts';
import { boundsOf, chooseVersion, fits, type Bounds, updateFor } from './versions.ts';
import { olderThan } from '../version.ts';

/** Another version of our Nomad that is to take the present one's place. */
export interface ProgramWish {
  readonly from: string;
  readonly to: string;
  /** The owner asked for it, or the pool takes the present one no longer. */
  readonly why: 'asked' | 'pool';
  readonly since: number;
}

/** What the pool takes, as far as it is known. */
export function poolBounds({ invite }: PoolIntent, facts: Facts): Bounds {
  return boundsOf(invite.nomad, facts.versions.known ? facts.versions.value.oldestServer : null);
}

/** The agent's program where it is one that we and the pool take, else null. */
export function fittingProgram(pool: PoolIntent, facts: Facts, agent: AgentSample): NomadProgram | null {
  const { program, programProblem } = agent;
  if (program === null || programProblem !== null) return null;
  return fits(program.version, poolBounds(pool, facts)) === 'yes' ? program : null;
}

/** Which other version is to be run, and why; null: the present one stays. Only a program of ours is ever changed. */
export function programWish({ pool, update }: Intent, facts: Facts): ProgramWish | null {
  const present = oursInUse(facts);
  if (pool === null || present === null || !facts.programs.known) return null;
  const { installed, failed, trial } = facts.programs.value;
  if (trial !== null) return null;
  const bounds = poolBounds(pool, facts);
  if (fits(present, bounds) !== 'yes') {
    const known = [...installed, ...publishedVersions(facts)].filter((v) => !failed.includes(v));
    const to = chooseVersion(known, bounds);
    return to === null ? null : { from: present, to, why: 'pool', since: facts.versions.at ?? 0 };
  }
  if (update === undefined || failed.includes(update.to) || !olderThan(present, update.to)) return null;
  if (fits(update.to, bounds) !== 'yes') return null;
  return { from: present, to: update.to, why: 'asked', since: update.at };
}

/** The update to offer: the newest allowed patch, where ours is in use and all is well with it. */
export function offeredUpdate(intent: Intent, facts: Facts): { from: string; to: string } | null {
  const present = oursInUse(facts);
  if (intent.pool === null || present === null || !facts.programs.known) return null;
  const { failed, trial } = facts.programs.value;
  if (trial !== null) return null;
  const to = updateFor(present, publishedVersions(facts), poolBounds(intent.pool, facts), failed);
  return to === null ? null : { from: present, to };
}

/** Whether the wished version lies here already: only then is anything closed for it. */
export function isInstalled({ to }: ProgramWish, facts: Facts): boolean {
  return facts.programs.known && facts.programs.value.installed.includes(to);
}

/** Whether a device plugin is to be downloaded: cards are here, none is found, and the publisher has one for this machine. */
export function lacksDevicePlugin(facts: Facts, now: number): boolean {
  const agent = fresh(facts, 'agent', now);
  const cards = facts.gpus.known ? facts.gpus.value.gpus.length : 0;
  return (
    cards > 0 &&
    agent?.devicePlugin === false &&
    facts.programs.known &&
    facts.programs.value.devicePlugin === 'absent'
  );
}

/** The version of ours that is run, or null where another program is. */
function oursInUse({ agent, programs }: Facts): string | null {
  if (!agent.known || agent.value.programFrom !== 'ours' || !programs.known) return null;
  return programs.value.chosen;
}

const publishedVersions = ({ versions }: Facts): readonly string[] =>
  versions.known ? (versions.value.published ?? []) : [];
