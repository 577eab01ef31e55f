import { Button, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { AppState } from '../../../contract/app-state.ts';
import type { JoinStep, NodeState } from '../../../contract/node-state.ts';
import { joinStepOrder } from '../../../contract/phrases.ts';
import type { Problem } from '../../../contract/problems.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { signInUrlOf } from '../../components/remedy-button.tsx';
import { Page } from '../../components/screen.tsx';
import { progressText } from '../../components/work-rows.tsx';
import { hrefOf } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import styles from './join.module.css';

type Joining = Extract<NodeState, { kind: 'joining' }>;

/** The steps of joining: done, now and to come; a problem with its button where one stopped; the way back. */
export function JoinProgress() {
  const { t } = useText();
  const state = useAppState();
  const { pool } = state;
  const { orpc } = useHost();
  const leave = useMutation(orpc.pool.leave.mutationOptions());
  const cancel = () => leave.mutate({});
  const joining = joiningOf(state);
  const title = pool === null ? t('join.progressPlain') : t('join.progress', { pool: pool.name });
  if (joining === null) return <Joined />;
  const stopped = problemIn(state);
  const signInUrl = signInUrlOf(state);
  return (
    <Page title={title} lead={t('join.progressLead')}>
      <Card title={t('join.steps')} aside={<Cancel busy={leave.isPending} onCancel={cancel} />}>
        <ol className={styles['steps']}>
          {joinStepOrder.map((step) => (
            <Step key={step} step={step} joining={joining} isStopped={stopped !== null} />
          ))}
        </ol>
        {signInUrl === null || stopped !== null ? null : (
          <Button
            component="a"
            href={signInUrl}
            target="_blank"
            rel="noreferrer"
            mt="md"
            rightSection={<Icon name="outside" size={16} />}
          >
            {t('join.openSignIn')}
          </Button>
        )}
      </Card>
      {/* Another invite can be looked at when this one was undone. */}
      {stopped === null ? null : <ProblemCard problem={stopped} onNewInvite={cancel} />}
      {leave.error === null ? null : <ProblemCard problem={problemOf(leave.error)} onRetry={cancel} />}
    </Page>
  );
}

function Step({
  step,
  joining,
  isStopped,
}: {
  readonly step: JoinStep;
  readonly joining: Joining;
  readonly isStopped: boolean;
}) {
  const text = useText();
  const { t } = text;
  const order = joinStepOrder.indexOf(step) - joinStepOrder.indexOf(joining.step);
  const how = order < 0 ? 'done' : order > 0 ? 'later' : isStopped ? 'stopped' : 'now';
  const { progress } = joining;
  return (
    <li data-how={how} aria-current={order === 0 ? 'step' : undefined}>
      <span className={styles['stepSign']}>
        {how === 'done' ? (
          <Icon name="check" size={16} />
        ) : how === 'stopped' ? (
          <Icon name="alert" size={16} />
        ) : (
          joinStepOrder.indexOf(step) + 1
        )}
      </span>
      <div className={styles['stepText']}>
        <span>{t(`join.step.${step}.${how === 'now' ? 'doing' : 'label'}`)}</span>
        {how === 'now' && progress !== null ? (
          <>
            <Progress
              value={progress.total === null ? 100 : (progress.done / progress.total) * 100}
              animated={progress.total === null}
              size={6}
              aria-label={t(`join.step.${step}.doing`)}
            />
            <span className={styles['found']}>{progressText(progress, text)}</span>
          </>
        ) : null}
      </div>
      <span className={styles['stepHow']}>{t(stepTexts[how])}</span>
    </li>
  );
}

const stepTexts = {
  done: 'join.stepDone',
  now: 'join.stepNow',
  later: 'join.stepLater',
  stopped: 'join.stepStopped',
} as const;

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

function joiningOf({ node, notes }: AppState): Joining | null {
  return [node, ...notes].find((state): state is Joining => state.kind === 'joining') ?? null;
}

/** What stopped joining, or null while it goes on. */
function problemIn({ node, notes }: AppState): Problem | null {
  const stopped = [node, ...notes].find((state) => state.kind === 'attention');
  return stopped?.kind === 'attention' ? stopped.problem : null;
}
