import type { PauseReason } from '../../../contract/node-state.ts';
import { problem, type Problem } from '../../../contract/problems.ts';
import type { Facts } from '../facts.ts';
import { lostAfterMs, sharedOf, whyKept } from '../cards/choice.ts';
import type { Intent } from '../intent.ts';
import { engineTrouble } from '../opening/engine.ts';
import { failuresInARow } from './failures.ts';
import { foldHold, holdEnds, isHeld, usualHold, type Hold, type HoldTimes } from './hold.ts';
import { wasOpened } from './opened.ts';

/** A clock that is off by more breaks certificates and tokens, ms. */
const clockSlackMs = 300_000;

/** A tool that is slow once is no fault yet; nor is an engine that its owner restarts, ms. */
const confirmMs = 30_000;
const slowConfirmMs = 90_000;

const times = (of: Problem | null): HoldTimes => ({
  ...usualHold,
  confirmMs: of?.code === 'gpu-timeout' ? slowConfirmMs : confirmMs,
});

/** What would make every job on this computer fail, or null. What was not looked at yet is no fault. */
function machineFault(facts: Facts): Problem | null {
  return cardFault(facts) ?? engineTrouble(facts) ?? clockFault(facts);
}

/** Folds what was seen of the machine into its hold. */
export function foldMachine(facts: Facts, now: number): Hold | null {
  const fault = machineFault(facts);
  const before = facts.memory.holds.machine ?? null;
  return foldHold(before, fault, now, times(fault ?? before?.problem ?? null));
}

/** A fault that would fail every job, until it passes; or jobs that fail one after the other, until the owner resumes. */
export function machine(intent: Intent, facts: Facts, now: number): PauseReason | null {
  if (!wasOpened(facts)) return null;
  const hold = facts.memory.holds.machine ?? null;
  if (isHeld(hold, now, usualHold))
    return {
      reason: 'machine',
      how: 'now',
      since: hold.since ?? now,
      until: holdEnds(hold, usualHold),
      name: null,
      problem: hold.problem,
    };
  const lost = lastCardLost(intent, facts, now);
  if (lost !== null) return lost;
  const failed = failuresInARow(facts.memory.ends, intent.resumedAt ?? 0);
  if (failed === null) return null;
  const jobs = failed.jobs.join(', ');
  return {
    reason: 'machine',
    how: 'now',
    since: failed.at,
    until: null,
    name: jobs,
    problem: problem('jobs-failing', jobs),
  };
}

/** The driver, or every card that could be shared. */
function cardFault({ gpus }: Facts): Problem | null {
  if (!gpus.known) return gpus.problem;
  const faults = gpus.value.gpus.map((g) => g.fault);
  return faults.length > 0 && faults.every((f) => f !== null) ? problem('gpu-lost', faults[0]) : null;
}

/** The only card that would be shared is lost, and what is left is kept: nothing is shared unasked in its place. */
function lastCardLost(intent: Intent, { gpus, memory }: Facts, now: number): PauseReason | null {
  const cards = gpus.known ? gpus.value.gpus : [];
  if (sharedOf(intent, cards).length > 0) return null;
  const lost = cards.find((g) => whyKept(intent, cards, g) === 'fault');
  const since = lost === undefined ? undefined : memory.faulty[lost.uuid];
  if (lost === undefined || since === undefined || now - since < lostAfterMs) return null;
  const of = problem('gpu-lost', `${lost.name}: ${lost.fault}`);
  return {
    reason: 'machine',
    how: 'now',
    since: since + lostAfterMs,
    until: null,
    name: null,
    problem: of,
  };
}

function clockFault({ health }: Facts): Problem | null {
  const ahead = health.known ? health.value.clockAheadMs : null;
  if (ahead === null || Math.abs(ahead) <= clockSlackMs) return null;
  return problem('clock-wrong', `${ahead > 0 ? '+' : '−'}${Math.round(Math.abs(ahead) / 60_000)} min`);
}
