import { present, type Cli } from '../cli.ts';
import { withHost } from '../hosts.ts';
import { earningsLines } from '../views/earnings.ts';
import type { Pen } from '../views/parts.ts';
import { statusLines } from '../views/status.ts';
import { workLines } from '../views/work.ts';

/** `status`: the state as it is now. */
export function status(cli: Cli): Promise<void> {
  return withHost(cli, async ({ state }) => present(cli, state, () => statusLines(state, penOf(cli))));
}

/** `work`: what runs here, and what ended. */
export function work(cli: Cli, { limit }: { readonly limit: number }): Promise<void> {
  return withHost(cli, async ({ host, state }) => {
    const past = await host.work.history({ limit });
    present(cli, { now: state.work, past }, () => workLines(state, past, penOf(cli)));
  });
}

/** `earnings`: sums by day, and with `ledger` the stretches behind them. */
export function earnings(
  cli: Cli,
  { days, ledger }: { readonly days: number; readonly ledger: boolean },
): Promise<void> {
  return withHost(cli, async ({ host }) => {
    const summary = await host.earnings.summary({ days });
    const rows = ledger ? await host.earnings.ledger({}) : null;
    present(cli, rows === null ? summary : { ...summary, ledger: rows }, () =>
      earningsLines(summary, rows, penOf(cli)),
    );
  });
}

/** What this command line writes views with. */
export function penOf({ speech, terminal }: Cli): Pen {
  return { speech: speech(), styled: terminal.styled };
}
