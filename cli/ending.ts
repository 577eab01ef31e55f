import { problemOf } from '../client/problem-of.ts';
import { problemPhrase } from '../contract/phrases.ts';
import type { Problem } from '../contract/problems.ts';
import { exitCodes, Interrupted, jsonOf, UsageError, type Cli } from './cli.ts';
import { commandLines, helpLine } from './remedies.ts';
import { plain } from './table.ts';

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
  const speech = cli.speech();
  const details = problem.detail === null ? [] : plain(problem.detail).split('\n');
  return [
    `rigshare: ${speech.say(problemPhrase(problem))}`,
    ...details.map((line) => `  ${line}`),
    helpLine(problem, speech),
    ...commandLines(problem),
    `(${problem.code}, ${problem.remedy})`,
  ];
}
