import { readFileSync, writeFileSync } from 'node:fs';
import type { RunResult, Talk } from '../core/ports/world.ts';

/** How the prompts of a simulated machine go. */
export interface PromptParts {
  /** Begins what runs as root; null: nothing can. */
  readonly open: () => Talk | null;
  /** Where it is kept how many there were, so that they are counted over restarts. */
  readonly file: string;
  /** How many of the first ones the person closes. */
  readonly refusals: number;
}

/** The administrator's prompts on the simulated machine: each is counted, and answered by a person who says yes unless told otherwise. */
export class Prompts {
  /** How many were shown. */
  count: number;
  /** The person closes the next ones. */
  refuses = false;
  readonly #parts: PromptParts;

  constructor(parts: PromptParts) {
    this.#parts = parts;
    this.count = readCount(parts.file);
  }

  /** Shows one; what pkexec leads to. */
  ask(): Talk {
    this.count += 1;
    writeCount(this.#parts.file, this.count);
    const isRefused = this.refuses || this.count <= this.#parts.refusals;
    return (isRefused ? null : this.#parts.open()) ?? dismissed();
  }
}

function readCount(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

function writeCount(file: string, count: number): void {
  try {
    writeFileSync(file, String(count), { mode: 0o600 });
  } catch {
    // Counted anew after a restart then.
  }
}

/** As pkexec ends when its dialogue is closed. */
function dismissed(): Talk {
  const result: RunResult = {
    exitCode: 126,
    stdout: '',
    stderr: 'Error executing command as another user: Request dismissed\n',
    failure: null,
  };
  return {
    send: () => undefined,
    lines: {
      async *[Symbol.asyncIterator]() {
        yield* [];
      },
    },
    end: () => undefined,
    result: Promise.resolve(result),
  };
}
