import { changeBetween } from '../config-change.ts';
import { findLine } from '../footprint.ts';
import type { StepRunner } from './context.ts';

/** Writes the agent's configuration and has its program validate it; the port is chosen once and noted. */
export const configure: StepRunner<'configure'> = async ({ wanted }, { ports, signal, see }) => {
  const { value: entries } = await ports.footprint.load();
  if (!entries.some((e) => e.line.kind === 'folder' && e.line.path === ports.folders.agent)) {
    await ports.footprint.add({ kind: 'folder', path: ports.folders.agent, asRoot: true });
  }
  const known = findLine(entries, 'agent');
  const httpPort = known?.httpPort ?? (await ports.freePort(wanted.httpPort));
  if (known === null) await ports.footprint.add({ kind: 'agent', httpPort, folder: ports.folders.agent });
  const { now, next } = await ports.nomad.settings({ ...wanted, httpPort });
  await ports.nomad.configure({ ...wanted, httpPort }, signal);
  const change = now.length === 0 || next === null ? null : changeBetween(now, next, ports.clock.now());
  if (change === null) return;
  ports.log.info('configuration changed', { why: change.why, lines: change.lines });
  see({ configured: change });
};
