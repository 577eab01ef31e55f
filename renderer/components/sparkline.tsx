import { formatDuration } from '../../contract/format.ts';
import { rememberedMs, type Sample } from '../client/samples.ts';
import { useText } from '../text/use-text.ts';
import styles from './sparkline.module.css';

const width = 300;
const height = 56;

/** A GPU's use over the last minutes, the newest at the right end; 0 to 100 per cent from bottom to top. */
export function Sparkline({ samples }: { readonly samples: readonly Sample[] }) {
  const { t, language } = useText();
  const line = linePath(samples);
  const label = t('gpu.chart', { duration: formatDuration(rememberedMs, language) });
  return (
    <figure className={styles['figure']}>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className={styles['chart']}
      >
        <path d={`M0 ${height - 0.5}H${width}M0 0.5H${width}`} className={styles['grid']} />
        {line === '' ? null : (
          <>
            <path d={`${line}V${height}H${firstX(samples)}Z`} className={styles['area']} />
            <path d={line} className={styles['line']} />
          </>
        )}
      </svg>
      {line === '' ? <figcaption className={styles['empty']}>{t('gpu.chartEmpty')}</figcaption> : null}
    </figure>
  );
}

/** The path through the samples; empty where there are fewer than two. */
export function linePath(samples: readonly Sample[]): string {
  const last = samples.at(-1);
  if (last === undefined || samples.length < 2) return '';
  const points = samples.map(
    ({ at, percent }) => `${x(at, last.at)} ${round(height - 1 - (percent / 100) * (height - 2))}`,
  );
  return `M${points.join('L')}`;
}

function firstX(samples: readonly Sample[]): number {
  const [first] = samples;
  return first === undefined ? 0 : x(first.at, samples.at(-1)?.at ?? first.at);
}

function x(at: number, last: number): number {
  return round(width * (1 - (last - at) / rememberedMs));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
