import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { going, ownPause, pauseEffect } from '../../../contract/phrases.ts';
import type { NodeStateKind, PauseHow } from '../../../contract/node-state.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './pause-control.module.css';
import { PauseMenu } from './pause-menu.tsx';

const doFirst: ReadonlySet<NodeStateKind> = new Set(['attention', 'offline', 'joining']);

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
  const variant = own !== null || state.node.kind === 'sharing' ? 'filled' : 'default';
  // Where something else is to be done first, that is the big button.
  const size = own === null && doFirst.has(state.node.kind) ? 'md' : 'lg';
  const stillFinishing = own?.how === 'finish' && going(state.work).length > 0;

  return (
    <div className={styles['control']}>
      <div className={styles['buttons']}>
        <Button
          size={size}
          className={styles['main'] ?? ''}
          variant={variant}
          leftSection={<Icon name={own === null ? 'pause' : 'play'} />}
          loading={pause.isPending || resume.isPending}
          onClick={() => (own === null ? onPause('now', null) : resume.mutate({}))}
        >
          {t(own === null ? 'pause.button' : 'pause.resume')}
        </Button>
        <PauseMenu
          size={size}
          work={state.work}
          variant={variant}
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
