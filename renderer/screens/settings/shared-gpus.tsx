import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { formatDuration } from '../../../contract/format.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { gpuNames } from '../../components/gpu-names.ts';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './settings.module.css';

/** Which GPUs are shared and which are kept, why, and whether only while nobody uses this computer. */
export function SharedGpus() {
  const { t } = useText();
  const { orpc } = useHost();
  const { gpus, otherCards } = useAppState();
  const share = useMutation(orpc.gpus.share.mutationOptions());
  return (
    <Card title={t('settings.gpus')} lead={t('settings.gpusText')}>
      <div className={styles['fields']}>
        {gpus.map(({ uuid, kept }) => (
          <Switch
            key={uuid}
            withThumbIndicator={false}
            label={t('settings.gpuShare', { name: gpuNames(gpus, [uuid]) })}
            description={kept === null ? null : t(`gpu.why.${kept}`)}
            // A fault is not the owner's word: it is shared again once it is healthy.
            checked={
              share.isPending && share.variables.uuid === uuid
                ? share.variables.share
                : kept === null || kept === 'fault'
            }
            onChange={(event) => share.mutate({ uuid, share: event.currentTarget.checked })}
          />
        ))}
        {otherCards.map(({ name }, index) => (
          <Switch
            key={`${name} ${index}`}
            withThumbIndicator={false}
            label={t('settings.gpuShare', { name })}
            description={t('gpu.other')}
            checked={false}
            disabled
          />
        ))}
        <OnlyWhenIdle />
        {share.error === null ? null : <ProblemCard problem={problemOf(share.error)} />}
      </div>
    </Card>
  );
}

function OnlyWhenIdle() {
  const { t, language } = useText();
  const { orpc } = useHost();
  const { whenIdle } = useAppState();
  const change = useMutation(orpc.sharing.whenIdle.mutationOptions());
  const { on, by, afterMs, source } = whenIdle;
  const lines = [
    t('settings.whenIdleText', { duration: formatDuration(afterMs, language) }),
    ...(by === 'display' ? [t('settings.whenIdleRule')] : []),
    ...(on
      ? [source === null ? t('settings.whenIdleUnknown') : t('settings.whenIdleSource', { source })]
      : []),
  ];
  return (
    <>
      <Switch
        withThumbIndicator={false}
        label={t('settings.whenIdle')}
        description={lines.join(' ')}
        checked={change.isPending ? change.variables.on === true : on}
        onChange={(event) => change.mutate({ on: event.currentTarget.checked })}
      />
      {change.error === null ? null : <ProblemCard problem={problemOf(change.error)} />}
    </>
  );
}
