import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { LedgerRow } from '../../../contract/earnings.ts';
import { amountDigits, formatAmount, formatClock, formatStopwatch } from '../../../contract/format.ts';
import { useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card, Empty } from '../../components/card.tsx';
import { shortGpuName } from '../../components/gpu-names.ts';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Rows } from '../../components/rows-skeleton.tsx';
import table from '../../components/table.module.css';
import { clockOrDate } from '../../components/work-rows.tsx';
import { useNow } from '../../text/use-now.ts';
import { useText } from '../../text/use-text.ts';

const pageSize = 50;

/** Why each amount is what it is: job, GPU, from and to, GPU time × price. */
export function Ledger({
  renewMs,
  currency,
}: {
  readonly renewMs: number;
  readonly currency: string | null;
}) {
  const { t } = useText();
  const { orpc } = useHost();
  const ledger = useInfiniteQuery(
    orpc.earnings.ledger.infiniteOptions({
      input: (before: number | null) => ({ limit: pageSize, before }),
      initialPageParam: null,
      getNextPageParam: (last) =>
        last.length < pageSize ? undefined : (last.at(-1)?.startedAt ?? undefined),
      refetchInterval: renewMs,
    }),
  );
  const rows = ledger.data?.pages.flat() ?? [];
  return (
    <Card title={t('earnings.ledger')} lead={t('earnings.ledgerLead')}>
      {ledger.isPending ? <Rows count={4} /> : null}
      {ledger.error === null ? null : (
        <ProblemCard problem={problemOf(ledger.error)} onRetry={() => void ledger.refetch()} />
      )}
      {ledger.isSuccess && rows.length === 0 ? (
        <Empty title={t('earnings.none')} text={t('earnings.noneText')} />
      ) : null}
      {rows.length > 0 ? <LedgerTable rows={rows} currency={currency} /> : null}
      {ledger.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={ledger.isFetchingNextPage}
          onClick={() => void ledger.fetchNextPage()}
        >
          {t('common.more')}
        </Button>
      ) : null}
    </Card>
  );
}

function LedgerTable({
  rows,
  currency,
}: {
  readonly rows: readonly LedgerRow[];
  readonly currency: string | null;
}) {
  const { t } = useText();
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th scope="col">{t('work.job')}</th>
          <th scope="col" className={table['wide']}>
            {t('earnings.fromTo')}
          </th>
          <th scope="col" data-end className={table['wide']}>
            {t('earnings.length')}
          </th>
          <th scope="col" data-end className={table['wide']}>
            {t('earnings.price')}
          </th>
          <th scope="col" data-end>
            {t('earnings.amount')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.id} row={row} currency={currency} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, currency }: { readonly row: LedgerRow; readonly currency: string | null }) {
  const text = useText();
  const { t, language } = text;
  const now = useNow(60_000);
  const ends = row.endedAt === null ? t('earnings.goesOn') : formatClock(row.endedAt, language);
  const span = `${clockOrDate(row.startedAt, now, text)} – ${ends}`;
  const length = formatStopwatch(row.gpuMs);
  const price =
    row.microsPerHour === null
      ? null
      : formatAmount(row.microsPerHour, currency, language, amountDigits([row.microsPerHour]));
  return (
    <tr>
      <td>
        <span className={table['main']}>{row.job}</span>
        <span className={table['dim']}>{shortGpuName(row.gpuName)}</span>
        <span className={table['narrow']}>{span}</span>
        <span className={table['narrow']}>
          {price === null ? length : t('earnings.sum', { length, price })}
        </span>
      </td>
      <td className={table['wide']}>{span}</td>
      <td data-end className={table['wide']}>
        {length}
      </td>
      <td data-end className={table['wide']}>
        {price === null ? t('earnings.noPrice') : `× ${t('earnings.perHour', { price })}`}
      </td>
      <td data-end>
        {row.micros === null ? t('common.dash') : formatAmount(row.micros, currency, language, 4)}
      </td>
    </tr>
  );
}
