import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../contract/app-state.ts';
import { createExports } from '../adapters/files/export.ts';
import { createFolders } from '../adapters/files/folders.ts';
import { createImages } from '../adapters/engine/images.ts';
import { createEngine } from '../adapters/engine/index.ts';
import { createGpus } from '../adapters/gpu/index.ts';
import type { SleepingCards } from '../adapters/gpu/sleeping-card.ts';
import { createHealth } from '../adapters/health/index.ts';
import { openLedger } from '../adapters/ledger/index.ts';
import { createNomad } from '../adapters/nomad/index.ts';
import { createRegistration } from '../adapters/nomad/pool-view.ts';
import { createLogs } from '../adapters/nomad/logs.ts';
import { createPrivilege, type PrivilegedProgram } from '../adapters/privilege/privilege.ts';
import { createReleases } from '../adapters/releases/index.ts';
import { hashicorp, type PublisherKey } from '../adapters/releases/publisher.ts';
import { createReportStore, type ReportPlaces } from '../adapters/report/report-store.ts';
import { createSecrets } from '../adapters/secrets/secrets.ts';
import { createFootprintStore } from '../adapters/settings/footprint-store.ts';
import { createIntentStore } from '../adapters/settings/intent-store.ts';
import { createSettingsStore } from '../adapters/settings/settings-store.ts';
import { createSystem } from '../adapters/system/system.ts';
import { createPath } from '../adapters/tailscale/path.ts';
import { createTailnet } from '../adapters/tailscale/tailnet.ts';
import type { Hardware } from '../core/budget/limits.ts';
import type { DiagnosisPorts } from '../core/checks/check.ts';
import type { Activity } from '../core/ports/activity.ts';
import type { Files } from '../core/ports/files.ts';
import type { Inventory } from '../core/ports/gpus.ts';
import type { Health } from '../core/ports/health.ts';
import type { Logs } from '../core/ports/logs.ts';
import type { ReportStore } from '../core/ports/report.ts';
import type { IntentStore, Ledger, Log, SettingsStore } from '../core/ports/stores.ts';
import type { System } from '../core/ports/system.ts';
import type { Machine, World } from '../core/ports/world.ts';
import type { StepPorts } from '../core/steps/context.ts';

/** Every port of one session. */
export interface Ports extends StepPorts, DiagnosisPorts {
  readonly system: System;
  readonly health: Health;
  readonly activity: Activity;
  readonly inventory: Inventory;
  readonly machine: Machine;
  /** What the machine is made of; null: not known. */
  readonly hardware: Hardware | null;
  readonly files: Files;
  readonly intents: IntentStore;
  readonly ledger: Ledger;
  readonly settings: SettingsStore;
  readonly logs: Logs;
  readonly report: ReportStore;
}

/** What ports are opened over: the real world or the demo's, and where its files lie. */
export interface Ground {
  readonly world: World;
  /** Intent, footprint, ledger, secrets and the agent's folder. */
  readonly data: string;
  readonly settingsFile: string;
  readonly files: Files;
  readonly log: Log;
  readonly privileged: PrivilegedProgram;
  readonly engineSocket: () => Promise<string | null>;
  /** What is known of cards that sleep without waking them; the demo's never do. */
  readonly sleepingCards: SleepingCards;
  /** Whether somebody uses this computer, and its cards of other makers; the demo's are scripted. */
  readonly activity: Activity;
  readonly inventory: Inventory;
  /** Where jobs and their images are written. */
  readonly diskFolders: readonly string[];
  /** Whose signature on programs is believed; absent: HashiCorp's. */
  readonly publisherKey?: () => Promise<PublisherKey>;
  /** Where the host's log lies, and where a report is saved; absent: no log, and beside our files. */
  readonly report?: Pick<ReportPlaces, 'logs' | 'home' | 'saveIn'>;
  /** The settings as they are now. */
  readonly settings: () => Settings;
}

/** What is kept on disk. */
const openStores = async ({ world, data, settingsFile, files }: Ground) => ({
  intents: createIntentStore(join(data, 'intent.json'), files),
  footprint: createFootprintStore(join(data, 'footprint.jsonl'), files, world.clock),
  settings: createSettingsStore(settingsFile, files),
  ledger: await openLedger({
    file: join(data, 'ledger.db'),
    files,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  }),
});

/** Opens the adapters over a world; nothing of it is reached before it is asked for. */
export async function openPorts(ground: Ground): Promise<Ports> {
  const { world, data, files, log } = ground;
  await mkdir(data, { recursive: true, mode: 0o700 });
  const folders = createFolders(data);
  const disk = await folders.disk();
  const { hardware = null } = world.machine;
  const secrets = createSecrets(folders.secrets, files);
  const { releases, shelf } = createReleases({
    world,
    files,
    log,
    folder: join(data, 'programs'),
    freeBytes: () => folders.freeBytes(),
    key: ground.publisherKey ?? (() => Promise.resolve(hashicorp)),
  });
  return {
    clock: world.clock,
    machine: world.machine,
    log,
    folders,
    secrets,
    freePort: (preferred) => world.freePort(preferred),
    ...(await openStores(ground)),
    system: createSystem(world),
    tailnet: createTailnet(world),
    path: createPath(world, () => ground.settings().tailscaleSocket),
    privilege: createPrivilege(world, ground.privileged),
    logs: createLogs(folders.agent, world.clock),
    nomad: createNomad({
      world,
      files,
      folder: folders.agent,
      secrets,
      log,
      programPath: () => ground.settings().nomadPath,
      shelf,
      engineSocket: ground.engineSocket,
    }),
    registration: createRegistration({ world, folder: folders.agent, files, log }),
    releases,
    shelf,
    report: createReportStore({
      ...(ground.report ?? { logs: null, home: data, saveIn: [data] }),
      agent: folders.agent,
      secrets: folders.secrets,
    }),
    engine: createEngine(world, ground.engineSocket),
    images: createImages(world),
    exports: createExports(),
    files,
    hardware:
      hardware === null
        ? null
        : { ...hardware, diskMib: disk === null ? null : Math.floor(disk.totalBytes / 1_048_576) },
    gpus: createGpus(world, ground.sleepingCards),
    health: createHealth(world, ground.diskFolders),
    activity: ground.activity,
    inventory: ground.inventory,
  };
}
