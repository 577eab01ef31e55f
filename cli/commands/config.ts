import { present, type Cli } from '../cli.ts';
import { withHost } from '../hosts.ts';
import { configLines } from '../views/config.ts';
import { penOf } from './status.ts';

/** `config`: how the pool's program is set up, what was changed last, and what is about to change. */
export function config(cli: Cli): Promise<void> {
  return withHost(cli, async ({ host, state }) => {
    const configuration = await host.agent.configuration({ gpu: null });
    present(cli, { ...configuration, last: state.configChange }, () =>
      configLines(configuration, state.configChange, penOf(cli)),
    );
  });
}
