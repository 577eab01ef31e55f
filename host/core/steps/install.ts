import type { InstallEvent } from '../ports/installing.ts';
import type { StepContext, StepRunner } from './context.ts';

/** Installs and switches on what this computer lacks, each change noted before it is made. */
export const install: StepRunner<'install'> = async ({ installs }, { ports, report, signal }) => {
  for await (const event of ports.privilege.install(installs, signal)) {
    if (event.kind === 'installing') reportInstalling(event, report);
    else await ports.footprint.add(event);
  }
};

/** Says what is being installed, and how many things are behind it. */
export function reportInstalling(
  { item, done, of, waits }: Extract<InstallEvent, { kind: 'installing' }>,
  report: StepContext['report'],
): void {
  report({ done, total: of, unit: 'steps' }, null, { installing: { item, waits } });
}
