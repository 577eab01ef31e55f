import { Loader } from '@mantine/core';
import type { CheckResult } from '../../../contract/checks.ts';
import { problemPhrase } from '../../../contract/phrases.ts';
import { CommandLine } from '../../components/command-line.tsx';
import { Details } from '../../components/details.tsx';
import { Icon } from '../../components/icons.tsx';
import { RemedyButton } from '../../components/remedy-button.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './diagnosis.module.css';

/** One check: its result, or that it is still to come. */
export function CheckRow({
  id,
  result,
  isNext,
  onAgain,
}: {
  readonly id: CheckResult['id'];
  readonly result: CheckResult | undefined;
  /** It is being looked at now. */
  readonly isNext: boolean;
  readonly onAgain: () => void;
}) {
  const { t } = useText();
  const state = result?.state ?? 'waiting';
  return (
    <li data-state={state}>
      <span className={styles['sign']}>
        {isNext ? <Loader size={16} aria-hidden /> : <Icon name={signs[state]} size={18} />}
      </span>
      <span className={styles['text']}>
        <strong>{t(`check.${id}`)}</strong>
        <span className="hidden-text"> {t(words[state])}</span>
        {result === undefined ? null : <Found result={result} />}
      </span>
      {result?.problem ? <RemedyButton problem={result.problem} onRetry={onAgain} /> : null}
    </li>
  );
}

const signs = { passed: 'check', problem: 'alert', 'not-applicable': 'minus', waiting: 'minus' } as const;
const words = {
  passed: 'check.good',
  problem: 'check.bad',
  'not-applicable': 'check.none',
  waiting: 'check.waiting',
} as const;

function Found({ result: { found, says, problem, state } }: { readonly result: CheckResult }) {
  const { t, say } = useText();
  if (state === 'not-applicable') return <span className={styles['found']}>{t('check.none')}</span>;
  if (problem === null)
    return <span className={styles['found']}>{says === undefined ? found : t(says.key, says.params)}</span>;
  return (
    <>
      <span className={styles['problem']}>{say(problemPhrase(problem))}</span>
      {problem.command === undefined ? null : <CommandLine command={problem.command} />}
      {problem.detail === null ? null : <Details>{problem.detail}</Details>}
    </>
  );
}
