import { type Install, installs as all } from '../../../contract/installs.ts';
import { type Problem, problem } from '../../../contract/problems.ts';
import { fresh, type Facts } from '../facts.ts';
import type { FootprintEntry } from '../footprint.ts';
import type { InstallUndo, Uninstall } from '../ports/installing.ts';
import type { SystemSample } from '../ports/system.ts';
import { engineInstalls } from './engine-installs.ts';
import { engineTrouble } from './engine.ts';
import { installCommand } from './install-command.ts';

/** What this computer lacks, and what would mend it. */
export interface InstallNeed {
  /** What is lacking; null: nothing that an installation would mend. */
  readonly lacks: Problem | null;
  /** What would mend it, in the order in which it is done; empty: nothing is lacking, or it cannot be done here. */
  readonly installs: readonly Install[];
  /** The line that does the same by hand; null where nobody knows one. */
  readonly command: string | null;
}

const nothing: InstallNeed = { lacks: null, installs: [], command: null };

/** What the facts ask to have installed or switched on before this computer can be in a pool; pure. */
export function neededInstalls(facts: Facts, now: number): InstallNeed {
  const asked = new Set<Install>([...tailscaleInstalls(facts), ...engineInstalls(facts, now)]);
  const list = all.filter((one) => asked.has(one));
  if (list.length === 0) return nothing;
  const system = fresh(facts, 'system', now);
  const possible = system !== null && list.every((one) => canInstall(one, system));
  return {
    lacks: lacking(facts),
    installs: possible ? list : [],
    // Of another system than Linux no line is known.
    command: system === null ? null : installCommand(list, system),
  };
}

/** The same problem with the line that mends it. */
export const withCommand = (of: Problem, command: string | null): Problem =>
  command === null ? of : { ...of, command };

/** Whether the facts that installs are decided by have been seen. */
export const installsKnown = (facts: Facts): boolean =>
  facts.system.at !== null && facts.tailnet.at !== null && facts.engine.at !== null;

function tailscaleInstalls({ tailnet }: Facts): readonly Install[] {
  if (tailnet.known || tailnet.problem === null) return [];
  if (tailnet.problem.code === 'tailscale-missing') return ['tailscale', 'tailscale-start'];
  return tailnet.problem.code === 'tailscale-stopped' ? ['tailscale-start'] : [];
}

/** Whether there is a recipe for this on such a system. */
function canInstall(item: Install, { packages, systemd }: SystemSample): boolean {
  switch (item) {
    case 'tailscale-start':
    case 'engine-start':
      return systemd || packages === 'apk';
    case 'engine-group':
      return true;
    case 'tailscale':
    case 'engine':
    case 'nvidia-runtime':
      return packages !== null;
  }
}

function lacking(facts: Facts): Problem {
  const { tailnet } = facts;
  return (tailnet.known ? null : tailnet.problem) ?? engineTrouble(facts) ?? problem('install-failed');
}

/** Our installations by the footprint, newest first, all changes of one together: what leaving takes back. */
export function installsToUndo(entries: readonly FootprintEntry[]): readonly Uninstall[] {
  const found = new Map<Install, InstallUndo>();
  for (const { line } of entries.toReversed()) {
    if (line.kind !== 'install') continue;
    const later = found.get(line.item);
    found.set(line.item, later === undefined ? line.undo : together(line.undo, later));
  }
  return [...found].map(([item, undo]) => ({ item, undo }));
}

const together = (a: InstallUndo, b: InstallUndo): InstallUndo => ({
  packages: [...new Set([...a.packages, ...b.packages])],
  files: [...new Set([...a.files, ...b.files])],
  services: [...new Set([...a.services, ...b.services])],
  groups: [...new Set([...a.groups, ...b.groups])],
});
