import { problemOf } from '../client/problem-of.ts';
import { problemPhrase, remedyPhrase } from '../contract/phrases.ts';
import type { Problem, Remedy } from '../contract/problems.ts';
import { exitCodes, Interrupted, jsonOf, UsageError, type Cli } from './cli.ts';
import { plain } from './table.ts';

/** Remedies that are a command here; texts under `cli.remedy.<name>`. */
const commands: readonly Remedy[] = [
  'retry',
  'wait',
  'leave',
  'resume',
  'open-anyway',
  'start-host',
  'new-invite',
  'restart-app',
];

/** Says on stderr why a command failed, and the exit code for it. */
export function endWith(cli: Cli, error: unknown): number {
  if (error instanceof Interrupted) {
    if (!cli.json) cli.terminal.err(error.message);
    return exitCodes.interrupted;
  }
  if (error instanceof UsageError) {
    cli.terminal.err(`rigshare: ${error.message}`);
    return exitCodes.usage;
  }
  const problem = problemOf(error);
  sayProblem(cli, problem);
  return problem.code === 'host-not-running' ? exitCodes.noHost : exitCodes.problem;
}

/** A problem on stderr: JSON for programs, else its sentence, its details, what helps, and both codes. */
export function sayProblem(cli: Cli, problem: Problem): void {
  if (cli.json) cli.terminal.err(jsonOf(problem, false));
  else for (const line of problemLines(cli, problem)) cli.terminal.err(line);
}

function problemLines(cli: Cli, problem: Problem): readonly string[] {
  const { say, text } = cli.speech();
  const details = problem.detail === null ? [] : plain(problem.detail).split('\n');
  const how = commands.includes(problem.remedy)
    ? text(`cli.remedy.${problem.remedy}`)
    : say(remedyPhrase(problem));
  return [
    `rigshare: ${say(problemPhrase(problem))}`,
    ...details.map((line) => `  ${line}`),
    text('cli.helps', { how }),
    `(${problem.code}, ${problem.remedy})`,
  ];
}
