import { type Problem, problem, ProblemError } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RootMachine } from '../../core/ports/root-machine.ts';
import type { Fetch } from '../../core/ports/world.ts';
import { Dialogue, silentWithinMs, Undone } from './dialogue.ts';
import { enter } from './enter.ts';
import { install, type InstallParts, uninstall } from './install/work.ts';
import { leave } from './leave.ts';
import { LocalApi } from './local-api.ts';
import type { Heard, Said, Task } from './protocol.ts';
import { remove } from './remove.ts';

/** What a list is worked off with. */
export interface Serving {
  readonly clock: Clock;
  /** tailscaled at this socket. */
  readonly tailscaled: (socket: string) => Fetch;
  /** The machine on which things are installed. */
  readonly machine: RootMachine;
  /** Who asked: files are removed only below a folder of theirs. Null: root itself. */
  readonly owner: number | null;
  readonly say: (said: Said) => void;
}

/** Takes one list of tasks, works it off, answers, and is done. The same code in a program of its own and in process. */
export async function serve(heard: AsyncIterable<Heard>, serving: Serving): Promise<void> {
  const words = heard[Symbol.asyncIterator]();
  serving.say({ ready: 1 });
  const first = await words.next();
  // Without a list the host is gone: nothing was begun.
  if (first.done === true) return;
  if (!('list' in first.value)) throw new Error('a list of tasks must come first');
  const { list, tailscaled } = first.value;
  const api = new LocalApi(serving.tailscaled(tailscaled));
  const dialogue = new Dialogue(serving.clock, { [Symbol.asyncIterator]: () => words }, serving.say);
  await new Serve(list, api, dialogue, serving).all();
  serving.say({ end: true });
}

/** What comes later needs what came before it; what is taken back does not. */
const builds: ReadonlySet<Task['task']> = new Set<Task['task']>(['install', 'tailscale.enter']);

/** One list being worked off. */
class Serve {
  readonly #list: readonly Task[];
  readonly #api: LocalApi;
  readonly #dialogue: Dialogue;
  readonly #serving: Serving;

  constructor(list: readonly Task[], api: LocalApi, dialogue: Dialogue, serving: Serving) {
    this.#list = list;
    this.#api = api;
    this.#dialogue = dialogue;
    this.#serving = serving;
  }

  /** One that fails does not keep the others from being done, unless they build on it. */
  async all(): Promise<void> {
    let broken = false;
    for (const [task, one] of this.#list.entries()) {
      if (broken && builds.has(one.task)) continue;
      const failure = await this.#work(one, task);
      if (failure === 'gone') return;
      if (failure === null) continue;
      broken ||= builds.has(one.task);
      this.#serving.say({ problem: failure, task });
    }
  }

  async #work(task: Task, index: number): Promise<Problem | 'gone' | null> {
    try {
      await this.#begin(task, index);
      return null;
    } catch (error) {
      if (error instanceof Undone) return 'gone';
      if (error instanceof ProblemError) return error.problem;
      return problem('administrator-failed', error instanceof Error ? error.message : String(error));
    }
  }

  async #begin(task: Task, index: number): Promise<void> {
    const { clock, owner, say } = this.#serving;
    switch (task.task) {
      case 'tailscale.enter':
        return enter(this.#api, clock, task, this.#dialogue);
      case 'tailscale.leave':
        return leave(this.#api, task);
      case 'remove':
        return remove(task, owner);
      case 'install':
        this.#dialogue.allow(silentWithinMs);
        return install(task.item, { done: index, of: this.#list.length }, this.#parts);
      case 'uninstall':
        if ((await uninstall(task.item, task.undo, this.#parts)) === 'kept') say({ kept: task.item });
    }
  }

  get #parts(): InstallParts {
    const { machine, owner, clock } = this.#serving;
    return { machine, tailscaled: this.#api, owner, clock, dialogue: this.#dialogue };
  }
}
