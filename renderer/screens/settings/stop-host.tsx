import { useMutation } from '@tanstack/react-query';
import { going } from '../../../contract/phrases.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './settings.module.css';

/** Ends the background program; the GPU is freed first. */
export function StopHost() {
  const { t } = useText();
  const { orpc, connection } = useHost();
  const { work, pool } = useAppState();
  const stop = useMutation(orpc.host.stop.mutationOptions({ onSuccess: connection.stopped }));
  const count = going(work).length;
  const end = () => stop.mutate({ sharing: 'stop' });
  return (
    <Card title={t('settings.program')} lead={t('settings.programText')}>
      <div className={styles['fields']}>
        <div>
          <ConfirmButton
            label={t('settings.stop')}
            title={t('settings.stopTitle')}
            yes={t('settings.stopYes')}
            busy={stop.isPending}
            onYes={end}
          >
            <p>{count > 0 ? t('settings.stopText', { count }) : t('settings.stopNone')}</p>
            {pool === null ? null : <p>{t('settings.stopAfter')}</p>}
          </ConfirmButton>
        </div>
        <output className={styles['dim']}>{stop.isPending ? t('settings.stopping') : ''}</output>
        {stop.error === null ? null : <ProblemCard problem={problemOf(stop.error)} onRetry={end} />}
      </div>
    </Card>
  );
}
