import { useId, type ReactNode } from 'react';
import styles from './card.module.css';

/** A part of a screen with its heading; `aside` stands at the heading's other end. */
export function Card({
  title,
  aside,
  children,
  lead,
}: {
  readonly title: string;
  readonly lead?: string | undefined;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <section className={styles['card']} aria-labelledby={id}>
      <header className={styles['header']}>
        <h2 id={id} className={styles['title']}>
          {title}
        </h2>
        {aside}
      </header>
      {lead === undefined ? null : <p className={styles['lead']}>{lead}</p>}
      {children}
    </section>
  );
}

/** What an empty list says instead. */
export function Empty({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div className={styles['empty']}>
      <p className={styles['emptyTitle']}>{title}</p>
      <p>{text}</p>
    </div>
  );
}
