import { Progress } from '@mantine/core';
import type { JoinStage } from '../../../contract/joining.ts';
import { useAppState } from '../../client/host.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { SignIn } from '../../components/sign-in.tsx';
import { progressText } from '../../text/progress-text.ts';
import { useText } from '../../text/use-text.ts';
import styles from './stepper.module.css';

/** One step of joining. */
export function Stage({
  stage: { step, state, will, did, problem, progress },
  number,
  onNewInvite,
}: {
  readonly stage: JoinStage;
  /** Its place, from 1. */
  readonly number: number;
  readonly onNewInvite: () => void;
}) {
  const text = useText();
  const { t, say } = text;
  const { demo } = useAppState();
  const isNow = state === 'doing' || state === 'needs-you';
  return (
    <li data-state={state} aria-current={isNow ? 'step' : undefined} className={styles['stage']}>
      <span className={styles['sign']}>
        {state === 'done' ? (
          <Icon name="check" size={16} />
        ) : state === 'needs-you' ? (
          <Icon name="alert" size={16} />
        ) : (
          number
        )}
      </span>
      <div className={styles['text']}>
        <h3 className={styles['name']}>
          {t(`joining.${step}.label`)}
          <span className={styles['state']}>{t(`joining.state.${state}`)}</span>
        </h3>
        {state === 'done' && did.length > 0 ? null : <Lines>{will.map((line) => say(line))}</Lines>}
        {did.length === 0 || state === 'waiting' ? null : <Lines done>{did.map((line) => say(line))}</Lines>}
        {isNow && progress !== null ? (
          <div className={styles['progress']}>
            <Progress
              value={progress.total === null ? 100 : Math.min(100, (progress.done / progress.total) * 100)}
              animated={progress.total === null}
              size={6}
              aria-label={t(`joining.${step}.label`)}
            />
            <span>{progressText(progress, text)}</span>
          </div>
        ) : null}
        {isNow && problem === null ? <SignIn /> : null}
        {problem === null ? null : (
          <ProblemCard problem={problem} onNewInvite={onNewInvite}>
            {demo && problem.code === 'engine-login-needed' ? <p>{t('joining.demoLogin')}</p> : null}
          </ProblemCard>
        )}
      </div>
    </li>
  );
}

function Lines({
  children,
  done = false,
}: {
  readonly children: readonly string[];
  readonly done?: boolean;
}) {
  return (
    <ul className={styles['lines']} data-done={done || undefined}>
      {children.map((line) => (
        <li key={line}>
          {done ? <Icon name="check" size={14} /> : null}
          {line}
        </li>
      ))}
    </ul>
  );
}
