import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import styles from './details.module.css';

/** What only the curious need: closed until asked for. */
export function Details({ children }: { readonly children: ReactNode }) {
  const { t } = useText();
  return (
    <details className={styles['details']}>
      <summary>{t('common.details')}</summary>
      <div className={styles['inside']}>{children}</div>
    </details>
  );
}
