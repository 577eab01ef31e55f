import { execFile } from 'node:child_process';

/** What a program answered; `code` is -1 where it was ended by a signal or the time limit. */
export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Runs a program to its end and answers whatever it said; throws only where it cannot be started. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      file,
      [...args],
      {
        timeout: options.timeoutMs ?? 30_000,
        killSignal: 'SIGKILL',
        maxBuffer: 64 * 1024 * 1024,
        env: options.env ?? process.env,
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ code: 0, stdout, stderr });
        else if (typeof error.code === 'string') reject(error);
        else resolve({ code: error.code ?? -1, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => undefined).end(options.input ?? '');
  });
}

/** Runs a program that must succeed and answers its output. */
export async function must(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, options);
  if (code !== 0)
    throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** Asks again until the answer is neither undefined nor false, or throws with what was waited for. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs = 20_000, everyMs = 100 } = {},
): Promise<T> {
  const end = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`waited ${withinMs} ms for ${what}${last instanceof Error ? `: ${last.message}` : ''}`);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
