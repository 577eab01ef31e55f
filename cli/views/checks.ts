import { checkIds } from '../../contract/check-ids.ts';
import type { CheckResult } from '../../contract/checks.ts';
import { problemPhrase } from '../../contract/phrases.ts';
import { commandLines, helpLine } from '../remedies.ts';
import type { Speech } from '../speech.ts';
import { plain, textWidth } from '../table.ts';
import { section, type Pen } from './parts.ts';

/** What was found, in the language spoken where it is a text. */
export function foundText({ found, says }: Pick<CheckResult, 'found' | 'says'>, { text }: Speech): string {
  return says === undefined ? (found ?? '') : text(says.key, says.params);
}

/** One result: how it is, what was looked at, and what was found; below it a problem's details and what helps. */
export function checkResultLines(result: CheckResult, { speech, styled }: Pen): readonly string[] {
  const { text, say } = speech;
  const { problem, state } = result;
  const words = stateWords(speech);
  const line = [
    padded(text(`check.${result.id}`), widest(checkIds.map((id) => text(`check.${id}`)))),
    padded(words[state], state === 'not-applicable' ? 0 : widest([words.passed, words.problem])),
    plain(problem === null ? foundText(result, speech) : say(problemPhrase(problem))),
  ]
    .join('  ')
    .trimEnd();
  if (problem === null) return [state === 'not-applicable' ? styled('dim', line) : line];
  const details = problem.detail === null ? [] : plain(problem.detail).split('\n');
  const below = [...details, helpLine(problem, speech), ...commandLines(problem)];
  return [styled('bold', line), ...below.map((one) => `  ${one}`)];
}

/** All that applies, under its title. */
export function checkLines(checks: readonly CheckResult[], pen: Pen): readonly string[] {
  const applying = checks.filter(({ state }) => state !== 'not-applicable');
  return section(
    pen,
    pen.speech.text('cli.checks'),
    applying.flatMap((one) => checkResultLines(one, pen)),
  );
}

const stateWords = ({ text }: Speech): Readonly<Record<CheckResult['state'], string>> => ({
  passed: text('check.good'),
  problem: text('check.bad'),
  'not-applicable': text('check.none'),
});

const widest = (texts: readonly string[]): number => Math.max(...texts.map(textWidth));

const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - textWidth(text)));
