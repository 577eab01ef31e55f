import type { AppState } from '../../contract/app-state.ts';
import { problem } from '../../contract/problems.ts';
import { present, type Cli } from '../cli.ts';
import { attentionOf, follow, newProblem, type Verdict } from '../follow.ts';
import { withHost } from '../hosts.ts';
import { showState } from './pause.ts';

/** `tailnet mine`: pauses and goes to the owner's own network; `tailnet pool`: back, and on. Waits until it is so. */
export function tailnet(
  cli: Cli,
  { mine, waitMs }: { readonly mine: boolean; readonly waitMs: number | null },
): Promise<void> {
  return withHost(cli, async ({ host, state: before }) => {
    const { text } = cli.speech();
    const { revision } = await host.sharing.ownNetwork({ on: mine });
    const isThere = ({ ownNetwork }: AppState): boolean =>
      ownNetwork !== null && ownNetwork.wanted === mine && ownNetwork.there === mine;
    const state = await follow(cli, host, {
      judge: (state): Verdict =>
        waitMs === null || isThere(state) ? 'done' : (newProblem(before, state) ?? 'wait'),
      from: revision,
      limitMs: waitMs ?? 15_000,
      late: (state) => attentionOf(state) ?? problem('tailscale-slow'),
      goesOn: text('cli.tailnet.goesOn'),
    });
    if (!mine) return showState(cli, state);
    const way = state.ownNetwork?.none === true ? 'off' : 'mine';
    present(cli, state, () => [text(isThere(state) ? `cli.tailnet.${way}` : 'cli.tailnet.begun')]);
  });
}

/** `cancel`: breaks a sign-in off; the network of before is in use again. */
export function cancelSignIn(cli: Cli): Promise<void> {
  return withHost(cli, async ({ host }) => {
    const { revision } = await host.pool.cancelSignIn();
    present(cli, { revision }, () => [cli.speech().text('cli.tailnet.cancelled')]);
  });
}
