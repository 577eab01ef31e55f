import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access, open, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import type { ProcessId, ProcessInfo, Programs, RunResult, Talk } from '../../core/ports/world.ts';

/** How one system tells of its processes. */
export interface ProcessTable {
  process(pid: number): Promise<ProcessInfo | null>;
  processes(): Promise<readonly ProcessInfo[]>;
  touches(pid: number, folder: string): Promise<boolean>;
}

type RunOptions = Parameters<Programs['run']>[2];
type DetachedOptions = Parameters<Programs['startDetached']>[2];

/** Programs and processes of this machine. */
export function systemPrograms(table: ProcessTable, env: NodeJS.ProcessEnv): Programs {
  return {
    process: (pid) => table.process(pid),
    processes: () => table.processes(),
    touches: (pid, folder) => table.touches(pid, folder),
    find: (program) => find(program, env),
    run,
    talk,
    startDetached: (program, args, options) => startDetached(table, program, args, options),
    signal: (id, name) => signal(table, id, name),
  };
}

async function find(program: string, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (program.includes('/') || isAbsolute(program)) return (await isProgram(program)) ? program : null;
  // A relative folder on PATH means wherever we happen to be started.
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter((one) => isAbsolute(one))) {
    const path = join(folder, program);
    if (await isProgram(path)) return path;
  }
  return null;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function run(program: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const cut = new Cut(options.timeoutMs, options.signal);
  const child = execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    maxBuffer: 16 * 1024 * 1024,
    cancelSignal: cut.signal,
    killSignal: 'SIGKILL',
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  const result = await Promise.race([child, cut.letGo]);
  cut.end();
  if (result !== null) return resultOf(result, cut.why);
  child.stdout?.destroy();
  child.stderr?.destroy();
  child.unref();
  return { exitCode: null, stdout: '', stderr: '', failure: cut.why };
}

/** Ends a program at its time limit or its caller's word. */
class Cut {
  /** After this long past its end a program (stuck in its driver, or its pipes held by a child) is let go of. */
  static readonly graceMs = 500;
  readonly letGo: Promise<null>;
  why: 'timeout' | 'aborted' | null = null;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = (): void => this.#cut('aborted');
  readonly #limit: NodeJS.Timeout;
  #grace: NodeJS.Timeout | undefined;
  #release: () => void = () => undefined;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.letGo = new Promise((resolve) => (this.#release = () => resolve(null)));
    this.#outer = outer;
    this.#limit = setTimeout(() => this.#cut('timeout'), timeoutMs);
    if (outer?.aborted === true) this.#cut('aborted');
    outer?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  end(): void {
    clearTimeout(this.#limit);
    clearTimeout(this.#grace);
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }

  #cut(why: 'timeout' | 'aborted'): void {
    this.why ??= why;
    this.#controller.abort();
    this.#grace ??= setTimeout(this.#release, Cut.graceMs);
  }
}

/** Of what execa answers, the part used here. */
interface Ended {
  readonly exitCode?: number | undefined;
  readonly code?: string | undefined;
  readonly stdout?: unknown;
  readonly stderr?: unknown;
}

function resultOf(result: Ended, cut: RunResult['failure']): RunResult {
  const exitCode = result.exitCode ?? null;
  return {
    exitCode: cut === null ? exitCode : null,
    stdout: textOf(result.stdout),
    stderr: textOf(result.stderr),
    failure: cut ?? (exitCode === null ? failureOf(result.code) : null),
  };
}

const textOf = (output: unknown): string => (typeof output === 'string' ? output : '');

function failureOf(code: string | undefined): RunResult['failure'] {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
  return code === 'EACCES' || code === 'EPERM' || code === 'ENOEXEC' ? 'denied' : 'signal';
}

function talk(program: string, args: readonly string[], options: { readonly signal?: AbortSignal }): Talk {
  const child = execa(program, args, {
    reject: false,
    stripFinalNewline: false,
    stdin: 'pipe',
    stdout: 'pipe',
    // What it is to undo when we die it sees by the end of its input: nothing else may end it with us.
    cleanup: false,
    buffer: { stdout: false, stderr: true },
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
  });
  // It may end without reading all that we say.
  child.stdin.on('error', () => undefined);
  return {
    send: (line) => void child.stdin.write(`${line}\n`),
    lines: linesOf(child.stdout),
    end: () => void child.stdin.end(),
    result: child.then((result) => resultOf(result, options.signal?.aborted === true ? 'aborted' : null)),
  };
}

async function* linesOf(chunks: AsyncIterable<unknown>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function startDetached(
  table: ProcessTable,
  program: string,
  args: readonly string[],
  options: DetachedOptions,
): Promise<ProcessId> {
  const output = await open(options.outputFile, 'a', 0o600);
  try {
    const child = spawn(program, args, {
      detached: true,
      cwd: options.cwd,
      stdio: ['ignore', output.fd, output.fd],
      env: { ...process.env, ...options.env },
    });
    child.unref();
    if (child.pid === undefined) {
      const [error] = (await once(child, 'error')) as [Error];
      throw error;
    }
    // Read at once: even a program that ends at its start stays in the table until we reap it.
    const startTime = (await table.process(child.pid))?.startTime ?? '';
    return { pid: child.pid, startTime };
  } finally {
    await output.close();
  }
}

async function signal(table: ProcessTable, id: ProcessId, name: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
  const now = await table.process(id.pid);
  if (now === null || now.zombie || now.startTime !== id.startTime) return false;
  try {
    return process.kill(id.pid, name);
  } catch {
    return false;
  }
}
