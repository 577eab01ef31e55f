import type { Host } from '../../client/connect.ts';
import type { AppState, Work } from '../../contract/app-state.ts';
import { formatBytes } from '../../contract/format.ts';
import type { LogChunk, LogStream, LogWish } from '../../contract/logs.ts';
import { exitCodes, jsonOf, UsageError, type Cli } from '../cli.ts';
import { withHost } from '../hosts.ts';
import { plain } from '../table.ts';

/** Whose log, and how much of it. */
export interface LogsOptions extends LogWish {
  /** A job's name or the beginning of its id; '' with `agent`. */
  readonly job: string;
  readonly agent: boolean;
  readonly stream: LogStream;
}

/** A longer line is shown in parts, characters. */
const longestLine = 65_536;

/** How many past jobs are looked through for one. */
const pastJobs = 500;

/** `logs`: what a job writes, or the pool's program, until it is over or Ctrl-C. */
export async function logs(cli: Cli, { job, agent, stream, ...wish }: LogsOptions): Promise<number | void> {
  if (agent === (job !== '')) throw new UsageError(cli.speech().text('cli.logsWhich'));
  return withHost(cli, async ({ host, state }) => {
    const ended = new AbortController();
    const signal = AbortSignal.any([cli.interrupted, ended.signal]);
    try {
      const log = agent
        ? await host.agent.log(wish, { signal })
        : await host.work.logs({ ...wish, stream, id: await idOf(cli, host, state, job) }, { signal });
      await print(cli, log);
    } catch (error) {
      if (!cli.interrupted.aborted) throw error;
    } finally {
      ended.abort();
    }
    return cli.interrupted.aborted ? exitCodes.interrupted : undefined;
  });
}

/** The job's id by its name, else by the beginning of its id; a job that runs goes before one that ended. */
async function idOf(cli: Cli, host: Host, state: AppState, job: string): Promise<string> {
  const { text } = cli.speech();
  const found = pick(state.work, job) ?? pick(await host.work.history({ limit: pastJobs }), job, true);
  if (found === null) throw new UsageError(text('cli.noSuchJob'));
  if (found.length > 1) throw new UsageError(text('cli.severalJobs', { ids: found.join(', ') }));
  return found[0] ?? '';
}

/** Null: none fits. Of those that ended the newest of a name is meant. */
function pick(work: readonly Work[], job: string, newest = false): readonly string[] | null {
  const named = work.filter((one) => one.job === job);
  const fitting = named.length > 0 ? named : work.filter(({ id }) => job.length >= 4 && id.startsWith(job));
  const ids = [...new Set(fitting.map(({ id }) => id))];
  return ids.length === 0 ? null : newest && named.length > 0 ? ids.slice(0, 1) : ids;
}

/** Line by line, so that two parts of a job never share one; as JSON piece by piece. */
async function print(cli: Cli, log: AsyncIterable<LogChunk>): Promise<void> {
  const { terminal, json } = cli;
  const open = new Map<string, string>();
  for await (const chunk of log) {
    if (terminal.isGone()) return;
    if (json) {
      terminal.out(jsonOf(chunk, false));
      continue;
    }
    if (chunk.skipped > 0) {
      const { text, language } = cli.speech();
      terminal.err(text('work.logSkipped', { bytes: formatBytes(chunk.skipped, language) }));
    }
    const lines = ((open.get(chunk.task) ?? '') + chunk.text).split('\n');
    const rest = lines.pop() ?? '';
    // A line without an end is not waited for without end.
    if (rest.length > longestLine) lines.push(rest);
    open.set(chunk.task, rest.length > longestLine ? '' : rest);
    const prefix = open.size > 1 ? `${plain(chunk.task)}: ` : '';
    for (const line of lines) terminal.out(prefix + shown(cli, line));
  }
  for (const rest of open.values()) if (rest !== '') terminal.out(shown(cli, rest));
}

/** As it is for programs; on a terminal without what would move its cursor, and of a line written over and over its last state. */
function shown({ terminal }: Cli, line: string): string {
  if (!terminal.isTty) return line;
  const written = line.split('\r').filter((part) => part !== '');
  return plain((written.at(-1) ?? '').replaceAll('\t', '    '));
}
