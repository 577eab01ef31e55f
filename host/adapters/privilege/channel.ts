import { fail, problem, type Problem, type ProblemCode, ProblemError } from '../../../contract/problems.ts';
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

/** Sets the environment that root's side runs with. */
export const envProgram = '/usr/bin/env';

/** Through a prompt: a program of its own, started by `command`. It is never killed: it ends by itself. `missing`: what is said where nobody can ask. */
export function elevatedChannel(
  programs: Programs,
  command: readonly string[],
  missing: () => Promise<Problem>,
): Channel {
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
    const why = ready ? null : refusal(result);
    if (why === 'administrator-missing')
      throw new ProblemError({ ...(await missing()), detail: wordsOf(result) });
    if (why !== null) fail(why, wordsOf(result));
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

/**
 * Why it never came to our program: pkexec answers 126 and 127 for a refused prompt, sudo 1. pkexec answers the same
 * where nobody could show the prompt, and env where root cannot run the app; both say so in words that have no other form.
 */
function refusal({ exitCode, failure, stderr }: RunResult): ProblemCode {
  if (failure === 'missing' || failure === 'denied') return 'administrator-missing';
  if (/\bauthentication agent\b/.test(stderr)) return 'administrator-missing';
  if (stderr.split('\n').some((line) => /^(?:\/usr\/bin\/)?env: /.test(line))) return 'administrator-failed';
  return exitCode === 126 || exitCode === 127 || exitCode === 1
    ? 'administrator-refused'
    : 'administrator-failed';
}

function wordsOf({ stderr, exitCode, failure }: RunResult): string {
  const lines = stderr.trim().split('\n').slice(-3).join('\n');
  return lines === '' ? (failure ?? `ended with ${exitCode}`) : lines;
}
