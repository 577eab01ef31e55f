import { fail, type Problem, problem, ProblemError } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Fetch } from '../../core/ports/world.ts';
import { Dialogue } from './dialogue.ts';
import { enter } from './enter.ts';
import { leave } from './leave.ts';
import { LocalApi } from './local-api.ts';
import type { Heard, Said, Task } from './protocol.ts';
import { remove } from './remove.ts';

/** What a list is worked off with. */
export interface Serving {
  readonly clock: Clock;
  /** tailscaled at this socket. */
  readonly tailscaled: (socket: string) => Fetch;
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
  // One that fails does not keep the others from being done.
  for (const [task, one] of list.entries()) {
    const failure = await work(one, api, dialogue, serving);
    if (failure !== null) serving.say({ problem: failure, task });
  }
  serving.say({ end: true });
}

async function work(
  task: Task,
  api: LocalApi,
  dialogue: Dialogue,
  serving: Serving,
): Promise<Problem | null> {
  try {
    await begin(task, api, dialogue, serving);
    return null;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    return problem('administrator-failed', error instanceof Error ? error.message : String(error));
  }
}

function begin(task: Task, api: LocalApi, dialogue: Dialogue, { clock, owner }: Serving): Promise<void> {
  switch (task.task) {
    case 'tailscale.enter':
      return enter(api, clock, task, dialogue);
    case 'tailscale.leave':
      return leave(api, task);
    case 'remove':
      return remove(task, owner);
    case 'install':
      return fail('administrator-failed', 'this version has nothing to install');
  }
}
