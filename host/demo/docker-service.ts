import type { Caller } from './tailnet/local-api.ts';
import type { Down } from './service.ts';
import type { System } from './system.ts';

/** Docker's settings on the simulated machine. */
export const daemonJson = '/etc/docker/daemon.json';

/** What Docker's settings are where NVIDIA's runtime is registered. */
export const withNvidia = `${JSON.stringify({ runtimes: { nvidia: { args: [], path: 'nvidia-container-runtime' } } })}\n`;

/** Docker as a service of the simulated machine: whether it answers, whom, and which runtimes it knows. */
export class DockerService {
  readonly #system: System;
  #runtimes: readonly string[] = [];
  #generation = -1;

  constructor(system: System) {
    this.#system = system;
    system.follow(() => this.#look());
  }

  /** Why this caller gets no answer. */
  down(caller: Caller): Down {
    if (!this.#system.runs('docker')) return 'absent';
    return caller.root || this.#system.session.includes('docker') ? null : 'denied';
  }

  /** The runtimes that it read at its start, or when it was last told to read its settings anew. */
  runtimes(): readonly string[] {
    return this.#runtimes;
  }

  #look(): void {
    const generation = this.#system.loads('docker');
    if (generation === this.#generation) return;
    this.#generation = generation;
    const text = this.#system.files.get(daemonJson) ?? '{}';
    const { runtimes = {} } = JSON.parse(text) as { runtimes?: Record<string, unknown> };
    this.#runtimes = ['runc', ...Object.keys(runtimes)];
  }
}
