import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { findHost } from '../../client/find-host.ts';
import { nodeProgram, readProblemLine } from '../../client/start-host.ts';
import { fail } from '../../contract/problems.ts';
import { present, type Cli } from '../cli.ts';
import { sayProblem } from '../ending.ts';

/** What the host is run with. */
export interface RunOptions {
  readonly page: boolean;
  readonly port: number | null;
  readonly demo: boolean;
  /** The demo's scenario, or null. */
  readonly scenario: string | null;
}

/** `run`: the host in the foreground, its output and signals passed through. Returns the exit code it ended with. */
export async function run(cli: Cli, { page, port, demo, scenario }: RunOptions): Promise<number> {
  const running = await findHost(cli.places.socket);
  if (running) {
    running.close();
    fail('host-already-running', cli.places.socket);
  }
  const { program, env } = nodeProgram();
  const pageArgs = port === null ? (page ? ['--page'] : []) : ['--page', '--port', String(port)];
  const demoArgs = [...(demo ? ['--demo'] : []), ...(scenario === null ? [] : ['--scenario', scenario])];
  const args = [cli.hostEntry, ...cli.hostArgs, ...pageArgs, ...demoArgs];
  const child = spawn(program, args, { stdio: ['ignore', cli.json ? 'pipe' : 'inherit', 'pipe'], env });
  const letGo = passSignals(child);
  try {
    const ended = endOf(child);
    passErrors(cli, child);
    void untilFound(cli, child).then((found) => found && tell(cli, child, pageArgs.length > 0));
    return await ended;
  } finally {
    letGo();
  }
}

/** Passes on what the host says beside its log, its last problem in people's words. */
function passErrors(cli: Cli, child: ChildProcess): void {
  createInterface({ input: child.stderr ?? fail('internal', 'no output') }).on('line', (line) => {
    const problem = readProblemLine(line);
    if (problem) sayProblem(cli, problem);
    else cli.terminal.err(line);
  });
}

/** Once the host answers: for people that it does, for programs where, with the page's address, which the host prints. */
function tell(cli: Cli, child: ChildProcess, withPage: boolean): void {
  if (!cli.json) return cli.terminal.err(cli.speech().text('cli.running'));
  const say = (page: string | null): void => present(cli, { socket: cli.places.socket, page }, () => []);
  if (!withPage) return say(null);
  createInterface({ input: child.stdout ?? fail('internal', 'no output') }).on('line', (line) => {
    const address = /http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]+/.exec(line)?.[0];
    if (address) say(address);
  });
}

async function untilFound(cli: Cli, child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const found = await findHost(cli.places.socket).catch(() => null);
    found?.close();
    if (found) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

/** Its exit code, after its last words; a program that it leaves running may hold its output open. */
function endOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      const end = (): void => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
      child.once('close', end);
      setTimeout(end, 500).unref();
    });
  });
}

/** Hands on what this process is told. Ctrl-C on a terminal reaches the whole foreground group, the host too: not twice. */
function passSignals(child: ChildProcess): () => void {
  const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map((signal) => {
    const handler = (): void => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => handlers.forEach((letGo) => letGo());
}
