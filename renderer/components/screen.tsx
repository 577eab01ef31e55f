import { useEffect, useRef, type ReactNode } from 'react';
import styles from './screen.module.css';

/** A screen with its title, which takes the focus when the screen is opened by its menu. */
export function Page({
  title,
  lead,
  children,
  aside,
}: {
  readonly title: string;
  readonly lead?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Rigshare`;
  }, [title]);
  useEffect(() => {
    if (document.activeElement !== null && document.activeElement !== document.body)
      heading.current?.focus({ preventScroll: true });
    window.scrollTo?.({ top: 0 });
  }, []);
  return (
    <div className={styles['screen']}>
      <header className={styles['header']}>
        <div>
          <h1 ref={heading} tabIndex={-1} className={styles['title']}>
            {title}
          </h1>
          {lead === undefined ? null : <p className={styles['lead']}>{lead}</p>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}
