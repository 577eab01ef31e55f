import { resolve } from 'node:path';
import { problemOf } from '../../client/problem-of.ts';
import { problem } from '../../contract/problems.ts';
import { present, type Cli } from '../cli.ts';
import { attentionOf, follow, newProblem } from '../follow.ts';
import { withHost } from '../hosts.ts';
import { leavingLines } from '../views/leaving.ts';
import { showState } from './pause.ts';

/** How to leave, as the command line said it. */
export interface LeaveChoices {
  /** Let running jobs end first. */
  readonly finish: boolean;
  readonly keepImages: boolean;
  /** Write the record of what was earned into this file and remove it here; null: keep it. */
  readonly exportTo: string | null;
  readonly removeLedger: boolean;
  readonly waitMs: number | null;
}

/** `leave`: says what goes, gives everything back and waits until it is so. */
export function leave(cli: Cli, choices: LeaveChoices): Promise<void> {
  const { finish, keepImages, exportTo, removeLedger, waitMs } = choices;
  return withHost(cli, async ({ host, state: before }) => {
    if (before.pool !== null && !cli.json)
      for (const line of leavingLines(await host.pool.leaving(), keepImages, cli.speech()))
        cli.terminal.err(line);
    const { revision } = await host.pool.leave({
      how: finish ? 'finish' : 'now',
      images: keepImages ? 'keep' : 'remove',
      ledger: exportTo !== null ? 'export' : removeLedger ? 'remove' : 'keep',
      // The host has another folder than this command.
      exportTo: exportTo === null ? null : resolve(exportTo),
    });
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
