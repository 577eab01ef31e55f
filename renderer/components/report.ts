import type { AppState } from '../../contract/app-state.ts';
import type { Problem } from '../../contract/problems.ts';

/** What helps to find a fault, as text: no keys, no addresses, no paths, no names of jobs. */
export function reportText(
  problem: Problem,
  state: AppState,
  page: { readonly version: string; readonly browser: string },
  now: number,
): string {
  const { version, node, notes, gpus, work, notices, demo, gpuProblem, tailnet, settings } = state;
  const report = {
    at: new Date(now).toISOString(),
    problem,
    versions: { page: page.version, host: version, browser: page.browser },
    demo,
    node,
    notes,
    network:
      tailnet === null
        ? null
        : { connected: tailnet.connected, path: tailnet.path, controlOnline: tailnet.controlOnline },
    gpus: gpus.map(({ name, shared, memoryMib, usedMib, fault }) => ({
      name,
      shared,
      memoryMib,
      usedMib,
      fault,
    })),
    gpuProblem,
    work: work.map(({ type, state, restarts, ended }) => ({ type, state, restarts, ended })),
    notices,
    own: {
      nomad: settings.nomadPath !== null,
      tailscale: settings.tailscaleSocket !== null,
      engine: settings.engineSocket !== null,
    },
  };
  return JSON.stringify(report, (key, value: unknown) => (key === 'signInUrl' ? undefined : value), 2);
}
