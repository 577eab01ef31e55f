import { fail } from '../../../contract/problems.ts';
import type { FootprintEntry } from '../footprint.ts';
import type { StepContext, StepRunner } from './context.ts';
import { tailnetToLeave } from './tailnet-lines.ts';

/** Undoes the footprint from its end. What needs root (the network's profile, files that containers wrote as root) goes in one run. */
export const leave: StepRunner<'leave'> = async (_step, context) => {
  const { ports, signal } = context;
  const { value: entries } = await ports.footprint.load();
  await ports.nomad.kill();
  await ports.nomad.sweep();
  await ports.secrets.forgetAll();
  const denied = await removeFolders(entries, context);
  const tailnet = tailnetToLeave(entries);
  if (tailnet !== null || denied.length > 0) {
    await ports.privilege.leave(
      { tailnet, remove: denied.map((under) => ({ folder: ports.nomad.allocationFolder(), under })) },
      signal,
    );
  }
  for (const path of denied) {
    if ((await ports.folders.remove(path)) === 'denied') fail('leave-incomplete', path);
  }
  for (const entry of entries.toReversed()) await ports.footprint.undone(entry.id);
};

/** The folders noted, and our own two also where their lines were lost. */
async function removeFolders(
  entries: readonly FootprintEntry[],
  { ports }: StepContext,
): Promise<readonly string[]> {
  const noted = entries.toReversed().flatMap(({ line }) => (line.kind === 'folder' ? [line.path] : []));
  const denied: string[] = [];
  for (const path of new Set([...noted, ports.folders.agent, ports.folders.secrets])) {
    if ((await ports.folders.remove(path)) === 'denied') denied.push(path);
  }
  return denied;
}
