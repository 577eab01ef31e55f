import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import type { EarningsSummary } from '../../../contract/earnings.ts';
import { formatAmount } from '../../../contract/format.ts';
import { useHost } from '../../client/host.tsx';
import { Card, Empty } from '../../components/card.tsx';
import { useNow } from '../../text/use-now.ts';
import { useText, type Text } from '../../text/use-text.ts';
import styles from './earnings-screen.module.css';
import { dayBars, hourBars, midnightBefore, type Bar } from './sums.ts';

/** The stretches of time that are summed. */
export type Period = 'today' | 'week' | 'month';

// The charts are most of the page's weight, and no other screen draws any.
const Bars = lazy(() => import('./bars.tsx').then(({ Bars }) => ({ default: Bars })));

interface EarningsBarsProps {
  readonly summary: EarningsSummary;
  readonly period: Period;
  readonly days: number;
}

/** A period as bars: today by the hour, more by the day. */
export function EarningsBars({ summary, period, days }: EarningsBarsProps) {
  const { t } = useText();
  const isPaid = summary.days.some(({ micros }) => micros !== null);
  const title =
    period === 'today' ? 'earnings.chartToday' : isPaid ? 'earnings.chartAmount' : 'earnings.chartHours';
  return (
    <Card title={t(title)}>
      {period === 'today' ? (
        <TodayBars title={t(title)} />
      ) : (
        <DayBars title={t(title)} summary={summary} days={days} isPaid={isPaid} />
      )}
    </Card>
  );
}

function DayBars({
  title,
  summary,
  days,
  isPaid,
}: {
  readonly title: string;
  readonly summary: EarningsSummary;
  readonly days: number;
  readonly isPaid: boolean;
}) {
  const text = useText();
  const { t, language } = text;
  const format = (value: number) =>
    isPaid
      ? formatAmount(Math.round(value * 1_000_000), summary.currency, language)
      : figure(value, language, 2);
  const bars = dayBars(summary.days.slice(-days));
  const isSmall = bars.every(({ value }) => value < 0.1);
  const formatAxis = (value: number) =>
    isPaid
      ? formatAmount(value * 1_000_000, summary.currency, language, isSmall ? 4 : 2)
      : figure(value, language, isSmall ? 2 : 0);
  return (
    <Chart
      title={title}
      bars={bars}
      first={t('earnings.day')}
      unit={t(isPaid ? 'earnings.amount' : 'earnings.gpuHours')}
      formatAt={(at) => dayLabel(at, text, days <= 7)}
      format={format}
      formatAxis={formatAxis}
    />
  );
}

function TodayBars({ title }: { readonly title: string }) {
  const { t, language } = useText();
  const { orpc } = useHost();
  const now = useNow(30_000);
  const ledger = useQuery(
    orpc.earnings.ledger.queryOptions({ input: { limit: 500, before: null }, refetchInterval: 15_000 }),
  );
  if (ledger.data === undefined) return <Skeleton className={styles['chart'] ?? ''} />;
  const bars = hourBars(ledger.data, midnightBefore(now), now);
  return (
    <Chart
      title={title}
      bars={bars}
      first={t('earnings.hour')}
      unit={t('earnings.gpuMinutes')}
      formatAt={(at) => `${at.padStart(2, '0')}:00`}
      format={(value) => figure(value, language, 0)}
      formatAxis={(value) => figure(value, language, 0)}
    />
  );
}

interface ChartProps {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** The heading of what the bars stand for, in the table that is read out. */
  readonly first: string;
  readonly unit: string;
  readonly formatAt: (at: string) => string;
  readonly format: (value: number) => string;
  readonly formatAxis: (value: number) => string;
}

function Chart(props: ChartProps) {
  const { t } = useText();
  const { title, bars, first, unit, formatAt, format, formatAxis } = props;
  if (bars.every(({ value }) => value === 0))
    return <Empty title={t('earnings.none')} text={t('earnings.noneText')} />;
  return (
    <>
      <div aria-hidden className={styles['chart']}>
        <Suspense fallback={<Skeleton className={styles['chart'] ?? ''} />}>
          <Bars bars={bars} unit={unit} formatAt={formatAt} format={format} formatAxis={formatAxis} />
        </Suspense>
      </div>
      <table className="hidden-text">
        <caption>{title}</caption>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <th scope="col">{unit}</th>
          </tr>
        </thead>
        <tbody>
          {bars.map(({ at, value }) => (
            <tr key={at}>
              <th scope="row">{formatAt(at)}</th>
              <td>{format(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A day as the axis has room for: "Wed 25", or "25" among thirty. */
function dayLabel(day: string, { language }: Text, long: boolean): string {
  const options: Intl.DateTimeFormatOptions = long
    ? { weekday: 'short', day: 'numeric' }
    : { day: 'numeric', month: 'short' };
  return new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options).format(
    new Date(`${day}T12:00:00`),
  );
}

function figure(value: number, language: string, digits: number): string {
  return new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}
