import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useAppState, useHost } from '../client/host.tsx';
import { problemOf } from '../client/problem-of.ts';
import { progressText } from '../text/progress-text.ts';
import { useText } from '../text/use-text.ts';
import { Card } from './card.tsx';
import { ProblemCard } from './problem-card.tsx';
import styles from './update-card.module.css';

/** Another version of the pool's program: offered with one button, or how it stands. Nothing where there is none. */
export function UpdateCard() {
  const { t, language } = useText();
  const { orpc } = useHost();
  const { update: offer } = useAppState();
  const update = useMutation(orpc.sharing.update.mutationOptions());
  if (offer === null) return null;
  const { from, to, underWay, progress } = offer;
  return (
    <Card title={t('update.title', { to })}>
      <div className={styles['body']}>
        <p>{t(underWay ? 'update.underWay' : 'update.text', { from, to })}</p>
        {progress === null ? null : <p>{progressText(progress, { t, language })}</p>}
        {underWay ? null : (
          <Button
            className={styles['button'] ?? ''}
            loading={update.isPending}
            onClick={() => update.mutate({})}
          >
            {t('update.do')}
          </Button>
        )}
        {update.error === null ? null : <ProblemCard problem={problemOf(update.error)} />}
      </div>
    </Card>
  );
}
