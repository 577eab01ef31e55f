import type { AppState } from '../../contract/app-state.ts';
import { problemPhrase } from '../../contract/phrases.ts';
import type { JoinStage } from '../../contract/joining.ts';
import type { Speech } from '../speech.ts';

/** Remembers what was said of the steps of joining, and answers the lines that are new with each state. */
export function stepLines(): (state: AppState, speech: Speech) => readonly string[] {
  const said = new Set<string>();
  return ({ joining }, speech) =>
    (joining?.steps ?? []).flatMap((stage, index, { length }) => {
      const lines = linesOf(stage, speech).filter((line) => !said.has(`${stage.step} ${line}`));
      for (const line of lines) said.add(`${stage.step} ${line}`);
      const head = `${index + 1}/${length}`;
      return lines.map((line) => `${head} ${line}`);
    });
}

function linesOf({ step, state, will, did, problem }: JoinStage, { text, say }: Speech): readonly string[] {
  if (state === 'waiting') return [];
  const name = text(`joining.${step}.label`);
  const found = did.map((line) => `  ${say(line)}`);
  if (state === 'done') return [`${name}: ${text('joining.state.done')}`, ...found];
  return [
    name,
    ...will.map((line) => `  ${say(line)}`),
    ...found,
    ...(problem === null ? [] : [`  ${say(problemPhrase(problem))}`]),
    ...(problem?.command === undefined ? [] : [`    ${problem.command}`]),
  ];
}
