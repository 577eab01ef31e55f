import { Switch } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { gpuNames } from '../../components/gpu-names.ts';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';
import styles from './settings.module.css';

/** Which GPUs are shared and which are kept. */
export function SharedGpus() {
  const { t } = useText();
  const { orpc } = useHost();
  const { gpus } = useAppState();
  const share = useMutation(orpc.gpus.share.mutationOptions());
  return (
    <Card title={t('settings.gpus')} lead={t('settings.gpusText')}>
      <div className={styles['fields']}>
        {gpus.map(({ uuid, shared }) => (
          <Switch
            key={uuid}
            withThumbIndicator={false}
            label={t('settings.gpuShare', { name: gpuNames(gpus, [uuid]) })}
            checked={share.isPending && share.variables.uuid === uuid ? share.variables.share : shared}
            onChange={(event) => share.mutate({ uuid, share: event.currentTarget.checked })}
          />
        ))}
        {share.error === null ? null : <ProblemCard problem={problemOf(share.error)} />}
      </div>
    </Card>
  );
}
