import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useText } from '../text/use-text.ts';
import { Dialog } from './dialog.tsx';

interface ConfirmButtonProps {
  readonly label: string;
  readonly title: string;
  /** What it does, said before it is done. */
  readonly children: ReactNode;
  readonly yes: string;
  readonly no?: string;
  readonly busy: boolean;
  readonly onYes: () => void;
}

/** A button for what is not done by one click: says first what it does. */
export function ConfirmButton({ label, title, children, yes, no, busy, onYes }: ConfirmButtonProps) {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const buttons = (
    <>
      <Button variant="default" onClick={close} data-autofocus>
        {no ?? t('common.cancel')}
      </Button>
      <Button
        onClick={() => {
          onYes();
          close();
        }}
      >
        {yes}
      </Button>
    </>
  );
  return (
    <>
      <Button variant="default" loading={busy} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <Dialog title={title} opened={open} onClose={close} buttons={buttons}>
        {children}
      </Dialog>
    </>
  );
}
