import { Button, Textarea } from '@mantine/core';
import type { Problem } from '../../contract/problems.ts';
import { useAppState } from '../client/host.tsx';
import { useNow } from '../text/use-now.ts';
import { useText } from '../text/use-text.ts';
import { pageVersion } from '../version.ts';
import { CopyButton } from './copy-button.tsx';
import { Dialog } from './dialog.tsx';
import { SaveReport } from './save-report.tsx';
import { reportText } from './report.ts';

/** What helps to find a fault, to be read before it is copied. */
export function ReportDialog({
  problem,
  opened,
  onClose,
}: {
  readonly problem: Problem;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  const { t } = useText();
  const state = useAppState();
  const now = useNow(60_000);
  const text = opened
    ? reportText(problem, state, { version: pageVersion, browser: navigator.userAgent }, now)
    : '';
  const buttons = (
    <>
      <CopyButton text={text} />
      <Button size="xs" onClick={onClose}>
        {t('common.close')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('report.title')} opened={opened} onClose={onClose} buttons={buttons}>
      <p>{t('report.short')}</p>
      <Textarea
        aria-label={t('report.title')}
        value={text}
        readOnly
        rows={10}
        styles={{ input: { fontFamily: 'monospace', fontSize: 12 } }}
      />
      <SaveReport />
    </Dialog>
  );
}
