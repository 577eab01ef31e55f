import type { AppState } from '../../contract/app-state.ts';
import { present, type Cli } from '../cli.ts';
import { attentionOf, follow, newProblem, type Verdict } from '../follow.ts';
import { withHost } from '../hosts.ts';
import { problem } from '../../contract/problems.ts';

/** `update`: asks for the offered version of the pool's program, and waits until it runs, if told to. */
export function update(cli: Cli, { waitMs }: { readonly waitMs: number | null }): Promise<void> {
  return withHost(cli, async ({ host, state: before }) => {
    const { text } = cli.speech();
    if (before.update === null) return present(cli, { update: null }, () => [text('cli.update.none')]);
    const { to } = before.update;
    const { revision } = await host.sharing.update();
    const runs = (state: AppState): boolean => state.update === null || state.update.to !== to;
    const failed = (state: AppState): boolean =>
      state.notices.some((one) => one.code === 'nomad-update-failed' && one.detail === to);
    const state = await follow(cli, host, {
      judge: (state): Verdict => {
        if (failed(state)) return problem('nomad-update-failed', to);
        if (waitMs === null) return state.update?.underWay === true || runs(state) ? 'done' : 'wait';
        return runs(state) ? 'done' : (newProblem(before, state) ?? 'wait');
      },
      from: revision,
      limitMs: waitMs ?? 15_000,
      late: (state) => attentionOf(state) ?? 'done',
      goesOn: text('cli.update.goesOn'),
    });
    present(cli, state, () => [text(runs(state) ? 'cli.update.done' : 'cli.update.begun', { version: to })]);
  });
}
