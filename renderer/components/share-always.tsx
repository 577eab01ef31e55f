import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useHost } from '../client/host.tsx';
import { problemOf } from '../client/problem-of.ts';
import { useText } from '../text/use-text.ts';
import { ProblemCard } from './problem-card.tsx';

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
