import { readFileSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { defaultSettings, type Settings } from '../../contract/app-state.ts';
import type { Places } from '../../contract/places.ts';
import { createFiles } from '../adapters/files/files.ts';
import { createActivity } from '../adapters/activity/index.ts';
import { sleepingCards } from '../adapters/gpu/index.ts';
import { diskFolders } from '../adapters/health/index.ts';
import { createInventory } from '../adapters/inventory/index.ts';
import { talkInProcess } from '../adapters/privilege/in-process.ts';
import { nodeForRoot } from '../adapters/privilege/root-node.ts';
import { placesIn } from '../adapters/nomad/places.ts';
import { createWorld } from '../adapters/world/index.ts';
import type { Log } from '../core/ports/stores.ts';
import { createDemo, type Demo } from '../demo/demo.ts';
import { demoInvite } from '../demo/invite.ts';
import { chooseScenario } from './demo-scenario.ts';
import { Desk } from './desk.ts';
import { openSession } from './open-session.ts';
import type { Ground } from './ports.ts';

/** What the desk is opened with. */
export interface DeskOptions {
  readonly places: Places;
  readonly log: Log;
  readonly version: string;
  /** The bundled program that runs as root. */
  readonly privilegedFile: string;
  /** Enter the demo pool where no pool was chosen yet. */
  readonly wantsDemo: boolean;
  /** The demo's scenario; null: the one that goes on, or the first evening. */
  readonly scenario: string | null;
  readonly onStopped: () => void;
}

/** Joins the real computer and the demo behind one desk. */
export async function openDesk(options: DeskOptions): Promise<Desk> {
  const { places } = options;
  let settings = defaultSettings;
  const onSettings = (found: Settings): void => void (settings = found);
  const real = realGround(options, () => settings);
  const { clock } = real.world;
  const common = {
    version: options.version,
    random: Math.random,
    reference: () => crypto.randomUUID().slice(0, 8),
    onSettings,
  };
  const demoFolder = join(places.data, 'demo');
  const scenario = await chooseScenario(demoFolder, options.scenario);
  const byHand = scenario.joins === 'by-hand';
  // One text as long as this host lives: the state shows it.
  const invite = JSON.stringify(demoInvite(clock.now()));
  const parts = {
    clock,
    openReal: () => openSession(real, { ...common, demo: false, demoInvite: null, release: () => undefined }),
    openDemo: () => {
      const demo = createDemo({ clock, folder: demoFolder, scenario, asRoot: talkInProcess });
      return openSession(demoGround(real, demo, demoFolder), {
        ...common,
        demo: true,
        demoInvite: byHand ? invite : null,
        release: () => demo.stop(),
      });
    },
    clearDemo: () => rm(demoFolder, { recursive: true, force: true }),
    demoInvite: () => invite,
    demoByHand: byHand,
    demoGoesOn: () => exists(join(demoFolder, 'intent.json')),
    onStopped: options.onStopped,
  };
  return Desk.open(parts, options.wantsDemo);
}

function realGround({ places, log, privilegedFile }: DeskOptions, settings: () => Settings): Ground {
  const world = createWorld({
    tailscaledSocket: () => settings().tailscaleSocket,
    engineSocket: () => settings().engineSocket,
    agentsEngine: () => textOf(placesIn(join(places.data, 'agent')).engine),
    env: process.env,
  });
  return {
    world,
    data: places.data,
    settingsFile: join(places.config, 'settings.json'),
    files: createFiles(world.clock),
    log,
    privileged: {
      file: privilegedFile,
      node: nodeForRoot({
        execPath: process.execPath,
        env: process.env,
        mounts: textOf('/proc/self/mounts') ?? '',
      }),
      electron: process.versions['electron'] !== undefined,
      env: process.env,
      socket: () => world.tailscaledSocket(),
    },
    engineSocket: () => world.engineSocket(),
    sleepingCards: sleepingCards(),
    activity: createActivity(world, process.env),
    inventory: createInventory(world),
    diskFolders: diskFolders(places.data, homedir()),
    report: {
      logs: places.log,
      home: homedir(),
      saveIn: [process.env['XDG_DOWNLOAD_DIR'] ?? join(homedir(), 'Downloads'), homedir(), places.data],
    },
    settings,
  };
}

/** The demo's own folder of settings and ledger, over its own world: none of it ever touches the real ones. */
function demoGround(real: Ground, { world, root, surroundings, releases }: Demo, folder: string): Ground {
  return {
    ...real,
    world,
    privileged: { ...real.privileged, machine: root },
    data: folder,
    settingsFile: join(folder, 'settings.json'),
    engineSocket: () => Promise.resolve(null),
    sleepingCards: () => null,
    activity: surroundings.activity,
    inventory: surroundings.inventory,
    publisherKey: () => releases.publicHalf,
    diskFolders: [folder],
  };
}

/** A small file's text; null where there is none. Read at once, since it is asked for in the middle of a choice. */
function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
