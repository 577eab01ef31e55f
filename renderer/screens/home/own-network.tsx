import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useAppState, useHost } from '../../client/host.tsx';
import { problemOf } from '../../client/problem-of.ts';
import { Card } from '../../components/card.tsx';
import { ProblemCard } from '../../components/problem-card.tsx';
import { useText } from '../../text/use-text.ts';

/** The way to the owner's own network in a long pause, and back; nobody is asked for a password. */
export function OwnNetwork() {
  const { t } = useText();
  const { ownNetwork } = useAppState();
  const { orpc } = useHost();
  const go = useMutation(orpc.sharing.ownNetwork.mutationOptions());
  if (ownNetwork === null || (!ownNetwork.offered && !ownNetwork.wanted)) return null;
  const { wanted, there, none } = ownNetwork;
  const says = wanted ? (there ? 'isThere' : 'onTheWay') : 'offer';
  return (
    <Card title={t('network.own.title')}>
      <p>{t(`network.own.${says}${none ? 'None' : ''}`)}</p>
      <Button variant="default" loading={go.isPending} onClick={() => go.mutate({ on: !wanted })}>
        {t(wanted ? 'network.own.back' : none ? 'network.own.off' : 'network.own.go')}
      </Button>
      {go.error === null ? null : <ProblemCard problem={problemOf(go.error)} />}
    </Card>
  );
}
