import type { OtherCard as Card } from '../../contract/gpus.ts';
import { useText } from '../text/use-text.ts';
import styles from './gpu-card.module.css';

/** A graphics card that no pool can use yet: seen, named, and said so. */
export function OtherCard({ card }: { readonly card: Card }) {
  const { t } = useText();
  return (
    <article className={styles['card']} aria-label={card.name}>
      <h3 className={styles['name']}>{card.name}</h3>
      <p className={styles['why']}>{t('gpu.other')}</p>
    </article>
  );
}
