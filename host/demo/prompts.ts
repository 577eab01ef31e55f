import type { RunResult, Talk } from '../core/ports/world.ts';

/** The administrator's prompts on the simulated machine: each is counted, and answered by a person who says yes unless told otherwise. */
export class Prompts {
  /** How many were shown. */
  count = 0;
  /** The person closes the next ones. */
  refuses = false;
  readonly #open: () => Talk | null;

  /** `open` begins what runs as root. */
  constructor(open: () => Talk | null) {
    this.#open = open;
  }

  /** Shows one; what pkexec leads to. */
  ask(): Talk {
    this.count += 1;
    const talk = this.refuses ? null : this.#open();
    return talk ?? dismissed();
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
