import { Progress } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import type { Gpu } from '../../contract/app-state.ts';
import { formatDuration, formatMib } from '../../contract/format.ts';
import { gpuBadge } from '../../contract/phrases.ts';
import { useAppState } from '../client/host.tsx';
import type { Sample } from '../client/samples.ts';
import { useText } from '../text/use-text.ts';
import { Details } from './details.tsx';
import styles from './gpu-card.module.css';
import { ShareAlways, waitsForIdle } from './share-always.tsx';
import { Sparkline } from './sparkline.tsx';

/** One GPU: what it is and how it does now. What is unknown is said so, never shown as nothing. */
export function GpuCard({ gpu, samples }: { readonly gpu: Gpu; readonly samples: readonly Sample[] }) {
  const { t, language } = useText();
  const id = useId();
  const number = (value: number | null, unit: string) =>
    value === null
      ? null
      : `${new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format(value)} ${unit}`;
  return (
    <article className={styles['card']} aria-labelledby={id}>
      <header className={styles['header']}>
        <h3 id={id} className={styles['name']}>
          {gpu.name}
        </h3>
        <span className={styles['badge']} data-shared={gpu.shared || undefined}>
          {t(gpuBadge(gpu))}
        </span>
      </header>
      {gpu.fault === null ? null : (
        <div className={styles['fault']} role="alert">
          {t('gpu.fault')}
          <Details>{gpu.fault}</Details>
        </div>
      )}
      <Why gpu={gpu} />
      <div className={styles['use']}>
        <span className={styles['label']}>{t('gpu.use')}</span>
        <span className={styles['percent']}>
          {gpu.asleep ? (
            <small>{t('gpu.asleep')}</small>
          ) : (
            <Value>{number(gpu.utilizationPercent, '%')}</Value>
          )}
        </span>
      </div>
      <Sparkline samples={samples} />
      <Memory gpu={gpu} />
      <dl className={styles['figures']}>
        <Figure label={t('gpu.temperature')} value={number(gpu.temperatureC, '°C')} />
        <Figure label={t('gpu.power')} value={number(gpu.powerW, 'W')} />
      </dl>
      <Details>
        <About gpu={gpu} />
      </Details>
    </article>
  );
}

/** Why it is not shared, or not always. */
function Why({ gpu }: { readonly gpu: Gpu }) {
  const { t, language } = useText();
  const { whenIdle, pool, node } = useAppState();
  if (gpu.kept === 'display') return <p className={styles['why']}>{t('gpu.why.display')}</p>;
  if (pool === null || gpu.kept !== null || gpu.display !== true || whenIdle.by !== 'display') return null;
  return (
    <div className={styles['why']}>
      <p>{t('gpu.onlyIdle', { duration: formatDuration(whenIdle.afterMs, language) })}</p>
      {waitsForIdle(node) ? null : <ShareAlways size="sm" />}
    </div>
  );
}

/** What only the curious need: which card it is to its driver, and to the pool. */
function About({ gpu: { driver, bus, uuid, mig } }: { readonly gpu: Gpu }) {
  const { t } = useText();
  const lines = [
    ...(driver === null ? [] : [t('gpu.driver', { version: driver })]),
    ...(bus === null ? [] : [bus]),
    uuid,
    ...(mig.length === 0 ? [] : [t('gpu.parts', { parts: mig.map((part) => part.profile).join(', ') })]),
  ];
  return (
    <ul className={styles['about']}>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Memory({ gpu: { memoryMib, usedMib, unified } }: { readonly gpu: Gpu }) {
  const { t, language } = useText();
  const known = memoryMib !== null && usedMib !== null && memoryMib > 0;
  const text = known
    ? t('gpu.memoryOf', { used: formatMib(usedMib, language), total: formatMib(memoryMib, language) })
    : memoryMib === null
      ? unified
        ? t('gpu.unified')
        : null
      : formatMib(memoryMib, language);
  return (
    <div className={styles['memory']}>
      <div className={styles['line']}>
        <span className={styles['label']}>{t('gpu.memory')}</span>
        <span>
          <Value>{text}</Value>
        </span>
      </div>
      <Progress value={known ? (usedMib / memoryMib) * 100 : 0} size={6} aria-label={t('gpu.memory')} />
    </div>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: string | null }) {
  return (
    <div className={styles['line']}>
      <dt className={styles['label']}>{label}</dt>
      <dd>
        <Value>{value}</Value>
      </dd>
    </div>
  );
}

/** A figure, or a dash that is read out as "unknown". */
function Value({ children }: { readonly children: ReactNode }) {
  const { t } = useText();
  if (children !== null) return children;
  return (
    <>
      <span aria-hidden>{t('common.dash')}</span>
      <span className="hidden-text">{t('common.unknown')}</span>
    </>
  );
}
