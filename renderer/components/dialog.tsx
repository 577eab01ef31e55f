import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}

/** A dialog with its buttons at the end. */
export function Dialog({ title, opened, onClose, buttons, children }: DialogProps) {
  const { t } = useText();
  return (
    <Modal.Root opened={opened} onClose={onClose} centered size={480}>
      <Modal.Overlay />
      <Modal.Content radius="lg" bg="var(--surface)">
        <Modal.Body p="lg">
          <div className={styles['head']}>
            <Modal.Title className={styles['title'] ?? ''}>{title}</Modal.Title>
            <Modal.CloseButton aria-label={t('common.close')} />
          </div>
          <div className={styles['body']}>{children}</div>
          <div className={styles['buttons']}>{buttons}</div>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
