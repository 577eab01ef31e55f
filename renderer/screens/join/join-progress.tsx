import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Joining, JoinStage } from '../../../contract/joining.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Page } from '../../components/screen.tsx';
import { hrefOf } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import { Stage } from './stage.tsx';
import styles from './stepper.module.css';

/** The way to sharing, one step below the other: what each will do, did, how far it is, and its button where it needs somebody. */
export function JoinProgress() {
  const { t } = useText();
  const { pool, joining } = useAppState();
  const { orpc } = useHost();
  const leave = useMutation(orpc.pool.leave.mutationOptions());
  const cancel = () => leave.mutate({});
  if (joining === null) return <Joined />;
  const title = pool === null ? t('join.progressPlain') : t('join.progress', { pool: pool.name });
  return (
    <Page title={title} lead={t('joining.lead')}>
      <Card title={t('joining.title')} aside={<Cancel busy={leave.isPending} onCancel={cancel} />}>
        <Now joining={joining} />
        <ol className={styles['stages']}>
          {joining.steps.map((stage, index) => (
            // Another invite can be looked at when this one was undone.
            <Stage key={stage.step} stage={stage} number={index + 1} onNewInvite={cancel} />
          ))}
        </ol>
      </Card>
      {leave.error === null ? null : <ProblemCard problem={problemOf(leave.error)} onRetry={cancel} />}
    </Page>
  );
}

/** Where it stands, for who listens instead of looking. */
function Now({ joining: { steps } }: { readonly joining: Joining }) {
  const { t } = useText();
  const at = steps.findIndex(({ state }) => state === 'doing' || state === 'needs-you');
  const stage: JoinStage | undefined = steps[at];
  return (
    <output className="hidden-text">
      {stage === undefined
        ? ''
        : t(stage.state === 'needs-you' ? 'joining.needsYou' : 'joining.now', {
            step: at + 1,
            steps: steps.length,
            name: t(`joining.${stage.step}.label`),
          })}
    </output>
  );
}

function Cancel({ busy, onCancel }: { readonly busy: boolean; readonly onCancel: () => void }) {
  const { t } = useText();
  return (
    <Button variant="default" size="sm" loading={busy} onClick={onCancel} title={t('join.cancelText')}>
      {t('join.cancel')}
    </Button>
  );
}

function Joined() {
  const { t } = useText();
  const { pool } = useAppState();
  return (
    <Page title={t('join.done', { pool: pool?.name ?? '' })} lead={t('join.doneText')}>
      <Button component="a" href={hrefOf('home')} size="md" className={styles['start'] ?? ''}>
        {t('join.toHome')}
      </Button>
    </Page>
  );
}
