import type { Install } from '../../../../contract/installs.ts';
import type { InstallUndo } from '../../../core/ports/installing.ts';
import type { Clock } from '../../../core/ports/clock.ts';
import type { RootMachine } from '../../../core/ports/root-machine.ts';
import { type Dialogue, silentWithinMs } from '../dialogue.ts';
import type { LocalApi } from '../local-api.ts';
import { OwnRecord } from './own-record.ts';
import { recipeOf } from './recipes.ts';
import type { Tools } from './recipe.ts';
import { toolsFor } from './tools.ts';

/** What an installation is worked off with. */
export interface InstallParts {
  readonly machine: RootMachine;
  readonly tailscaled: LocalApi;
  readonly owner: number | null;
  readonly clock: Clock;
  readonly dialogue: Dialogue;
}

/** Where one installation stands among those of its list. */
export interface Place {
  readonly done: number;
  readonly of: number;
}

/** Installs one thing, unless it is there: each change is told before it is made. Throws a problem, or `Undone`. */
export async function install(item: Install, place: Place, parts: InstallParts): Promise<void> {
  const { dialogue } = parts;
  dialogue.check();
  const says = (waits: boolean): void => dialogue.tellOnly({ kind: 'installing', item, ...place, waits });
  says(false);
  const tools = await toolsOf(parts, {
    note: async (undo) => {
      if (isEmpty(undo)) return;
      // Installing may have taken its time: the host has all of its own again.
      dialogue.allow(silentWithinMs);
      await dialogue.tell({ kind: 'install', item, undo });
      await new OwnRecord(parts.machine.files).add(item, undo);
    },
    waits: () => says(true),
  });
  const recipe = recipeOf(item);
  if (await recipe.done(tools)) return;
  await recipe.install(tools);
}

/** Takes one installation back. */
export async function uninstall(
  item: Install,
  undo: InstallUndo,
  parts: InstallParts,
): Promise<'undone' | 'kept'> {
  const tools = await toolsOf(parts, { note: () => Promise.resolve(), waits: () => undefined });
  const record = new OwnRecord(parts.machine.files);
  const done = await recipeOf(item).undo(await record.of(item, undo), tools);
  // What stays is the owner's from now on, and asked about no more.
  await record.forget(item);
  return done;
}

function toolsOf(
  { machine, tailscaled, owner, clock, dialogue }: InstallParts,
  talk: { readonly note: (undo: InstallUndo) => Promise<void>; readonly waits: () => void },
): Promise<Tools> {
  return toolsFor(machine, tailscaled, owner, {
    ...talk,
    monotonic: () => clock.monotonic(),
    sleep: async (ms) => {
      for (const until = clock.monotonic() + ms; clock.monotonic() < until;) {
        dialogue.check();
        await dialogue.rest(until - clock.monotonic());
      }
    },
  });
}

const isEmpty = ({ packages, files, services, groups }: InstallUndo): boolean =>
  packages.length + files.length + services.length + groups.length === 0;
