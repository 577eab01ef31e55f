import { Skeleton } from '@mantine/core';
import { useText } from '../text/use-text.ts';

/** The place of rows that are on their way. */
export function Rows({ count }: { readonly count: number }) {
  const { t } = useText();
  return (
    <output aria-label={t('common.loading')} style={{ display: 'grid', gap: 14 }}>
      {Array.from({ length: count }, (_, row) => (
        <Skeleton key={row} height={34} radius="sm" />
      ))}
    </output>
  );
}
