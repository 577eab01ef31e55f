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
export function RemedyButton(props: RemedyButtonProps) {
  const { problem, variant = 'default', size = 'sm' } = props;
  const { say } = useText();
  const [open, setOpen] = useState(false);
  const { ways, isBusy } = useWays(props, () => setOpen(true));
  const action = remedyActions[problem.remedy];
  const signInUrl = signInUrlOf(useAppState());
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
      <Button variant={variant} size={size} onClick={ways[action.do]} loading={isBusy}>
        {say(remedyPhrase(problem))}
      </Button>
      {action.do === 'help' ? (
        <HelpDialog problem={problem} help={action} opened={open} onClose={close} onRetry={ways.retry} />
      ) : null}
      {action.do === 'report' ? <ReportDialog problem={problem} opened={open} onClose={close} /> : null}
    </>
  );
}

interface Ways {
  readonly ways: Readonly<Record<RemedyAction['do'], () => void>>;
  /** One of them is under way. */
  readonly isBusy: boolean;
}

/** What each kind of remedy does here; `onOpen` shows its dialog. */
function useWays({ problem, onRetry, onNewInvite }: RemedyButtonProps, onOpen: () => void): Ways {
  const { orpc, connection } = useHost();
  const retryHost = useMutation(orpc.sharing.retry.mutationOptions());
  const resume = useMutation(orpc.sharing.resume.mutationOptions());
  const install = useMutation(orpc.sharing.install.mutationOptions());
  const always = useMutation(orpc.sharing.whenIdle.mutationOptions());
  const retry = onRetry ?? (() => retryHost.mutate({}));
  const ways: Ways['ways'] = {
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
    help: onOpen,
    report: onOpen,
  };
  return { ways, isBusy: [retryHost, resume, install, always].some(({ isPending }) => isPending) };
}

/** Where the pool's network wants the owner to sign in, or null. */
export function signInUrlOf({ node, notes }: Pick<AppState, 'node' | 'notes'>): string | null {
  for (const state of [node, ...notes]) {
    if (state.kind === 'joining' && state.signInUrl !== null && /^https?:\/\//i.test(state.signInUrl))
      return state.signInUrl;
  }
  return null;
}
