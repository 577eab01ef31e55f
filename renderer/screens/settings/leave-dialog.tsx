import { Button, Radio, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { LeaveOptions, Leaving } from '../../../contract/leaving.ts';
import { ledgerChoices, usualLeave } from '../../../contract/usual.ts';
import { formatBytes } from '../../../contract/format.ts';
import { useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText, type Text } from '../../text/use-text.ts';
import styles from './settings.module.css';

interface LeaveDialogProps {
  readonly pool: string;
  /** Jobs that run here. */
  readonly jobs: number;
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onLeave: (options: LeaveOptions) => void;
}

/** What leaving takes away and asks, with the choices there are; nothing happens before its last button. */
export function LeaveDialog({ pool, jobs, opened, onClose, onLeave }: LeaveDialogProps) {
  const { t } = useText();
  const { orpc } = useHost();
  const [options, setOptions] = useState<LeaveOptions>(usualLeave);
  // Looked at anew each time: what jobs left changes.
  const found = useQuery(orpc.pool.leaving.queryOptions({ enabled: opened, staleTime: 0, gcTime: 0 }));
  const change = (some: Partial<LeaveOptions>) => setOptions({ ...options, ...some });
  const exportTo = options.exportTo ?? found.data?.exportTo ?? '';
  const leave = () => {
    onLeave(options.ledger === 'export' ? { ...options, exportTo } : { ...options, exportTo: null });
    onClose();
  };
  const buttons = (
    <>
      <Button variant="default" onClick={onClose} data-autofocus>
        {t('settings.stay')}
      </Button>
      <Button onClick={leave} disabled={options.ledger === 'export' && exportTo.trim() === ''}>
        {t('settings.leave')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('settings.leaveTitle', { pool })} opened={opened} onClose={onClose} buttons={buttons}>
      <div className={styles['fields']}>
        <p>{t('settings.leaveUndo')}</p>
        {jobs > 0 ? <Jobs count={jobs} how={options.how} onHow={(how) => change({ how })} /> : null}
        {found.error === null ? null : (
          <ProblemCard problem={problemOf(found.error)} onRetry={() => void found.refetch()} />
        )}
        {found.data === undefined ? (
          found.error === null ? (
            <output>{t('leaving.looking')}</output>
          ) : null
        ) : (
          <Came found={found.data} images={options.images} onImages={(images) => change({ images })} />
        )}
        <Radio.Group
          label={t('leaving.ledger')}
          value={options.ledger}
          onChange={(value) => change({ ledger: ledgerChoices.find((one) => one === value) ?? 'keep' })}
        >
          <Choice value="keep" label={t('leaving.ledgerKeep')} />
          <Choice value="export" label={t('leaving.ledgerExport')} />
          <Choice value="remove" label={t('leaving.ledgerRemove')} />
        </Radio.Group>
        {options.ledger === 'export' ? (
          <TextInput
            label={t('leaving.file')}
            description={t('leaving.fileHint')}
            value={exportTo}
            maxLength={4_000}
            spellCheck={false}
            onChange={(event) => change({ exportTo: event.currentTarget.value })}
          />
        ) : null}
        {found.data === undefined ? null : <p className={styles['dim']}>{promptsText(found.data, t)}</p>}
      </div>
    </Dialog>
  );
}

function Jobs({
  count,
  how,
  onHow,
}: {
  readonly count: number;
  readonly how: LeaveOptions['how'];
  readonly onHow: (how: LeaveOptions['how']) => void;
}) {
  const { t } = useText();
  return (
    <Radio.Group
      label={t('leaving.jobs')}
      description={t('settings.leaveText', { count })}
      value={how}
      onChange={(value) => onHow(value === 'finish' ? 'finish' : 'now')}
    >
      <Choice value="now" label={t('leaving.jobsNow')} />
      <Choice value="finish" label={t('leaving.jobsFinish')} />
    </Radio.Group>
  );
}

/** What jobs brought, with its sizes. */
function Came({
  found,
  images,
  onImages,
}: {
  readonly found: Leaving;
  readonly images: LeaveOptions['images'];
  readonly onImages: (images: LeaveOptions['images']) => void;
}) {
  const text = useText();
  const { t } = text;
  const parts = cameParts(found, text);
  return (
    <>
      {found.engineProblem === null ? null : <p>{t('leaving.engineAway')}</p>}
      {parts.length === 0 ? (
        <p>{t('leaving.cameNone')}</p>
      ) : (
        <Radio.Group
          label={t('leaving.came')}
          description={parts.join(' · ')}
          value={images}
          onChange={(value) => onImages(value === 'keep' ? 'keep' : 'remove')}
        >
          <Choice value="remove" label={t('leaving.cameRemove')} />
          <Choice value="keep" label={t('leaving.cameKeep')} />
        </Radio.Group>
      )}
      <p>{t('leaving.folders', { size: sizeText(found.folderBytes, text) })}</p>
    </>
  );
}

const Choice = ({ value, label }: { readonly value: string; readonly label: string }) => (
  <Radio mt="xs" value={value} label={label} />
);

function cameParts({ images, volumes, networks }: Leaving, text: Text): readonly string[] {
  const { t } = text;
  const sum = (list: readonly { readonly bytes: number | null }[]) =>
    sizeText(
      list.some(({ bytes }) => bytes === null)
        ? null
        : list.reduce((all, { bytes }) => all + (bytes ?? 0), 0),
      text,
    );
  return [
    ...(images.length > 0 ? [t('leaving.images', { count: images.length, size: sum(images) })] : []),
    ...(volumes.length > 0 ? [t('leaving.volumes', { count: volumes.length, size: sum(volumes) })] : []),
    ...(networks.length > 0 ? [t('leaving.networks', { count: networks.length })] : []),
  ];
}

const sizeText = (bytes: number | null, { t, language }: Text): string =>
  bytes === null ? t('leaving.sizeUnknown') : formatBytes(bytes, language);

const promptsText = ({ prompts }: Leaving, t: Text['t']): string =>
  prompts === 0 ? t('leaving.noPrompt') : t('leaving.prompts', { count: prompts });
