import type { ReactNode } from 'react';
import icon from '../../assets/icons/app/icon.svg';
import { useAppState } from '../client/host.tsx';
import { hrefOf, screens, type Screen } from '../route.ts';
import { networkText } from '../text/network-text.ts';
import { useText } from '../text/use-text.ts';
import { Bands } from './bands.tsx';
import { Icon } from './icons.tsx';
import styles from './shell.module.css';

/** The frame of every screen: the menu, and above all what must be known everywhere. */
export function Shell({ screen, children }: { readonly screen: Screen; readonly children: ReactNode }) {
  const { t } = useText();
  return (
    <>
      <a href="#content" className="skip-link" onClick={skip}>
        {t('app.skip')}
      </a>
      <Bands />
      <div className={styles['frame']}>
        <header className={styles['side']}>
          <div className={styles['brand']}>
            <img src={icon} alt="" width={30} height={30} />
            <span>{t('app.name')}</span>
          </div>
          <nav aria-label={t('nav.label')} className={styles['menu']}>
            {screens.map((one) => (
              <a
                key={one}
                href={hrefOf(one)}
                aria-current={one === screen ? 'page' : undefined}
                className={styles['item']}
              >
                <Icon name={one} />
                <span>{t(`nav.${one}`)}</span>
              </a>
            ))}
          </nav>
          <PoolLine />
        </header>
        <main id="content" tabIndex={-1} className={styles['main']}>
          {children}
        </main>
      </div>
    </>
  );
}

/** The pool and how it is reached, at the foot of the menu. */
function PoolLine() {
  const text = useText();
  const { pool, tailnet } = useAppState();
  if (pool === null) return null;
  return (
    <div className={styles['pool']}>
      <span className={styles['poolName']}>{pool.name}</span>
      <span className={styles['network']} data-on={tailnet?.connected || undefined}>
        {networkText(tailnet, text)}
      </span>
    </div>
  );
}

/** Without the address: that belongs to the screens. */
function skip(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
