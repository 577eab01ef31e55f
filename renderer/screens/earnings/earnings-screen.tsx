import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { EarningsSummary } from '../../../contract/earnings.ts';
import { formatAmount, formatHours } from '../../../contract/format.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { useOnChange } from '../../client/use-on-change.ts';
import { problemOf } from '../../client/problem-of.ts';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Rows } from '../../components/rows-skeleton.tsx';
import { Page } from '../../components/screen.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './earnings-screen.module.css';
import { EarningsBars, type Period } from './earnings-bars.tsx';
import { Ledger } from './ledger.tsx';
import { sumOf } from './sums.ts';

const daysOf: Readonly<Record<Period, number>> = { today: 1, week: 7, month: 30 };
const periods = ['today', 'week', 'month'] as const satisfies readonly Period[];
const renewMs = 15_000;

/** What this computer's GPU time comes to, by day and line by line. */
export function EarningsScreen() {
  const { t } = useText();
  const { orpc } = useHost();
  const [period, setPeriod] = useState<Period>('week');
  useRenewal();
  const summary = useQuery(
    orpc.earnings.summary.queryOptions({ input: { days: 30 }, refetchInterval: renewMs }),
  );
  return (
    <Page title={t('earnings.title')} lead={t('earnings.lead')}>
      {summary.error === null ? null : (
        <ProblemCard problem={problemOf(summary.error)} onRetry={() => void summary.refetch()} />
      )}
      {summary.isPending ? <Rows count={3} /> : null}
      {summary.data === undefined ? null : (
        <>
          <Sums summary={summary.data} period={period} onPeriod={setPeriod} />
          <EarningsBars summary={summary.data} period={period} days={daysOf[period]} />
        </>
      )}
      <Ledger renewMs={renewMs} currency={summary.data?.currency ?? null} />
    </Page>
  );
}

/** Reads sums and lines again when a job came or ended. */
function useRenewal(): void {
  const { orpc } = useHost();
  const queries = useQueryClient();
  const { work, today } = useAppState();
  const jobs = `${work.length} ${today.jobs}`;
  useOnChange(jobs, () => void queries.invalidateQueries({ queryKey: orpc.earnings.key() }));
}

interface SumsProps {
  readonly summary: EarningsSummary;
  readonly period: Period;
  readonly onPeriod: (period: Period) => void;
}

/** Three sums side by side; the chosen one is drawn below. */
function Sums({ summary, period, onPeriod }: SumsProps) {
  const { t } = useText();
  const isUnpaid = summary.currency === null;
  const note = isUnpaid ? 'earnings.unpaidText' : `earnings.${summary.status}Text`;
  return (
    <div>
      <div role="radiogroup" aria-label={t('earnings.period')} className={styles['sums']}>
        {periods.map((one) => (
          <SumChoice
            key={one}
            period={one}
            summary={summary}
            chosen={one === period}
            onChoose={() => onPeriod(one)}
          />
        ))}
      </div>
      <p className={styles['note']}>{t(note)}</p>
    </div>
  );
}

function SumChoice({
  period,
  summary,
  chosen,
  onChoose,
}: {
  readonly period: Period;
  readonly summary: EarningsSummary;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}) {
  const { t, language } = useText();
  const { gpuMs, micros, jobs } = sumOf(summary, daysOf[period]);
  const hours = `${formatHours(gpuMs, language)} ${t('earnings.gpuHoursShort')}`;
  return (
    <label className={styles['sum']} data-chosen={chosen || undefined}>
      <input type="radio" name="period" className="hidden-text" checked={chosen} onChange={onChoose} />
      <span className={styles['period']}>
        {t(`earnings.${period}`)}
        {micros === null ? null : <span className={styles['mark']}>{t(`earnings.${summary.status}`)}</span>}
      </span>
      <span className={styles['amount']}>
        {micros === null ? hours : formatAmount(micros, summary.currency, language)}
      </span>
      <span className={styles['under']}>
        {micros === null ? null : <span>{hours}</span>}
        <span>{t('earnings.jobsCount', { count: jobs })}</span>
      </span>
    </label>
  );
}
