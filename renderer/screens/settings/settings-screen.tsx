import { Card } from '../../components/card.tsx';
import { UpdateCard } from '../../components/update-card.tsx';
import { Page } from '../../components/screen.tsx';
import { useAppState } from '../../client/host.tsx';
import { useText } from '../../text/use-text.ts';
import { pageVersion } from '../../version.ts';
import { Diagnose } from './diagnose.tsx';
import { AgentConfig } from './agent-config.tsx';
import { LeavePool } from './leave-pool.tsx';
import { LimitsCard } from './limits.tsx';
import { Looks } from './looks.tsx';
import { Paths } from './paths.tsx';
import { SharedGpus } from './shared-gpus.tsx';
import { StopHost } from './stop-host.tsx';
import styles from './settings.module.css';

/** What the owner may set, and the ways out. */
export function SettingsScreen() {
  const { t } = useText();
  const { pool, gpus } = useAppState();
  return (
    <Page title={t('settings.title')}>
      <Looks />
      {pool !== null && gpus.length > 0 ? <SharedGpus /> : null}
      <UpdateCard />
      {pool === null ? null : <LimitsCard />}
      <LeavePool />
      {pool === null ? null : <AgentConfig />}
      <Paths />
      <Diagnose />
      <StopHost />
      <About />
    </Page>
  );
}

function About() {
  const { t } = useText();
  const { version } = useAppState();
  return (
    <Card title={t('settings.about')}>
      <div className={styles['about']}>
        <p>
          <strong>{t('app.name')}</strong> {t('settings.version', { version: pageVersion })}
        </p>
        {version === pageVersion ? null : <p>{t('settings.versionHost', { version })}</p>}
        <p className={styles['dim']}>{t('settings.licence')}</p>
      </div>
    </Card>
  );
}
