import { pauseChoices } from '../contract/pause-choices.ts';
import type { Host } from '../client/connect.ts';
import type { TrayCommand } from './tray-view.ts';

/** What the menu's commands reach. */
export interface CommandReach {
  readonly host: () => Host | null;
  readonly open: (hash?: string) => void;
  readonly startHost: () => void;
  readonly quit: (sharing: 'stop' | 'keep') => void;
  readonly failed: (error: unknown) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Does what an entry of the menu says; a pause's end is counted from the click. */
export function runCommand(command: TrayCommand, reach: CommandReach): void {
  switch (command.do) {
    case 'open':
      return reach.open(command.at);
    case 'start-host':
      return reach.startHost();
    case 'quit':
      return reach.quit(command.sharing);
    case 'resume':
      return void reach.host()?.sharing.resume({}).catch(reach.failed);
    case 'own-network':
      return void reach.host()?.sharing.ownNetwork({ on: command.on }).catch(reach.failed);
    case 'pause': {
      const choice = pauseChoices(reach.now()).find(({ id }) => id === command.choice);
      if (choice === undefined) return;
      const { how, until } = choice;
      return void reach.host()?.sharing.pause({ how, until }).catch(reach.failed);
    }
  }
}
