import type { Problem, Remedy } from '../contract/problems.ts';
import type { Speech } from './speech.ts';
import { plain } from './table.ts';

/** Remedies that are a command here; texts under `cli.remedy.<name>`. */
const commands = [
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
  'sign-in',
  'install-here',
  'start-here',
  'lose-session',
  'share-always',
  'copy-report',
] as const satisfies readonly Remedy[];

/** The line that says what helps: the command to type where one does, else what to do in words. */
export function helpLine({ remedy }: Pick<Problem, 'remedy'>, { text }: Pick<Speech, 'text'>): string {
  const isCommand = commands.some((one) => one === remedy);
  return text('cli.helps', { how: text(`${isCommand ? 'cli.remedy' : 'help'}.${remedy}`) });
}

/** The line to copy that does what helps, on a line of its own so that it is copied whole; none where there is none. */
export const commandLines = ({ command }: Problem): readonly string[] =>
  command === undefined ? [] : command.split('\n').map((line) => `  ${plain(line)}`);
