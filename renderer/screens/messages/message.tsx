import type { ReactNode } from 'react';
import icon from '../../../assets/icons/app/icon.svg';
import styles from './message.module.css';

/** A page that has only this to say. */
export function Message({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}) {
  return (
    <main className={styles['message']}>
      <img src={icon} alt="" width={56} height={56} />
      <h1>{title}</h1>
      {text === undefined ? null : <p>{text}</p>}
      {children}
    </main>
  );
}
