import { Loader } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { CheckResult } from '../../../contract/checks.ts';
import { problemPhrase } from '../../../contract/phrases.ts';
import type { Problem } from '../../../contract/problems.ts';
import { useHost } from '../../client/host.tsx';
import type { HostClient } from '../../client/rpc.ts';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { RemedyButton } from '../../components/remedy-button.tsx';
import { useText } from '../../text/use-text.ts';
import type { InviteInput } from './invite-input.ts';
import styles from './join.module.css';

/** Whether this computer is ready for a pool: each result as it comes, and again when asked. */
export function Checks({ invite }: { readonly invite: InviteInput }) {
  const { t } = useText();
  const [run, setRun] = useState(0);
  return (
    <Card title={t('join.check')} lead={t('join.checkText')}>
      <Run key={run} invite={invite} onAgain={() => setRun(run + 1)} />
    </Card>
  );
}

function Run({ invite, onAgain }: { readonly invite: InviteInput; readonly onAgain: () => void }) {
  const { t } = useText();
  const { results, isDone, failed } = useChecks(invite);
  return (
    <>
      <ul className={styles['checks']} aria-live="polite">
        {results.map((result) => (
          <Check key={result.id} result={result} onAgain={onAgain} />
        ))}
      </ul>
      {isDone ? null : (
        <p className={styles['hint']}>
          <Loader size={16} />
          {t('join.checking')}
        </p>
      )}
      {failed === null ? null : <ProblemCard problem={failed} onRetry={onAgain} />}
    </>
  );
}

function Check({
  result: { id, found, problem },
  onAgain,
}: {
  readonly result: CheckResult;
  readonly onAgain: () => void;
}) {
  const { t, say } = useText();
  const isGood = problem === null;
  return (
    <li data-good={isGood || undefined}>
      <Icon name={isGood ? 'check' : 'alert'} size={18} />
      <span>
        <strong>{t(`check.${id}`)}</strong>
        <span className="hidden-text"> {t(isGood ? 'check.good' : 'check.bad')}</span>
        <span className={styles['found']}>{isGood ? found : say(problemPhrase(problem))}</span>
      </span>
      {isGood ? null : <RemedyButton problem={problem} onRetry={onAgain} />}
    </li>
  );
}

interface Looked {
  readonly results: readonly CheckResult[];
  readonly isDone: boolean;
  readonly failed: Problem | null;
}

function useChecks(invite: InviteInput): Looked {
  const { client } = useHost();
  const [looked, setLooked] = useState<Looked>({ results: [], isDone: false, failed: null });
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    look(client, invite, signal, (result) =>
      setLooked((before) => ({ ...before, results: [...before.results, result] })),
    ).then(
      () => setLooked((before) => ({ ...before, isDone: true })),
      (error: unknown) =>
        setLooked((before) =>
          signal.aborted ? before : { ...before, isDone: true, failed: problemOf(error) },
        ),
    );
    return () => {
      ended.abort();
      setLooked({ results: [], isDone: false, failed: null });
    };
  }, [client, invite]);
  return looked;
}

/** Hands over each result as it comes, until the last one or the signal. */
async function look(
  client: HostClient,
  invite: InviteInput,
  signal: AbortSignal,
  onResult: (result: CheckResult) => void,
): Promise<void> {
  for await (const result of await client.checks.run({ invite }, { signal })) {
    if (signal.aborted) return;
    onResult(result);
  }
}
