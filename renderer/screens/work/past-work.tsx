import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import type { Work } from '../../../contract/app-state.ts';
import { formatDuration } from '../../../contract/format.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { useOnChange } from '../../client/use-on-change.ts';
import { problemOf } from '../../client/problem-of.ts';
import { Empty } from '../../components/card.tsx';
import { gpuNames } from '../../components/gpu-names.ts';
import { LogButton } from '../../components/log-drawer.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { Rows } from '../../components/rows-skeleton.tsx';
import table from '../../components/table.module.css';
import { clockOrDate } from '../../components/work-rows.tsx';
import { useNow } from '../../text/use-now.ts';
import { useText } from '../../text/use-text.ts';

const pageSize = 50;

/** Jobs that have ended, newest first, with the reason; read again when `going` (the jobs that go on) changes. */
export function PastWork({ going }: { readonly going: string }) {
  const { t } = useText();
  const { orpc } = useHost();
  const queries = useQueryClient();
  const history = useInfiniteQuery(
    orpc.work.history.infiniteOptions({
      input: (before: number | null) => ({ limit: pageSize, before }),
      initialPageParam: null,
      getNextPageParam: (last) => (last.length < pageSize ? undefined : (last.at(-1)?.since ?? undefined)),
    }),
  );
  useOnChange(going, () => void queries.invalidateQueries({ queryKey: orpc.work.history.key() }));
  if (history.isPending) return <Rows count={4} />;
  const past = history.data?.pages.flat() ?? [];
  return (
    <>
      {history.error === null ? null : (
        <ProblemCard problem={problemOf(history.error)} onRetry={() => void history.refetch()} />
      )}
      {past.length === 0 && history.error === null ? (
        <Empty title={t('work.noPast')} text={t('work.noPastText')} />
      ) : null}
      {past.length > 0 ? <PastTable past={past} /> : null}
      {history.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          loading={history.isFetchingNextPage}
          onClick={() => void history.fetchNextPage()}
        >
          {t('common.more')}
        </Button>
      ) : null}
    </>
  );
}

function PastTable({ past }: { readonly past: readonly Work[] }) {
  const { t } = useText();
  return (
    <table className={table['table']}>
      <thead>
        <tr>
          <th scope="col">{t('work.job')}</th>
          <th scope="col" className={table['wide']}>
            {t('work.gpu')}
          </th>
          <th scope="col" className={table['wide']}>
            {t('work.outcome')}
          </th>
          <th scope="col" data-end className={table['wide']}>
            {t('work.restarts')}
          </th>
          <th scope="col" data-end className={table['wide']}>
            {t('work.started')}
          </th>
          <th scope="col" data-end>
            {t('work.duration')}
          </th>
          <th scope="col" data-end>
            {t('work.log')}
          </th>
        </tr>
      </thead>
      <tbody>
        {past.map((work) => (
          <PastRow key={`${work.id} ${work.since}`} work={work} />
        ))}
      </tbody>
    </table>
  );
}

function PastRow({ work }: { readonly work: Work }) {
  const text = useText();
  const { t, language } = text;
  const { gpus } = useAppState();
  const now = useNow(60_000);
  const started = clockOrDate(work.since, now, text);
  const gpu = work.gpus.length === 0 ? t('work.noGpu') : gpuNames(gpus, work.gpus);
  const outcome = t(`work.ended.${work.ended ?? 'unknown'}`);
  const restarts = work.restarts > 0 ? t('work.restartsCount', { count: work.restarts }) : '';
  return (
    <tr>
      <td>
        <span className={table['main']}>{work.job}</span>
        <span className={table['dim']}>{t(`work.types.${work.type}`)}</span>
        <span className={table['narrow']}>
          {[gpu, started, restarts].filter((part) => part !== '').join(' · ')}
        </span>
        <span className={table['narrow']}>{outcome}</span>
      </td>
      <td className={table['wide']}>{gpu}</td>
      <td className={table['wide']}>{outcome}</td>
      <td data-end className={table['wide']}>
        {work.restarts}
      </td>
      <td data-end className={table['wide']}>
        {started}
      </td>
      <td data-end>
        {work.endedAt === null ? t('common.unknown') : formatDuration(work.endedAt - work.since, language)}
      </td>
      <td data-end>
        <LogButton work={work} />
      </td>
    </tr>
  );
}
