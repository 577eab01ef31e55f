import type { Clock } from '../../core/ports/clock.ts';
import type { RootMachine } from '../../core/ports/root-machine.ts';
import type { Fetch, RunResult, Talk } from '../../core/ports/world.ts';
import { type Heard, heardSchema } from './protocol.ts';
import { Queue } from './queue.ts';
import { serve } from './serve.ts';

/** What the program that runs as root has, where it is played in this process. */
export interface InProcess {
  readonly clock: Clock;
  readonly tailscaled: Fetch;
  readonly machine: RootMachine;
  readonly owner: number | null;
}

/** The program that runs as root, line by line as through its pipes, without a process of its own. */
export function talkInProcess({ clock, tailscaled, machine, owner }: InProcess): Talk {
  const heard = new Queue<Heard>();
  const lines = new Queue<string>();
  const say = (said: unknown): void => lines.push(JSON.stringify(said));
  const result = serve(heard, { clock, tailscaled: () => tailscaled, machine, owner, say })
    .then(
      () => ended(0, ''),
      (error: unknown) => ended(2, String(error)),
    )
    .finally(() => lines.close());
  return {
    send: (line) => {
      const read = heardSchema.safeParse(JSON.parse(line));
      if (read.success) heard.push(read.data);
      else heard.close();
    },
    lines,
    end: () => heard.close(),
    result,
  };
}

const ended = (exitCode: number, stderr: string): RunResult => ({
  exitCode,
  stdout: '',
  stderr,
  failure: null,
});
