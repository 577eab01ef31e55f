import { problemOf } from '../../client/problem-of.ts';
import { problem } from '../../contract/problems.ts';
import { present, type Cli } from '../cli.ts';
import { attentionOf, follow, newProblem } from '../follow.ts';
import { withHost } from '../hosts.ts';
import { showState } from './pause.ts';

/** `leave`: gives everything back and waits until it is so. */
export function leave(cli: Cli, { waitMs }: { readonly waitMs: number | null }): Promise<void> {
  return withHost(cli, async ({ host, state: before }) => {
    const { revision } = await host.pool.leave();
    const state = await follow(cli, host, {
      judge: (state) => {
        if (waitMs === null || state.node.kind === 'new') return 'done';
        return newProblem(before, state) ?? 'wait';
      },
      from: revision,
      limitMs: waitMs ?? 15_000,
      late: (state) => attentionOf(state) ?? problem('leave-incomplete'),
      goesOn: cli.speech().text('cli.leaveGoesOn'),
    });
    showState(cli, state);
  });
}

/** `retry`: tries again now what waits for its next try. */
export function retry(cli: Cli): Promise<void> {
  return withHost(cli, async ({ host }) => {
    const { revision } = await host.sharing.retry();
    present(cli, { revision }, () => [cli.speech().text('cli.retrying')]);
  });
}

/** `demo`: enters the demo pool. */
export function demo(cli: Cli): Promise<void> {
  return withHost(cli, async ({ host }) => {
    const { revision } = await host.pool.demo();
    const state = await follow(cli, host, {
      judge: (state) => (state.demo ? 'done' : 'wait'),
      from: revision,
      limitMs: 15_000,
      late: (state) => attentionOf(state) ?? problem('internal', 'the demo did not begin'),
      goesOn: '',
    });
    showState(cli, state);
  });
}

/** `stop`: frees the GPU and ends the host, or with `keep` lets it share on. */
export function stop(
  cli: Cli,
  { keep, waitMs }: { readonly keep: boolean; readonly waitMs: number | null },
): Promise<void> {
  return withHost(cli, async ({ host, state: { pool } }) => {
    const { revision } = await host.host.stop({ sharing: keep ? 'keep' : 'stop' });
    const { text } = cli.speech();
    if (keep) return present(cli, { stopped: false }, () => [text('cli.kept')]);
    if (waitMs === null) return present(cli, { stopped: false }, () => [text('settings.stopping')]);
    const ended = follow(cli, host, {
      judge: () => 'wait',
      from: revision,
      limitMs: waitMs,
      late: (state) => attentionOf(state) ?? problem('work-not-stopping'),
      goesOn: text('cli.stopGoesOn'),
    });
    // Its end is what is waited for.
    await ended.catch((error: unknown) => {
      if (problemOf(error).code !== 'host-not-running') throw error;
    });
    present(cli, { stopped: true }, () => [
      text('cli.stopped'),
      ...(pool === null ? [] : [text('cli.stays')]),
    ]);
  });
}
