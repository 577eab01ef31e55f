import { Progress } from '@mantine/core';
import type { Work } from '../../contract/app-state.ts';
import { formatClock, formatDate, formatDuration, daysFromToday } from '../../contract/format.ts';
import { useAppState } from '../client/host.tsx';
import { useNow } from '../text/use-now.ts';
import { progressText } from '../text/progress-text.ts';
import { useText, type Text } from '../text/use-text.ts';
import { gpuNames } from './gpu-names.ts';
import { LogButton } from './log-drawer.tsx';
import styles from './work-rows.module.css';

/** Jobs that go on, one row each. */
export function WorkRows({ work }: { readonly work: readonly Work[] }) {
  const now = useNow(10_000);
  return (
    <ul className={styles['rows']}>
      {work.map((one) => (
        <Row key={one.id} work={one} now={now} />
      ))}
    </ul>
  );
}

function Row({ work, now }: { readonly work: Work; readonly now: number }) {
  const text = useText();
  const { t, language } = text;
  const { gpus } = useAppState();
  return (
    <li className={styles['row']}>
      <div className={styles['job']}>
        <span className={styles['name']}>{work.job}</span>
        <span className={styles['dim']}>{t(`work.types.${work.type}`)}</span>
      </div>
      <span className={styles['gpu']}>
        {work.gpus.length === 0 ? t('work.noGpu') : gpuNames(gpus, work.gpus)}
      </span>
      <span
        className={styles['state']}
        data-running={(work.state === 'running' && work.stopped == null) || undefined}
      >
        {work.stopped == null
          ? t(`work.states.${work.state}`)
          : t('guard.stopped', { what: t(`guard.${work.stopped}`) })}
      </span>
      <span className={styles['since']}>
        <span>{formatDuration(now - work.since, language)}</span>
        <span className={styles['dim']}>
          <span className="hidden-text">{t('work.since')} </span>
          {clockOrDate(work.since, now, text)}
          {work.restarts > 0 ? ` · ${t('work.restartsCount', { count: work.restarts })}` : ''}
        </span>
      </span>
      <span className={styles['log']}>{work.state === 'downloading' ? null : <LogButton work={work} />}</span>
      {work.progress === null && work.state !== 'downloading' ? null : <HowFar work={work} />}
    </li>
  );
}

function HowFar({ work: { job, image, progress, pull } }: { readonly work: Work }) {
  const text = useText();
  const { t, language } = text;
  const label = [
    ...(image === null ? [] : [image]),
    progress === null ? t('work.states.downloading') : progressText(progress, text),
    ...(pull != null && pull.attempt > 1 ? [t('work.pullTry', { count: pull.attempt })] : []),
  ].join(' · ');
  const percent =
    progress === null || progress.total === null
      ? null
      : Math.min(100, (progress.done / progress.total) * 100);
  return (
    <div className={styles['progress']}>
      <Progress
        value={percent ?? 100}
        animated={percent === null}
        striped={percent === null}
        size={6}
        aria-label={`${job}: ${label}`}
      />
      <span className={styles['dim']}>{label}</span>
      {pull?.tooSlow === true ? (
        <span>{t('work.pullTooSlow', { duration: formatDuration(pull.limitMs, language) })}</span>
      ) : null}
    </div>
  );
}

/** A time of today as the clock shows it, of another day with its date. */
export function clockOrDate(at: number, now: number, { language }: Pick<Text, 'language'>): string {
  const clock = formatClock(at, language);
  return daysFromToday(at, now) === 0 ? clock : `${formatDate(at, language)} ${clock}`;
}
