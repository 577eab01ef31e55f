import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useHost } from '../../client/host.tsx';
import { ConfigChangeTable } from '../../components/config-change.tsx';
import { Details } from '../../components/details.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useText } from '../../text/use-text.ts';

/** A card that the owner clicked on: shared from now on, or kept. */
export interface GpuWish {
  readonly uuid: string;
  readonly share: boolean;
}

/** Says what sharing or keeping a card changes of the pool's program, and what that costs, before it is done. */
export function GpuChange({
  wish,
  onYes,
  onClose,
}: {
  readonly wish: GpuWish | null;
  readonly onYes: (wish: GpuWish) => void;
  readonly onClose: () => void;
}) {
  const { t } = useText();
  const { orpc } = useHost();
  const { data } = useQuery(
    orpc.agent.configuration.queryOptions({ input: { gpu: wish }, staleTime: 0, enabled: wish !== null }),
  );
  const change = data?.pending ?? null;
  const buttons = (
    <>
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      <Button data-autofocus onClick={() => wish !== null && onYes(wish)}>
        {t('config.confirm')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('config.confirmTitle')} opened={wish !== null} onClose={onClose} buttons={buttons}>
      <p>{t('settings.gpusText')}</p>
      {change === null ? null : (
        <Details>
          <ConfigChangeTable change={change} />
        </Details>
      )}
    </Dialog>
  );
}
