import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ConfigWish } from '../../../contract/configuration.ts';
import { useHost } from '../../client/host.tsx';
import { ConfigChangeTable } from '../../components/config-change.tsx';
import { Details } from '../../components/details.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useText } from '../../text/use-text.ts';

/** Says what a wish changes of the pool's program, and what that costs, before it is done. Nothing where nothing is wished. */
export function ConfigConfirm({
  wish,
  text,
  onYes,
  onClose,
}: {
  readonly wish: Partial<ConfigWish> | null;
  readonly text: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
}) {
  const { t } = useText();
  const { orpc } = useHost();
  const { data } = useQuery(
    orpc.agent.configuration.queryOptions({ input: wish ?? {}, staleTime: 0, enabled: wish !== null }),
  );
  const change = data?.pending ?? null;
  const buttons = (
    <>
      <Button variant="default" onClick={onClose}>
        {t('common.cancel')}
      </Button>
      <Button data-autofocus onClick={onYes}>
        {t('config.confirm')}
      </Button>
    </>
  );
  return (
    <Dialog title={t('config.confirmTitle')} opened={wish !== null} onClose={onClose} buttons={buttons}>
      <p>{text}</p>
      {change === null ? null : (
        <Details>
          <ConfigChangeTable change={change} />
        </Details>
      )}
    </Dialog>
  );
}
