import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Consent } from '../../../contract/consent.ts';
import type { InvitePreview } from '../../../contract/invite-preview.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { Icon } from '../../components/icons.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Rows } from '../../components/rows-skeleton.tsx';
import { goTo } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import { Choices } from './choices.tsx';
import { choicesOf, isNameGood, proposed, type Chosen } from './chosen.ts';
import { ConsentCard } from './consent-card.tsx';
import type { InviteInput } from './invite-input.ts';
import { sessionHere } from './session.ts';
import styles from './join.module.css';
import { Connects, MayDo, Prices, Who } from './preview-parts.tsx';

interface PreviewProps {
  readonly invite: InviteInput;
  readonly onBack: () => void;
  readonly onAccepted: () => void;
}

/** What an invite would do, read without connecting anywhere, what joining means for this computer, and the consent to both. */
export function Preview({ invite, onBack, onAccepted }: PreviewProps) {
  const { t } = useText();
  const { orpc } = useHost();
  // An invite may hold a key: it is forgotten as soon as it is no longer shown.
  const kept = { staleTime: Infinity, gcTime: 0 };
  const preview = useQuery(orpc.pool.preview.queryOptions({ input: invite, ...kept }));
  const consent = useQuery(
    orpc.pool.consent.queryOptions({
      input: { invite, ...sessionHere() },
      ...kept,
      enabled: preview.data !== undefined,
    }),
  );
  if (preview.isPending) return <Rows count={5} />;
  if (preview.error !== null || preview.data === undefined)
    return <Unusable error={preview.error} onBack={onBack} onRetry={() => void preview.refetch()} />;
  const lookAgain = () => void consent.refetch();
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
      </div>
      {consent.error !== null ? (
        <ProblemCard problem={problemOf(consent.error)} onRetry={lookAgain} />
      ) : consent.data === undefined ? (
        <Card title={t('consent.looking')}>
          <Rows count={4} />
        </Card>
      ) : (
        <Agreeing
          // Looked at anew: what was chosen of what is no longer there is forgotten.
          key={JSON.stringify(consent.data.cards)}
          invite={invite}
          preview={preview.data}
          consent={consent.data}
          onAgain={lookAgain}
          onAccepted={onAccepted}
        />
      )}
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

interface AgreeingProps {
  readonly invite: InviteInput;
  readonly preview: InvitePreview;
  readonly consent: Consent;
  readonly onAgain: () => void;
  readonly onAccepted: () => void;
}

function Agreeing({ invite, preview, consent, onAgain, onAccepted }: AgreeingProps) {
  const [chosen, setChosen] = useState<Chosen>(() => proposed(consent));
  return (
    <>
      <Choices consent={consent} chosen={chosen} onChange={setChosen} onAgain={onAgain} />
      <ConsentCard consent={consent} preview={preview} chosen={chosen} />
      <Accept invite={invite} preview={preview} consent={consent} chosen={chosen} onAccepted={onAccepted} />
    </>
  );
}

function Accept({
  invite,
  preview,
  consent,
  chosen,
  onAccepted,
}: Omit<AgreeingProps, 'onAgain'> & { readonly chosen: Chosen }) {
  const { t } = useText();
  const { demo, demoInvite } = useAppState();
  const { orpc } = useHost();
  const [agreed, setAgreed] = useState(false);
  const join = useMutation(orpc.pool.join.mutationOptions({ onSuccess: onAccepted }));
  const go = () => join.mutate({ ...invite, ...choicesOf(consent, chosen), ...sessionHere() });
  return (
    <Card title={t('join.accept', { pool: preview.pool.name })}>
      <div className={styles['consent']}>
        {demo && demoInvite === null ? (
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
          <Button
            disabled={!agreed || (consent.nodeName.editable && !isNameGood(chosen.nodeName))}
            loading={join.isPending}
            size="md"
            onClick={go}
          >
            {t('join.accept', { pool: preview.pool.name })}
          </Button>
          <Button variant="default" size="md" onClick={() => goTo('home')}>
            {t('common.cancel')}
          </Button>
        </div>
        {join.error === null ? null : <ProblemCard problem={problemOf(join.error)} onRetry={go} />}
      </div>
    </Card>
  );
}
