import { fail, problem, type ProblemCode } from '../../../contract/problems.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { RootMachine } from '../../core/ports/root-machine.ts';
import type { Fetch, Programs, RunResult } from '../../core/ports/world.ts';
import { type Heard, type Said, saidSchema } from './protocol.ts';
import { Queue } from './queue.ts';
import { serve } from './serve.ts';

/** A talk with what runs as root, whichever way root was reached. */
export interface Channel {
  readonly said: AsyncIterable<Said>;
  send(heard: Heard): void;
  /** No more words: what is not finished goes back. */
  close(): void;
}

/** We are root: the same code, here. */
export function inlineChannel(clock: Clock, tailscaled: Fetch, machine: RootMachine): Channel {
  const heard = new Queue<Heard>();
  const said = new Queue<Said>();
  serve(heard, { clock, tailscaled: () => tailscaled, machine, owner: null, say: (one) => said.push(one) })
    .catch((error: unknown) =>
      said.push({ problem: problem('administrator-failed', String(error)), task: 0 }),
    )
    .finally(() => said.close());
  return { said, send: (one) => heard.push(one), close: () => heard.close() };
}

/** Through a prompt: a program of its own, started by `command`. It is never killed: it ends by itself. */
export function elevatedChannel(programs: Programs, command: readonly string[]): Channel {
  const [program = '', ...args] = command;
  const talk = programs.talk(program, args, {});
  async function* said(): AsyncGenerator<Said> {
    let ready = false;
    for await (const line of talk.lines) {
      const one = parse(line);
      if (one === null) continue;
      ready ||= 'ready' in one;
      yield one;
    }
    const result = await talk.result;
    if (!ready) fail(refusal(result), wordsOf(result));
    if (result.exitCode !== 0) fail('administrator-failed', wordsOf(result));
  }
  return { said: said(), send: (one) => talk.send(JSON.stringify(one)), close: () => talk.end() };
}

/** Other lines than ours (a greeting of sudo's, say) are passed over. */
function parse(line: string): Said | null {
  try {
    return saidSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Why it never came to our program: pkexec answers 126 and 127 for a refused prompt, sudo 1. */
function refusal({ exitCode, failure }: RunResult): ProblemCode {
  if (failure === 'missing' || failure === 'denied') return 'administrator-missing';
  return exitCode === 126 || exitCode === 127 || exitCode === 1
    ? 'administrator-refused'
    : 'administrator-failed';
}

function wordsOf({ stderr, exitCode, failure }: RunResult): string {
  const lines = stderr.trim().split('\n').slice(-3).join('\n');
  return lines === '' ? (failure ?? `ended with ${exitCode}`) : lines;
}
