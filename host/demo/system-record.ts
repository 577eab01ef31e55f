import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoUnit } from './system.ts';

/** What of the simulated system outlives the demo. */
export interface SystemState {
  readonly packages: readonly string[];
  readonly units: readonly (readonly [string, DemoUnit])[];
  readonly files: readonly (readonly [string, string])[];
  readonly groups: readonly string[];
}

/** The simulated system on the real disk, so that what was installed is there after a restart. */
export class SystemRecord {
  readonly #folder: string;
  readonly #file: string;
  #written = '';

  constructor(folder: string) {
    this.#folder = folder;
    this.#file = join(folder, 'system.json');
  }

  /** What was written last; null: nothing. */
  read(): SystemState | null {
    try {
      return JSON.parse(readFileSync(this.#file, 'utf8')) as SystemState;
    } catch {
      return null;
    }
  }

  /** Keeps this; where it cannot be written the demo forgets, as after a new start. */
  write(state: SystemState): void {
    const text = JSON.stringify(state);
    if (text === this.#written) return;
    this.#written = text;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(this.#file, text, { mode: 0o600 });
    } catch {
      // Forgotten then.
    }
  }
}
