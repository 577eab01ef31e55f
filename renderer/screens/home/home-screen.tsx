import type { AppState } from '../../../contract/app-state.ts';
import { formatAmount, formatDuration } from '../../../contract/format.ts';
import { useAppState, useSnapshot } from '../../client/host.tsx';
import { Card, Empty } from '../../components/card.tsx';
import { ConfigNotice } from '../../components/config-notice.tsx';
import { GpuCard } from '../../components/gpu-card.tsx';
import { OtherCard } from '../../components/other-card.tsx';
import { Page } from '../../components/screen.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { UpdateCard } from '../../components/update-card.tsx';
import { WorkRows } from '../../components/work-rows.tsx';
import { hrefOf } from '../../route.ts';
import { useText } from '../../text/use-text.ts';
import { whyNoWork } from '../work/work-screen.tsx';
import { Connection } from './connection.tsx';
import { Hero } from './hero.tsx';
import styles from './home-screen.module.css';
import { OwnNetwork } from './own-network.tsx';

/** What this computer does now, and the way to have it back. */
export function HomeScreen() {
  const { t } = useText();
  const state = useAppState();
  return (
    <Page title={t('home.title')}>
      <Hero />
      {state.notices.length === 0 ? null : (
        <section aria-label={t('home.notices')} className={styles['notices']}>
          {state.notices.map((notice) => (
            <ProblemCard key={notice.code} problem={notice} />
          ))}
        </section>
      )}
      <UpdateCard />
      <ConfigNotice />
      {state.pool === null ? null : <Today state={state} />}
      <Gpus />
      {state.pool === null ? null : <WorkNow state={state} />}
      <OwnNetwork />
      {state.tailnet === null ? null : <Connection tailnet={state.tailnet} />}
    </Page>
  );
}

function Today({ state: { today, pool, demo } }: { readonly state: AppState }) {
  const { t, language } = useText();
  const amount = today.micros === null ? null : formatAmount(today.micros, pool?.currency ?? null, language);
  return (
    <Card title={t('home.today')} aside={<More href={hrefOf('earnings')}>{t('home.seeEarnings')}</More>}>
      <dl className={styles['stats']}>
        {amount === null ? (
          <Stat label={t('home.unpaid')} value={t('common.dash')} />
        ) : (
          <Stat label={t(demo ? 'home.earnedDemo' : 'home.earned')} value={amount} />
        )}
        <Stat label={t('home.gpuTime')} value={formatDuration(today.gpuMs, language)} />
        <Stat label={t('home.jobs')} value={new Intl.NumberFormat(language).format(today.jobs)} />
      </dl>
    </Card>
  );
}

function Stat({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div className={styles['stat']}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Gpus() {
  const { t } = useText();
  const { gpus, gpuProblem, node, notes, otherCards } = useAppState();
  // The state above says it already.
  const isSaid = [node, ...notes].some((s) => s.kind === 'attention' && s.problem.code === gpuProblem?.code);
  const { samples } = useSnapshot();
  return (
    <section aria-label={t('home.gpus')} className={styles['gpus']}>
      {gpuProblem === null || isSaid ? null : <ProblemCard problem={gpuProblem} />}
      {gpus.map((gpu) => (
        <GpuCard key={gpu.uuid} gpu={gpu} samples={samples.get(gpu.uuid) ?? []} />
      ))}
      {otherCards.map((card, index) => (
        <OtherCard key={`${card.name} ${index}`} card={card} />
      ))}
      {gpus.length === 0 && otherCards.length === 0 && (gpuProblem === null || isSaid) ? (
        <Empty title={t('gpu.none')} text={t('gpu.noneText')} />
      ) : null}
    </section>
  );
}

function WorkNow({ state: { work, node } }: { readonly state: AppState }) {
  const { t } = useText();
  const going = work.filter(({ state }) => state !== 'ended');
  return (
    <Card title={t('home.workNow')} aside={<More href={hrefOf('work')}>{t('home.seeWork')}</More>}>
      {going.length === 0 ? (
        <Empty title={t('work.none')} text={t(whyNoWork(node.kind))} />
      ) : (
        <WorkRows work={going} />
      )}
    </Card>
  );
}

function More({ href, children }: { readonly href: string; readonly children: string }) {
  return (
    <a href={href} className={styles['more']}>
      {children}
    </a>
  );
}
