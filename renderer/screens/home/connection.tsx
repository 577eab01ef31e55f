import type { TailnetSummary } from '../../../contract/app-state.ts';
import { problemPhrase } from '../../../contract/phrases.ts';
import { Card } from '../../components/card.tsx';
import { Details } from '../../components/details.tsx';
import { Icon } from '../../components/icons.tsx';
import { RemedyButton } from '../../components/remedy-button.tsx';
import { hrefOf } from '../../route.ts';
import { networkText } from '../../text/network-text.ts';
import { useText } from '../../text/use-text.ts';
import styles from './connection.module.css';

/** How the pool's servers are reached, and what could be better. */
export function Connection({ tailnet }: { readonly tailnet: TailnetSummary }) {
  const text = useText();
  const { t, say } = text;
  const { quality, address, connected, controlOnline } = tailnet;
  const relay = quality?.nearestRelay ?? null;
  return (
    <Card
      title={t('network.label')}
      aside={
        <a href={hrefOf('diagnosis')} className={styles['more']}>
          {t('diagnosis.title')}
        </a>
      }
    >
      <p className={styles['line']}>{networkText(tailnet, text)}</p>
      {controlOnline === false && connected ? <p>{t('network.controlAway')}</p> : null}
      {quality === undefined || quality.problems.length === 0 ? null : (
        <ul className={styles['problems']}>
          {quality.problems.map((problem) => (
            <li key={problem.code}>
              <Icon name="info" size={18} />
              <span>{say(problemPhrase(problem))}</span>
              <RemedyButton problem={problem} />
            </li>
          ))}
        </ul>
      )}
      <Details>
        <dl className={styles['details']}>
          {address === null ? null : <Row label={t('network.address')} value={address} />}
          {relay === null ? null : (
            <Row
              label={t('network.nearestRelay')}
              value={
                relay.ms === null
                  ? relay.name
                  : t('network.withMs', { what: relay.name, ms: Math.round(relay.ms) })
              }
            />
          )}
          {address === null && relay === null ? (
            <Row label={t('network.address')} value={t('common.dash')} />
          ) : null}
        </dl>
      </Details>
    </Card>
  );
}

function Row({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
