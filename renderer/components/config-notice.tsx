import { changedUnasked } from '../../contract/usual.ts';
import { useAppState } from '../client/host.tsx';
import { hrefOf } from '../route.ts';
import { useNow } from '../text/use-now.ts';
import { useText } from '../text/use-text.ts';
import { Card } from './card.tsx';
import styles from './config-change.module.css';
import { useReasons } from './config-change.tsx';
import { clockOrDate } from './work-rows.tsx';

/** That the pool's program was set up anew without a word of the owner's, and why; nothing where it was not. */
export function ConfigNotice() {
  const text = useText();
  const { configChange } = useAppState();
  const reasons = useReasons();
  const now = useNow(60_000);
  if (configChange === null || !changedUnasked(configChange)) return null;
  const when = clockOrDate(configChange.at ?? now, now, text);
  return (
    <Card
      title={text.t('config.title')}
      aside={
        <a href={hrefOf('settings')} className={styles['link']}>
          {text.t('config.show')}
        </a>
      }
      lead={text.t('config.changed', { when, why: reasons(configChange) })}
    >
      <p>{text.t('config.text')}</p>
    </Card>
  );
}
