import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAppState, useHost } from '../../client/host.tsx';
import { useOnChange } from '../../client/use-on-change.ts';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { ConfigChangeTable, useReasons } from '../../components/config-change.tsx';
import { Details } from '../../components/details.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Rows } from '../../components/rows-skeleton.tsx';
import { clockOrDate } from '../../components/work-rows.tsx';
import { useNow } from '../../text/use-now.ts';
import { useText } from '../../text/use-text.ts';
import styles from './settings.module.css';

/** How the pool's program is set up, what changed last and why, and all of it when asked. */
export function AgentConfig() {
  const text = useText();
  const { t } = text;
  const { configChange } = useAppState();
  const reasons = useReasons();
  const now = useNow(60_000);
  const [open, setOpen] = useState(false);
  return (
    <Card title={t('config.title')} lead={t('config.text')}>
      <div className={styles['fields']}>
        {configChange === null ? null : (
          <div>
            <p>
              {configChange.at === null
                ? t('config.pending', { why: reasons(configChange) })
                : t('config.changed', {
                    when: clockOrDate(configChange.at, now, text),
                    why: reasons(configChange),
                  })}
            </p>
            <Details>
              <ConfigChangeTable change={configChange} />
            </Details>
          </div>
        )}
        {open ? (
          <AllSettings />
        ) : (
          <Button variant="default" className={styles['start'] ?? ''} onClick={() => setOpen(true)}>
            {t('config.show')}
          </Button>
        )}
      </div>
    </Card>
  );
}

function AllSettings() {
  const { t } = useText();
  const { orpc } = useHost();
  const { configChange } = useAppState();
  const reasons = useReasons();
  const { data, error, refetch } = useQuery(
    orpc.agent.configuration.queryOptions({ input: { gpu: null }, staleTime: 0 }),
  );
  useOnChange(String(configChange?.at), () => void refetch());
  if (error !== null) return <ProblemCard problem={problemOf(error)} onRetry={() => void refetch()} />;
  if (data === undefined) return <Rows count={4} />;
  return (
    <>
      {data.pending === null ? null : (
        <div>
          <p>{t('config.pending', { why: reasons(data.pending) })}</p>
          <ConfigChangeTable change={data.pending} />
        </div>
      )}
      {data.lines.length === 0 ? <p>{t('config.none')}</p> : null}
      <dl className={styles['settings']}>
        {data.lines.map(({ key, value }) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
