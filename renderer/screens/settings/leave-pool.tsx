import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppState, PoolSummary } from '../../../contract/app-state.ts';
import { usualLeave } from '../../../contract/usual.ts';
import { going } from '../../../contract/phrases.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { ConfirmButton } from '../../components/confirm-button.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { goTo, hrefOf } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import { networkText } from '../../text/network-text.ts';
import { LeaveDialog } from './leave-dialog.tsx';
import styles from './settings.module.css';

/** The pool this computer is in, and the way out of it. */
export function LeavePool() {
  const { t } = useText();
  const state = useAppState();
  const { pool } = state;
  return (
    <Card title={t('settings.pool')}>
      {pool === null ? (
        <div className={styles['fields']}>
          <p>{t('settings.poolNone')}</p>
          <Button component="a" href={hrefOf('join')} className={styles['start'] ?? ''}>
            {t('join.title')}
          </Button>
        </div>
      ) : (
        <InPool state={state} pool={pool} />
      )}
    </Card>
  );
}

function InPool({
  state: { tailnet, demo, node, work },
  pool,
}: {
  readonly state: AppState;
  readonly pool: PoolSummary;
}) {
  const text = useText();
  const { t } = text;
  const { orpc } = useHost();
  const leave = useMutation(orpc.pool.leave.mutationOptions({ onSuccess: () => goTo('home') }));
  const [isOpen, setOpen] = useState(false);
  const isLeaving = leave.isPending || node.kind === 'leaving';
  return (
    <div className={styles['fields']}>
      <dl className={styles['facts']}>
        <Fact
          label={t('settings.pool')}
          value={t('settings.poolText', { pool: pool.name, operator: pool.operator })}
        />
        <Fact label={t('join.contact')} value={pool.contact} />
        <Fact label={t('network.label')} value={networkText(tailnet, text)} />
        {tailnet?.address ? <Fact label={t('settings.address')} value={tailnet.address} /> : null}
      </dl>
      <div>
        {demo ? (
          <ConfirmButton
            label={t('settings.leaveDemo')}
            title={t('settings.leaveDemoTitle')}
            yes={t('settings.leaveDemo')}
            no={t('settings.stay')}
            busy={isLeaving}
            onYes={() => leave.mutate({ ...usualLeave })}
          >
            <p>{t('settings.leaveDemoText')}</p>
          </ConfirmButton>
        ) : (
          <>
            <Button variant="default" loading={isLeaving} onClick={() => setOpen(true)}>
              {t('settings.leave')}
            </Button>
            <LeaveDialog
              pool={pool.name}
              jobs={going(work).length}
              opened={isOpen}
              onClose={() => setOpen(false)}
              onLeave={(options) => leave.mutate(options)}
            />
          </>
        )}
      </div>
      {leave.error === null ? null : (
        <ProblemCard
          problem={problemOf(leave.error)}
          onRetry={() => leave.mutate({ ...(leave.variables ?? usualLeave) })}
        />
      )}
    </div>
  );
}

function Fact({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
