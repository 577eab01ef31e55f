import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { NodeState } from '../../contract/node-state.ts';
import { reasonsOf } from '../../contract/phrases.ts';
import { useHost } from '../client/host.tsx';
import { problemOf } from '../client/problem-of.ts';
import { useText } from '../text/use-text.ts';
import { ProblemCard } from './problem-card.tsx';

/** Whether it is paused because somebody uses this computer, or nothing tells that nobody does. */
export const waitsForIdle = (node: NodeState): boolean => reasonsOf(node).some((r) => r.reason === 'idle');

/** The one switch from "only while nobody uses this computer" to always. */
export function ShareAlways({ size }: { readonly size: 'sm' | 'md' }) {
  const { t } = useText();
  const { orpc } = useHost();
  const always = useMutation(orpc.sharing.whenIdle.mutationOptions());
  return (
    <>
      <Button
        size={size}
        variant="default"
        loading={always.isPending}
        onClick={() => always.mutate({ on: false })}
      >
        {t('gpu.always')}
      </Button>
      {always.error === null ? null : <ProblemCard problem={problemOf(always.error)} />}
    </>
  );
}
