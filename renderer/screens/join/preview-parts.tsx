import type { ReactNode } from 'react';
import type { InvitePreview } from '../../../contract/invite-preview.ts';
import { amountDigits, formatAmount, formatMoment } from '../../../contract/format.ts';
import { Card } from '../../components/card.tsx';
import { Icon, type IconName } from '../../components/icons.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './join.module.css';

interface PartProps {
  readonly preview: InvitePreview;
}

/** Who runs the pool, for whom the invite is, and until when. */
export function Who({ preview: { pool, contributor, uses, expiresAt } }: PartProps) {
  const { t, language } = useText();
  return (
    <Card title={t('join.who')}>
      <dl className={styles['facts']}>
        <Fact label={t('join.operator')}>{pool.operator}</Fact>
        <Fact label={t('join.contact')}>{pool.contact}</Fact>
        {contributor === null ? null : <Fact label={t('join.contributor')}>{contributor}</Fact>}
        <Fact label={t('join.uses')}>
          {uses === 'one' ? t('join.usesOne') : t('join.usesMany', { count: uses })}
        </Fact>
        <Fact label={t('join.expires')}>
          {expiresAt === null ? t('join.expiresNever') : formatMoment(expiresAt, language)}
        </Fact>
      </dl>
    </Card>
  );
}

/** What the pool pays per GPU hour. */
export function Prices({ preview: { prices } }: PartProps) {
  const { t, language } = useText();
  if (prices === null) {
    return (
      <Card title={t('join.prices')}>
        <p>{t('join.pricesNone')}</p>
      </Card>
    );
  }
  const digits = amountDigits(prices.perGpuHour.map(({ micros }) => micros));
  const sorted = [...prices.perGpuHour].sort(
    (a, b) => Number(a.gpuType === 'default') - Number(b.gpuType === 'default'),
  );
  return (
    <Card title={t('join.prices')} lead={t('join.pricesPer')}>
      <dl className={styles['facts']}>
        {sorted.map(({ gpuType, micros }) => (
          <Fact key={gpuType} label={gpuType === 'default' ? t('join.pricesDefault') : gpuType} end>
            {formatAmount(micros, prices.currency, language, digits)}
          </Fact>
        ))}
      </dl>
    </Card>
  );
}

/** Every host and port this computer would reach. */
export function Connects({ preview: { connects } }: PartProps) {
  const { t } = useText();
  return (
    <Card title={t('join.connects')} lead={t('join.connectsText')}>
      <ul className={styles['connects']}>
        {connects.map(({ what, host, port, protocol }) => (
          <li key={`${what} ${host} ${port}`}>
            <code>
              {host}:{port}
            </code>
            <span>
              {t(`join.what.${what}`)} · {protocol.toUpperCase()}
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What the pool may do on this computer. */
export function MayDo({ preview: { shieldsUp, peers, ownersMayReadLogs, signIn } }: PartProps) {
  const { t } = useText();
  return (
    <Card title={t('join.may')}>
      <ul className={styles['points']}>
        <Point icon={shieldsUp ? 'check' : 'alert'}>
          {t(shieldsUp ? 'join.shieldsUp' : 'join.shieldsDown')}
        </Point>
        <Point icon={peers ? 'alert' : 'check'}>{t(peers ? 'join.peers' : 'join.noPeers')}</Point>
        <Point icon="info">{t(ownersMayReadLogs ? 'join.logs' : 'join.noLogs')}</Point>
        <Point icon="info">{t(`join.signIn.${signIn}`)}</Point>
      </ul>
    </Card>
  );
}

function Point({ icon, children }: { readonly icon: IconName; readonly children: ReactNode }) {
  return (
    <li data-icon={icon}>
      <Icon name={icon} size={18} />
      <span>{children}</span>
    </li>
  );
}

function Fact({
  label,
  children,
  end = false,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly end?: boolean;
}) {
  return (
    <div data-end={end || undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
