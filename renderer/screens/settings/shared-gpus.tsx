import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConfigWish } from '../../../contract/configuration.ts';
import { formatDuration } from '../../../contract/format.ts';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { DescribedSwitch } from '../../components/described-switch.tsx';
import { gpuNames } from '../../components/gpu-names.ts';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import { ConfigConfirm } from './config-confirm.tsx';
import styles from './settings.module.css';

/** Which GPUs are shared and which are kept, why, and whether only while nobody uses this computer. */
export function SharedGpus() {
  const { t } = useText();
  const { orpc } = useHost();
  const { gpus, otherCards } = useAppState();
  const share = useMutation(orpc.gpus.share.mutationOptions());
  const [wish, setWish] = useState<ConfigWish['gpu']>(null);
  return (
    <Card title={t('settings.gpus')} lead={t('settings.gpusText')}>
      <div className={styles['fields']}>
        {gpus.map(({ uuid, kept }) => (
          <DescribedSwitch
            key={uuid}
            label={t('settings.gpuShare', { name: gpuNames(gpus, [uuid]) })}
            text={kept === null ? null : t(`gpu.why.${kept}`)}
            // A fault is not the owner's word: it is shared again once it is healthy.
            checked={
              share.isPending && share.variables.uuid === uuid
                ? share.variables.share
                : kept === null || kept === 'fault'
            }
            onChange={(on) => setWish({ uuid, share: on })}
          />
        ))}
        {otherCards.map(({ name }, index) => (
          <DescribedSwitch
            key={`${name} ${index}`}
            label={t('settings.gpuShare', { name })}
            text={t('gpu.other')}
            checked={false}
            disabled
          />
        ))}
        <OnlyWhenIdle />
        <ConfigConfirm
          wish={wish === null ? null : { gpu: wish }}
          text={t('settings.gpusText')}
          onYes={() => {
            if (wish !== null) share.mutate(wish);
            setWish(null);
          }}
          onClose={() => setWish(null)}
        />
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
      <DescribedSwitch
        label={t('settings.whenIdle')}
        text={lines.join(' ')}
        checked={change.isPending ? change.variables.on === true : on}
        onChange={(on) => change.mutate({ on })}
      />
      {change.error === null ? null : <ProblemCard problem={problemOf(change.error)} />}
    </>
  );
}
