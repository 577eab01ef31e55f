import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AppState } from '../../contract/app-state.ts';
import { remedyPhrase } from '../../contract/phrases.ts';
import type { Problem } from '../../contract/problems.ts';
import { useAppState, useHost } from '../client/host.tsx';
import { goTo } from '../route.ts';
import { useText } from '../text/use-text.ts';
import { HelpDialog } from './help-dialog.tsx';
import { remedyActions, type RemedyAction } from './remedy-action.ts';
import { ReportDialog } from './report-dialog.tsx';

interface RemedyButtonProps {
  readonly problem: Problem;
  /** What trying again means here; else the host is asked to try again. */
  readonly onRetry?: () => void;
  /** Where another invite is asked for; else the join screen. */
  readonly onNewInvite?: () => void;
  readonly variant?: 'filled' | 'default';
  readonly size?: 'sm' | 'md';
}

/** The one button beside a problem. */
export function RemedyButton({
  problem,
  onRetry,
  onNewInvite,
  variant = 'default',
  size = 'sm',
}: RemedyButtonProps) {
  const { say } = useText();
  const state = useAppState();
  const [open, setOpen] = useState(false);
  const { orpc, connection } = useHost();
  const retryHost = useMutation(orpc.sharing.retry.mutationOptions());
  const resume = useMutation(orpc.sharing.resume.mutationOptions());
  const install = useMutation(orpc.sharing.install.mutationOptions());
  const always = useMutation(orpc.sharing.whenIdle.mutationOptions());
  const retry = onRetry ?? (() => retryHost.mutate({}));
  const action = remedyActions[problem.remedy];
  const signInUrl = signInUrlOf(state);
  const close = () => setOpen(false);

  if (action.do === 'sign-in' && signInUrl !== null) {
    return (
      <Button component="a" href={signInUrl} target="_blank" rel="noreferrer" variant={variant} size={size}>
        {say(remedyPhrase(problem))}
      </Button>
    );
  }
  return (
    <>
      <Button
        variant={variant}
        size={size}
        onClick={run}
        loading={retryHost.isPending || resume.isPending || always.isPending || install.isPending}
      >
        {say(remedyPhrase(problem))}
      </Button>
      {action.do === 'help' ? (
        <HelpDialog problem={problem} help={action} opened={open} onClose={close} onRetry={retry} />
      ) : null}
      {action.do === 'report' ? <ReportDialog problem={problem} opened={open} onClose={close} /> : null}
    </>
  );

  function run() {
    const ways: Readonly<Record<RemedyAction['do'], () => void>> = {
      retry,
      'sign-in': retry,
      resume: () => resume.mutate({}),
      install: () => install.mutate({}),
      'share-always': () => always.mutate({ on: false }),
      'open-anyway': () => resume.mutate({ openAnyway: true }),
      reconnect: connection.retryNow,
      go: () =>
        problem.remedy === 'new-invite' && onNewInvite
          ? onNewInvite()
          : goTo(problem.remedy === 'leave' ? 'settings' : 'join'),
      help: () => setOpen(true),
      report: () => setOpen(true),
    };
    ways[action.do]();
  }
}

/** Where the pool's network wants the owner to sign in, or null. */
export function signInUrlOf({ node, notes }: Pick<AppState, 'node' | 'notes'>): string | null {
  for (const state of [node, ...notes]) {
    if (state.kind === 'joining' && state.signInUrl !== null && /^https?:\/\//i.test(state.signInUrl))
      return state.signInUrl;
  }
  return null;
}
