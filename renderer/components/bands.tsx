import { Button } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useAppState, useHost, useSnapshot } from '../client/host.tsx';
import { hrefOf } from '../route.ts';
import { useText } from '../text/use-text.ts';
import { pageVersion } from '../version.ts';
import styles from './bands.module.css';
import { RemedyButton } from './remedy-button.tsx';

/** What must be seen on every screen: a lost connection, versions that differ, and that this is the demo. */
export function Bands() {
  const bands = useRef<HTMLElement>(null);
  useHeight(bands);
  return (
    <aside ref={bands} className={styles['bands']}>
      <Lost />
      <Versions />
      <Demo />
    </aside>
  );
}

function Lost() {
  const { t } = useText();
  const { connection } = useHost();
  const { link } = useSnapshot();
  return (
    <output className={styles['lost']}>
      {link === 'lost' ? (
        <div className={styles['band']} data-tone="warn">
          <p>
            <strong>{t('app.lost')}</strong> · {t('app.lostNext')}
          </p>
          <Button size="xs" variant="default" onClick={connection.retryNow}>
            {t('app.lostTry')}
          </Button>
        </div>
      ) : null}
    </output>
  );
}

function Versions() {
  const { t } = useText();
  const { version } = useAppState();
  if (version === pageVersion) return null;
  return (
    <div className={styles['band']} data-tone="warn">
      <p>{t('app.versions', { page: pageVersion, host: version })}</p>
      <RemedyButton problem={{ code: 'host-version-differs', remedy: 'restart-app', detail: null }} />
    </div>
  );
}

function Demo() {
  const { t } = useText();
  const { demo } = useAppState();
  if (!demo) return null;
  return (
    <div className={styles['band']} data-tone="demo">
      <p>
        <strong>{t('app.demo')}</strong> · {t('app.demoText')}
      </p>
      <a href={hrefOf('join')}>{t('app.demoJoin')}</a>
    </div>
  );
}

/** Tells the menu how high the bands are, since it stands below them. */
function useHeight(bands: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const element = bands.current;
    if (element === null) return undefined;
    const tell = () => document.documentElement.style.setProperty('--bands', `${element.offsetHeight}px`);
    const observer = new ResizeObserver(tell);
    observer.observe(element);
    tell();
    return () => observer.disconnect();
  }, [bands]);
}
