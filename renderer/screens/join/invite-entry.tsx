import { Button, Textarea } from '@mantine/core';
import { useRef, useState, type DragEvent } from 'react';
import { Card } from '../../components/card.tsx';
import { Icon } from '../../components/icons.tsx';
import { useText } from '../../text/use-text.ts';
import type { InviteInput } from './invite-input.ts';
import styles from './join.module.css';

/** Longest file read, in bytes; the host refuses shorter ones too, and says why. */
const longest = 2_000_000;

/** An invite by hand: pasted, dropped or opened. */
export function InviteEntry({ onInvite }: { readonly onInvite: (invite: InviteInput) => void }) {
  const { t } = useText();
  const [text, setText] = useState('');
  const paste = () => {
    if (text.trim() !== '') onInvite({ text, from: 'paste' });
  };
  return (
    <Card title={t('join.paste')}>
      <form
        className={styles['entry']}
        onSubmit={(event) => {
          event.preventDefault();
          paste();
        }}
      >
        <Textarea
          aria-label={t('join.paste')}
          description={t('join.pasteHint')}
          rows={3}
          value={text}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'ui-monospace, monospace', fontSize: 13 } }}
        />
        <Button type="submit" disabled={text.trim() === ''} className={styles['start'] ?? ''}>
          {t('join.show')}
        </Button>
      </form>
      <p className={styles['or']}>{t('join.or')}</p>
      <FileDrop onInvite={onInvite} />
    </Card>
  );
}

function FileDrop({ onInvite }: { readonly onInvite: (invite: InviteInput) => void }) {
  const { t } = useText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [failed, setFailed] = useState(false);
  const open = (file: File | undefined) => {
    if (file === undefined) return;
    readInvite(file).then(
      (text) => onInvite({ text, from: 'file' }),
      () => setFailed(true),
    );
  };
  const drag = (isOver: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(isOver);
  };
  return (
    <div
      className={styles['drop']}
      data-over={over || undefined}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(event) => {
        drag(false)(event);
        open(event.dataTransfer.files[0]);
      }}
    >
      <Icon name="file" size={24} />
      <p>{t(over ? 'join.dropNow' : 'join.drop')}</p>
      <Button variant="default" size="sm" onClick={() => input.current?.click()}>
        {t('join.openFile')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".rigshare,.json,application/json"
        aria-label={t('join.openFile')}
        hidden
        onChange={(event) => {
          open(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      {failed ? <p role="alert">{t('join.fileUnreadable')}</p> : null}
    </div>
  );
}

/** The file's text; of one that can be no invite only so much that the host can say so. */
async function readInvite(file: File): Promise<string> {
  return await file.slice(0, longest).text();
}
