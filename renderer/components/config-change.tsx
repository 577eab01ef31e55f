import type { ConfigChange } from '../../contract/configuration.ts';
import { useText } from '../text/use-text.ts';
import styles from './config-change.module.css';

/** What a change of the configuration changes, setting by setting. */
export function ConfigChangeTable({ change }: { readonly change: ConfigChange }) {
  const { t } = useText();
  const value = (one: string | null) => (one === null ? <em>{t('config.nothing')}</em> : one);
  return (
    <table className={styles['table']}>
      <thead>
        <tr>
          <th scope="col">{t('config.key')}</th>
          <th scope="col">{t('config.from')}</th>
          <th scope="col">{t('config.to')}</th>
        </tr>
      </thead>
      <tbody>
        {change.lines.map(({ key, from, to }) => (
          <tr key={key}>
            <th scope="row">{key}</th>
            <td>{value(from)}</td>
            <td>{value(to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Why it changes, in words: one reason after the other. */
export function useReasons(): (change: Pick<ConfigChange, 'why'>) => string {
  const { t, language } = useText();
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  return ({ why }) => list.format(why.map((reason) => t(`config.why.${reason}`)));
}
