import type { ReactNode } from 'react';
import { problemPhrase } from '../../contract/phrases.ts';
import type { Problem } from '../../contract/problems.ts';
import { useText } from '../text/use-text.ts';
import { CommandLine } from './command-line.tsx';
import { Details } from './details.tsx';
import { Icon } from './icons.tsx';
import styles from './problem-card.module.css';
import { RemedyButton } from './remedy-button.tsx';

interface ProblemCardProps {
  readonly problem: Problem;
  /** What trying again means here; else the host is asked to try again. */
  readonly onRetry?: () => void;
  /** Where another invite is asked for; else the join screen. */
  readonly onNewInvite?: () => void;
  /** Said below the sentence. */
  readonly children?: ReactNode;
}

/** A problem: one sentence, one button, the line that mends it where there is one, the program's own words behind "Details". */
export function ProblemCard({ problem, onRetry, onNewInvite, children }: ProblemCardProps) {
  const { say } = useText();
  return (
    <div role="alert" className={styles['card']}>
      <span className={styles['sign']}>
        <Icon name="alert" />
      </span>
      <div className={styles['text']}>
        <p className={styles['sentence']}>{say(problemPhrase(problem))}</p>
        {children}
        {problem.command === undefined ? null : <CommandLine command={problem.command} />}
        {problem.detail === null ? null : <Details>{problem.detail}</Details>}
      </div>
      <RemedyButton problem={problem} {...(onRetry && { onRetry })} {...(onNewInvite && { onNewInvite })} />
    </div>
  );
}
