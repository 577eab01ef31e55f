import { Button, Drawer, SegmentedControl, Switch } from '@mantine/core';
import { useLayoutEffect, useRef, useState } from 'react';
import type { Work } from '../../contract/app-state.ts';
import type { LogStream } from '../../contract/logs.ts';
import { useText } from '../text/use-text.ts';
import { Empty } from './card.tsx';
import { CopyButton } from './copy-button.tsx';
import styles from './log-drawer.module.css';
import { ProblemCard } from './problem-card.tsx';
import { Rows } from './rows-skeleton.tsx';
import { useLog } from './use-log.ts';

/** A button that opens what a job writes. */
export function LogButton({ work }: { readonly work: Pick<Work, 'id' | 'job' | 'state'> }) {
  const { t } = useText();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        className={styles['button'] ?? ''}
        aria-label={t('work.logOf', { job: work.job })}
        onClick={() => setOpened(true)}
      >
        {t('work.log')}
      </Button>
      <LogDrawer work={work} opened={opened} onClose={() => setOpened(false)} />
    </>
  );
}

function LogDrawer({
  work,
  opened,
  onClose,
}: {
  readonly work: Pick<Work, 'id' | 'job' | 'state'>;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useText();
  const [turn, setTurn] = useState(0);
  return (
    <Drawer.Root opened={opened} onClose={onClose} position="right" size={760}>
      <Drawer.Overlay />
      <Drawer.Content bg="var(--surface)">
        <Drawer.Body>
          <div className={styles['head']}>
            <Drawer.Title className={styles['title'] ?? ''}>
              {t('work.logTitle', { job: work.job })}
            </Drawer.Title>
            <Drawer.CloseButton aria-label={t('common.close')} />
          </div>
          <Log key={turn} id={work.id} goesOn={work.state !== 'ended'} onAgain={() => setTurn(turn + 1)} />
        </Drawer.Body>
      </Drawer.Content>
    </Drawer.Root>
  );
}

function Log({
  id,
  goesOn,
  onAgain,
}: {
  readonly id: string;
  readonly goesOn: boolean;
  readonly onAgain: () => void;
}) {
  const { t } = useText();
  const [stream, setStream] = useState<LogStream>('stdout');
  const [follow, setFollow] = useState(goesOn);
  const { text, isRead, problem } = useLog(id, stream, follow);
  if (problem !== null) return <ProblemCard problem={problem} onRetry={onAgain} />;
  return (
    <>
      <div className={styles['bar']}>
        <SegmentedControl
          size="xs"
          aria-label={t('work.logStream')}
          value={stream}
          onChange={(value) => setStream(value)}
          data={[
            { value: 'stdout', label: t('work.logStdout') },
            { value: 'stderr', label: t('work.logStderr') },
          ]}
        />
        <Switch
          withThumbIndicator={false}
          label={t('work.logFollow')}
          checked={follow}
          onChange={(event) => setFollow(event.currentTarget.checked)}
        />
        <CopyButton text={text} />
      </div>
      {isRead ? <Lines text={text} follow={follow} /> : <Rows count={4} />}
    </>
  );
}

/** The lines themselves; while they are followed the newest stays in sight, unless somebody scrolled away from it. */
function Lines({ text, follow }: { readonly text: string; readonly follow: boolean }) {
  const { t } = useText();
  const box = useRef<HTMLTextAreaElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const { current } = box;
    if (current !== null && text !== '' && (atEnd.current || !follow))
      current.scrollTop = current.scrollHeight;
  }, [text, follow]);
  if (text === '') return <Empty title={t('work.logEmpty')} text={t('work.logEmptyText')} />;
  return (
    <textarea
      ref={box}
      className={styles['log']}
      aria-label={t('work.logLines')}
      readOnly
      spellCheck={false}
      value={text}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    />
  );
}
