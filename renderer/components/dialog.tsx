import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import styles from './dialog.module.css';

/** A dialog with its buttons at the end. */
export function Dialog({
  title,
  opened,
  onClose,
  buttons,
  children,
}: {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}) {
  const { t } = useText();
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      size={480}
      radius="lg"
      padding="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
      classNames={{ title: styles['title'] ?? '' }}
    >
      <div className={styles['body']}>{children}</div>
      <div className={styles['buttons']}>{buttons}</div>
    </Modal>
  );
}
