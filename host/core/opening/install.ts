import type { Problem } from '../../../contract/problems.ts';
import type { Facts } from '../facts.ts';
import type { Intent } from '../intent.ts';
import { lookAgainMs, waiting, type Plan } from '../planning.ts';
import { type InstallNeed, withCommand } from './installs.ts';

/** Once joined nothing is installed unasked: the step where the owner asked for it, else the problem with its line. Null: nothing is lacking. */
export function planInstall(need: InstallNeed, intent: Intent, facts: Facts, now: number): Plan | null {
  if (need.lacks === null) return null;
  const asked = askedInstall(need, intent, facts);
  if (asked !== null) return asked;
  const failed = facts.attempts.install?.problem ?? null;
  return waiting('facts', now + lookAgainMs, withCommand(offered(failed ?? need.lacks, need), need.command));
}

/** Its one button does what is lacking, where that can be done here. */
function offered(of: Problem, { installs }: InstallNeed): Problem {
  if (installs.length === 0) return of;
  return { ...of, remedy: installs.every((one) => one.endsWith('-start')) ? 'start-here' : 'install-here' };
}

/** The step, where the owner asked for it since it was last tried. */
export function askedInstall({ installs }: InstallNeed, intent: Intent, facts: Facts): Plan | null {
  const last = facts.attempts.install;
  const asked = intent.installAt !== undefined && (last === undefined || intent.installAt > last.lastAt);
  return asked && installs.length > 0 ? { do: { kind: 'install', installs } } : null;
}
