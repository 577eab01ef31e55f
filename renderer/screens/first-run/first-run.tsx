import { UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import icon from '../../../assets/icons/app/icon.svg';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { goTo, goToInvite } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import styles from './first-run.module.css';

/** The first thing an owner sees: try it, join, or learn how to be invited. */
export function FirstRun() {
  const { t } = useText();
  const { orpc } = useHost();
  const { demoInvite } = useAppState();
  const demo = useMutation(orpc.pool.demo.mutationOptions());
  useEffect(() => {
    document.title = t('app.name');
  }, [t]);
  return (
    <main id="content" className={styles['first']}>
      <img src={icon} alt="" width={72} height={72} />
      <h1 className={styles['title']}>{t('first.title')}</h1>
      <p className={styles['lead']}>{t('first.lead')}</p>
      <div className={styles['ways']}>
        {demoInvite === null ? (
          <Way
            primary
            title={t('first.demo')}
            text={t('first.demoText')}
            busy={demo.isPending}
            onClick={() => demo.mutate({})}
          />
        ) : (
          <Way
            primary
            title={t('first.demoInvite')}
            text={t('first.demoInviteText')}
            onClick={() => goToInvite(demoInvite)}
          />
        )}
        <Way title={t('first.invite')} text={t('first.inviteText')} onClick={() => goTo('join')} />
      </div>
      {demo.error === null ? null : (
        <ProblemCard problem={problemOf(demo.error)} onRetry={() => demo.mutate({})} />
      )}
      <How />
    </main>
  );
}

interface WayProps {
  readonly title: string;
  readonly text: string;
  readonly primary?: boolean;
  readonly busy?: boolean;
  readonly onClick: () => void;
}

function Way({ title, text, primary = false, busy = false, onClick }: WayProps) {
  return (
    <UnstyledButton
      className={styles['way'] ?? ''}
      data-primary={primary || undefined}
      aria-busy={busy}
      disabled={busy}
      onClick={onClick}
    >
      <span>
        <span className={styles['wayTitle']}>{title}</span>
        <span className={styles['wayText']}>{text}</span>
      </span>
      <Icon name="right" />
    </UnstyledButton>
  );
}

function How() {
  const { t } = useText();
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles['how']}>
      <UnstyledButton
        className={styles['howButton'] ?? ''}
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
      >
        {t('first.how')}
        <Icon name="down" size={16} />
      </UnstyledButton>
      <div id={id} hidden={!open} className={styles['howText']}>
        <p>{t('first.howText')}</p>
        <p>{t('first.howNext')}</p>
      </div>
    </div>
  );
}
