import { remedyPhrase } from '../contract/phrases.ts';
import type { Problem, Remedy } from '../contract/problems.ts';
import type { Speech } from './speech.ts';
import { plain } from './table.ts';

/** Remedies that are a command here; texts under `cli.remedy.<name>`. */
const commands: ReadonlySet<Remedy> = new Set<Remedy>([
  'retry',
  'wait',
  'leave',
  'resume',
  'open-anyway',
  'start-host',
  'new-invite',
  'restart-app',
  'allow-administrator',
  'use-pool-network',
]);

/** The line that says what helps: the shell line of the problem itself, else the command to type, where one does. */
export function helpLine(problem: Problem, { say, text }: Speech): string {
  const { remedy, command } = problem;
  const how = commands.has(remedy) ? text(`cli.remedy.${remedy}`) : say(remedyPhrase(problem));
  return text('cli.helps', { how: command === undefined ? how : `${how}: ${command}` });
}

/** The line to copy that does what helps, on a line of its own so that it is copied whole; none where there is none. */
export const commandLines = ({ command }: Problem): readonly string[] =>
  command === undefined ? [] : command.split('\n').map((line) => `  ${plain(line)}`);
