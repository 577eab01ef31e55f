import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { going, ownPause, pauseEffect } from '../../../contract/phrases.ts';
import type { PauseHow } from '../../../contract/node-state.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './pause-control.module.css';
import { PauseMenu } from './pause-menu.tsx';

/** The big button: gives the GPU back at once, or shares again; its menu has the other ways to pause. */
export function PauseControl() {
  const { t, say } = useText();
  const state = useAppState();
  const { orpc } = useHost();
  const pause = useMutation(orpc.sharing.pause.mutationOptions());
  const resume = useMutation(orpc.sharing.resume.mutationOptions());
  const own = ownPause(state);
  const failed = pause.error ?? resume.error;
  const onPause = (how: PauseHow, until: number | null) => pause.mutate({ how, until });
  const isSharing = state.node.kind === 'sharing';
  const stillFinishing = own?.how === 'finish' && going(state.work).length > 0;

  return (
    <div className={styles['control']}>
      <div className={styles['buttons']}>
        {own === null ? (
          <Button
            size="lg"
            className={styles['main'] ?? ''}
            variant={isSharing ? 'filled' : 'default'}
            leftSection={<Icon name="pause" />}
            loading={pause.isPending}
            onClick={() => onPause('now', null)}
          >
            {t('pause.button')}
          </Button>
        ) : (
          <Button
            size="lg"
            className={styles['main'] ?? ''}
            leftSection={<Icon name="play" />}
            loading={resume.isPending}
            onClick={() => resume.mutate({})}
          >
            {t('pause.resume')}
          </Button>
        )}
        <PauseMenu
          work={state.work}
          variant={isSharing || own !== null ? 'filled' : 'default'}
          label={t(own === null ? 'pause.more' : 'pause.moreResume')}
          onChoose={onPause}
        />
      </div>
      {stillFinishing ? (
        <Button variant="default" onClick={() => onPause('now', own.until)}>
          {t('pause.freeNow')}
        </Button>
      ) : null}
      <p className={styles['effect']}>
        {own === null || stillFinishing ? say(pauseEffect(state.work, 'now')) : null}
      </p>
      {failed === null ? null : <ProblemCard problem={problemOf(failed)} />}
    </div>
  );
}
