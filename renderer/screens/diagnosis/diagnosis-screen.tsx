import { Button } from '@mantine/core';
import { useState } from 'react';
import { checkIds } from '../../../contract/check-ids.ts';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { SaveReport } from '../../components/save-report.tsx';
import { Page } from '../../components/screen.tsx';
import { useText } from '../../text/use-text.ts';
import { CheckRow } from './check-row.tsx';
import styles from './diagnosis.module.css';
import { type Examined, useChecks } from './use-checks.ts';

/** The checks in groups, as people think of them. */
const groups = [
  { name: 'machine', from: 'gpu', to: 'administrator' },
  { name: 'network', from: 'tailscale', to: 'relay' },
  { name: 'program', from: 'nomad', to: 'introduction' },
  { name: 'pool', from: 'node', to: 'ledger' },
] as const;

/** Everything from the card to the pool, looked at now, each with what helps. */
export function DiagnosisScreen() {
  const { t } = useText();
  const [run, setRun] = useState(0);
  const examined = useChecks(run);
  const again = () => setRun(run + 1);
  const { isDone, failed } = examined;
  return (
    <Page
      title={t('diagnosis.title')}
      lead={t('diagnosis.lead')}
      aside={
        <Button onClick={again} loading={!isDone}>
          {t('diagnosis.again')}
        </Button>
      }
    >
      <output className={styles['sum']}>{sumOf(examined, t)}</output>
      {failed === null ? null : <ProblemCard problem={failed} onRetry={again} />}
      {groups.map((group) => (
        <Group key={group.name} group={group} examined={examined} onAgain={again} />
      ))}
      <Card title={t('report.title')} lead={t('report.text')}>
        <SaveReport />
      </Card>
    </Page>
  );
}

function Group({
  group: { name, from, to },
  examined: { results, isDone },
  onAgain,
}: {
  readonly group: (typeof groups)[number];
  readonly examined: Examined;
  readonly onAgain: () => void;
}) {
  const { t } = useText();
  const ids = checkIds.slice(checkIds.indexOf(from), checkIds.indexOf(to) + 1);
  return (
    <Card title={t(`diagnosis.${name}`)}>
      <ul className={styles['checks']}>
        {ids.map((id) => (
          <CheckRow
            key={id}
            id={id}
            result={results.find((one) => one.id === id)}
            isNext={!isDone && checkIds[results.length] === id}
            onAgain={onAgain}
          />
        ))}
      </ul>
    </Card>
  );
}

function sumOf({ results, isDone, failed }: Examined, t: ReturnType<typeof useText>['t']): string {
  const problems = results.filter(({ state }) => state === 'problem').length;
  if (!isDone) return t('diagnosis.looking', { done: results.length, all: checkIds.length });
  if (failed !== null) return '';
  return problems === 0 ? t('diagnosis.good') : t('diagnosis.bad', { count: problems });
}
