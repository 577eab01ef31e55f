import type { RootMachine } from '../../../core/ports/root-machine.ts';
import type { RunResult } from '../../../core/ports/world.ts';

type Answer = Partial<RunResult> | ((args: readonly string[]) => Partial<RunResult>);

/** A machine whose programs answer what they are told to; what they were asked is kept. */
export class FakeMachine implements RootMachine {
  /** Every program run, with its words. */
  readonly ran: string[] = [];
  readonly texts = new Map<string, string>();
  /** What each program was started with. */
  readonly envs: Readonly<Record<string, string>>[] = [];
  readonly #answers = new Map<string, Answer>();

  constructor(programs: Readonly<Record<string, Answer>> = {}, files: Readonly<Record<string, string>> = {}) {
    for (const [program, answer] of Object.entries(programs)) this.#answers.set(program, answer);
    for (const [path, text] of Object.entries(files)) this.texts.set(path, text);
  }

  /** From now on this program answers so. */
  answer(program: string, answer: Answer): void {
    this.#answers.set(program, answer);
  }

  isProgram(path: string): Promise<boolean> {
    return Promise.resolve(this.#answers.has(path));
  }

  run(
    program: string,
    args: readonly string[],
    { env }: { readonly env: Readonly<Record<string, string>> },
  ): Promise<RunResult> {
    this.ran.push([program, ...args].join(' '));
    this.envs.push(env);
    const answer = this.#answers.get(program);
    const said = typeof answer === 'function' ? answer(args) : answer;
    return Promise.resolve({ exitCode: 0, stdout: '', stderr: '', failure: null, ...said });
  }

  readonly files: RootMachine['files'] = {
    read: (path) => Promise.resolve(this.texts.get(path) ?? null),
    exists: (path) =>
      Promise.resolve([...this.texts.keys()].some((one) => one === path || one.startsWith(`${path}/`))),
    write: (path, content) => {
      this.texts.set(path, typeof content === 'string' ? content : Buffer.from(content).toString('base64'));
      return Promise.resolve();
    },
    remove: (path) => {
      for (const one of [...this.texts.keys()])
        if (one === path || one.startsWith(`${path}/`)) this.texts.delete(one);
      return Promise.resolve();
    },
  };
}
