import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { accountOf } from '../../../contract/phrases.ts';
import { useAppState } from '../../client/host.tsx';
import { Card } from '../../components/card.tsx';
import { Page } from '../../components/screen.tsx';
import { hrefOf } from '../../route.ts';
import { useNow } from '../../text/use-now.ts';
import { useText } from '../../text/use-text.ts';
import { InviteEntry } from './invite-entry.tsx';
import type { InviteInput } from './invite-input.ts';
import { JoinProgress } from './join-progress.tsx';
import { Preview } from './preview.tsx';

/** An invite becomes a preview, a consent, and then the steps of joining. `arrived` came by a link or a file from outside. */
export function JoinScreen({ arrived }: { readonly arrived: InviteInput | null }) {
  const { t } = useText();
  const { pool, node } = useAppState();
  const [invite, setInvite] = useState(arrived);
  const [asked, setAsked] = useState(false);
  const isJoined = useOwn() && pool !== null;
  const inProgress = useJoining();
  useEffect(() => {
    if (arrived !== null) setInvite(arrived);
  }, [arrived]);
  useEffect(() => {
    // Used up: whoever leaves again begins with another one.
    if (inProgress) setInvite(null);
  }, [inProgress]);
  const isInPool = isJoined && !inProgress;
  if (node.kind === 'leaving') return <Leaving />;
  if (inProgress || (asked && isInPool)) return <JoinProgress />;
  if (isInPool) return <Already pool={pool.name} />;
  return (
    <Page title={t('join.title')} lead={t('join.lead')}>
      {invite === null ? (
        <InviteEntry onInvite={setInvite} />
      ) : (
        <Preview invite={invite} onBack={() => setInvite(null)} onAccepted={() => setAsked(true)} />
      )}
    </Page>
  );
}

/** Whether joining is on the way. */
function useJoining(): boolean {
  const { node, joining } = useAppState();
  return useOwn() && joining !== null && node.kind !== 'leaving';
}

/** Whether the pool in the state was chosen by the owner: it is real, or a demo that is joined by hand. */
function useOwn(): boolean {
  const { demo, demoInvite } = useAppState();
  return !demo || demoInvite !== null;
}

function Leaving() {
  const { t, say, at } = useText();
  const now = useNow(60_000);
  const { title, reason, next } = accountOf(useAppState(), at(now));
  return (
    <Page title={t('join.title')}>
      <Card title={say(title)}>
        {[reason, next].map((phrase) => (phrase === null ? null : <p key={phrase.key}>{say(phrase)}</p>))}
      </Card>
    </Page>
  );
}

function Already({ pool }: { readonly pool: string }) {
  const { t } = useText();
  return (
    <Page title={t('join.title')}>
      <Card title={t('join.already', { pool })} lead={t('join.alreadyText')}>
        <Button component="a" href={hrefOf('settings')} variant="default">
          {t('join.toSettings')}
        </Button>
      </Card>
    </Page>
  );
}
