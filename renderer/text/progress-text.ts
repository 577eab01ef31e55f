import { formatBytes, formatDuration } from '../../contract/format.ts';
import type { Progress } from '../../contract/node-state.ts';
import type { Text } from './use-text.ts';

/** "1.2 GB of 4 GB · 12 MB a second · 4m left", or what of it is known. */
export function progressText(
  { done, total, unit, perSecond, leftMs }: Progress,
  { t, language }: Pick<Text, 't' | 'language'>,
): string {
  const size = (value: number) => (unit === 'bytes' ? formatBytes(value, language) : String(value));
  return [
    total === null
      ? t('work.progressOnly', { done: size(done) })
      : t('work.progressOf', { done: size(done), total: size(total) }),
    ...(perSecond === undefined || unit === 'steps'
      ? []
      : [t('joining.perSecond', { size: size(perSecond) })]),
    ...(leftMs === undefined ? [] : [t('joining.left', { duration: formatDuration(leftMs, language) })]),
  ].join(' · ');
}
