import { present, type Cli } from '../cli.ts';
import { withHost } from '../hosts.ts';

/** `install`: has what this computer lacks installed or switched on, after the administrator's prompt. */
export function install(cli: Cli): Promise<void> {
  return withHost(cli, async ({ host }) => {
    const { revision } = await host.sharing.install();
    present(cli, { revision }, () => [cli.speech().text('cli.installing')]);
  });
}

/** `idle`: shares only while nobody uses this computer (`on`), always (`off`), or as its cards have it (`auto`). */
export function idle(cli: Cli, word: string): Promise<void> {
  return withHost(cli, async ({ host }) => {
    const { revision } = await host.sharing.whenIdle({ on: word === 'auto' ? null : word === 'on' });
    present(cli, { revision }, () => [cli.speech().text(`cli.idle.${word}`)]);
  });
}
