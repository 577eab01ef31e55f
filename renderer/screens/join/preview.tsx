import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { InvitePreview } from '../../../contract/invite-preview.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Rows } from '../../components/rows-skeleton.tsx';
import { goTo } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import { Checks } from './checks.tsx';
import type { InviteInput } from './invite-input.ts';
import styles from './join.module.css';
import { Changes, Connects, MayDo, Prices, Trust, Who } from './preview-parts.tsx';

interface PreviewProps {
  readonly invite: InviteInput;
  readonly onBack: () => void;
  readonly onAccepted: () => void;
}

/** What an invite would do, read without connecting anywhere, and the consent to it. */
export function Preview({ invite, onBack, onAccepted }: PreviewProps) {
  const { t } = useText();
  const { orpc } = useHost();
  // An invite may hold a key: it is forgotten as soon as it is no longer shown.
  const preview = useQuery(orpc.pool.preview.queryOptions({ input: invite, staleTime: Infinity, gcTime: 0 }));
  if (preview.isPending) return <Rows count={5} />;
  if (preview.error !== null || preview.data === undefined)
    return <Unusable error={preview.error} onBack={onBack} onRetry={() => void preview.refetch()} />;
  return (
    <>
      <div className={styles['previewHead']}>
        <h2 className={styles['poolName']}>{preview.data.pool.name}</h2>
        <Button variant="default" size="sm" onClick={onBack}>
          {t('join.another')}
        </Button>
      </div>
      <div className={styles['parts']}>
        <Who preview={preview.data} />
        <Prices preview={preview.data} />
        <Connects preview={preview.data} />
        <MayDo preview={preview.data} />
        <Changes preview={preview.data} />
        <Checks invite={invite} />
      </div>
      <Trust />
      <Consent invite={invite} preview={preview.data} onAccepted={onAccepted} />
    </>
  );
}

function Unusable({
  error,
  onBack,
  onRetry,
}: {
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onRetry: () => void;
}) {
  const { t } = useText();
  const problem = problemOf(error);
  return (
    <>
      <ProblemCard problem={problem} onRetry={onRetry} onNewInvite={onBack} />
      {problem.remedy === 'new-invite' ? null : (
        <Button variant="default" onClick={onBack} className={styles['start'] ?? ''}>
          {t('join.another')}
        </Button>
      )}
    </>
  );
}

function Consent({
  invite,
  preview,
  onAccepted,
}: {
  readonly invite: InviteInput;
  readonly preview: InvitePreview;
  readonly onAccepted: () => void;
}) {
  const { t } = useText();
  const { demo } = useAppState();
  const { orpc } = useHost();
  const [agreed, setAgreed] = useState(false);
  const join = useMutation(orpc.pool.join.mutationOptions({ onSuccess: onAccepted }));
  return (
    <Card title={t('join.accept', { pool: preview.pool.name })}>
      <div className={styles['consent']}>
        {demo ? (
          <p className={styles['hint']}>
            <Icon name="info" size={18} />
            {t('join.endsDemo')}
          </p>
        ) : null}
        <Checkbox
          label={t('join.consent')}
          checked={agreed}
          onChange={(event) => setAgreed(event.currentTarget.checked)}
        />
        <div className={styles['consentButtons']}>
          <Button disabled={!agreed} loading={join.isPending} size="md" onClick={() => join.mutate(invite)}>
            {t('join.accept', { pool: preview.pool.name })}
          </Button>
          <Button variant="default" size="md" onClick={() => goTo('home')}>
            {t('common.cancel')}
          </Button>
        </div>
        {join.error === null ? null : (
          <ProblemCard problem={problemOf(join.error)} onRetry={() => join.mutate(invite)} />
        )}
      </div>
    </Card>
  );
}
