import { fail } from '../../../contract/problems.ts';
import { noteBefore } from '../budget/noting.ts';
import type { StepRunner } from './context.ts';

/** Starts the agent as the owner's own detached process, after noting what the engine keeps already. A port that somebody took meanwhile is given up for another. */
export const startAgent: StepRunner<'start-agent'> = async ({ httpPort }, { ports, signal }) => {
  const free = await ports.freePort(httpPort);
  if (free !== httpPort) {
    const { value: entries } = await ports.footprint.load();
    await ports.footprint.add({ kind: 'agent', httpPort: free, folder: ports.folders.agent });
    for (const entry of entries) if (entry.line.kind === 'agent') await ports.footprint.undone(entry.id);
    fail('nomad-port-taken', `${httpPort} → ${free}`);
  }
  await noteBefore(ports);
  await ports.nomad.start(signal);
};
