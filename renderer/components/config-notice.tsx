import { changedUnasked } from '../../contract/usual.ts';
import { useAppState } from '../client/host.tsx';
import { hrefOf } from '../route.ts';
import { useNow } from '../text/use-now.ts';
import { useText } from '../text/use-text.ts';
import { Card } from './card.tsx';
import styles from './config-change.module.css';
import { ConfigChangeTable, useReasons } from './config-change.tsx';
import { Details } from './details.tsx';
import { clockOrDate } from './work-rows.tsx';

/** That the pool's program is about to be set up anew, or was without a word of the owner's, and why; else nothing. */
export function ConfigNotice() {
  const text = useText();
  const { configChange } = useAppState();
  const reasons = useReasons();
  const now = useNow(60_000);
  if (configChange === null) return null;
  const { at } = configChange;
  if (at !== null && !changedUnasked(configChange)) return null;
  const why = reasons(configChange);
  return (
    <Card
      title={text.t('config.title')}
      aside={
        <a href={hrefOf('settings')} className={styles['link']}>
          {text.t('config.show')}
        </a>
      }
      lead={
        at === null
          ? text.t('config.pending', { why })
          : text.t('config.changed', { when: clockOrDate(at, now, text), why })
      }
    >
      <p>{text.t('config.text')}</p>
      {at === null ? (
        <Details>
          <ConfigChangeTable change={configChange} />
        </Details>
      ) : null}
    </Card>
  );
}
