import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { app, session } from 'electron';
import { registerScheme, servePage } from './app-protocol.ts';
import { readArguments, type Arguments } from './arguments.ts';
import { runCommand, type CommandReach } from './commands.ts';
import { writeFaults } from './faults.ts';
import { HostKeeper } from './host-keeper.ts';
import { speak, systemLanguage, type Spoken } from './language.ts';
import { Notifications } from './notifications.ts';
import { Openings, sayRefused, thisStart } from './openings.ts';
import { watchForPanel } from './panel.ts';
import { appFolder, usePlaces } from './places.ts';
import { forwardToHost } from './rpc-forward.ts';
import { closeSession, holdPagesToTheirPlace } from './security.ts';
import { Shell } from './shell.ts';
import { TrayIcon } from './tray.ts';
import { appWindow } from './window.ts';

const given = readArguments(thisStart.argv, thisStart.folder);
const places = usePlaces(given.home);
const [icon, icons] = ['app/256x256.png', 'tray'].map((name) =>
  path.join(appFolder, 'assets/icons', name),
) as [string, string];
const page = path.join(appFolder, 'out/renderer');

writeFaults(places.log, (text) => process.stderr.write(`${text}\n`));
if (app.requestSingleInstanceLock(thisStart)) prepare();
else app.quit();

/** What must be done before the app is ready. */
function prepare(): void {
  registerScheme();
  // The card is shared: the window must neither wake it nor hold its memory.
  app.disableHardwareAcceleration();
  app.setAppUserModelId('example.rigshare.desktop');
  // The tray lives on without a window.
  app.on('window-all-closed', () => {});
  const openings = new Openings();
  // Chromium takes a while to be ready: the texts are read meanwhile.
  const spoken = speak('system', systemLanguage());
  void app.whenReady().then(async () => start(openings, given, await spoken));
}

/** The parts, and how they are joined. */
async function start(openings: Openings, args: Arguments, spoken: Spoken): Promise<void> {
  const { forward, endAll } = forwardToHost(places.socket);
  const window = appWindow({
    folder: places.shell,
    icon,
    store: () => import('./window-store.ts'),
    theme: () => (shell.state.host === 'up' ? shell.state.app.settings.theme : 'system'),
    closed: endAll,
  });
  const commands: CommandReach = {
    host: () => keeper?.host ?? null,
    open: window.open,
    startHost: () => keeper?.startAgain(),
    quit: (sharing) => void shell.quit(sharing, keeper),
    failed: (error) => keeper && shell.sayProblem(keeper.problemOf(error)),
    now: () => Date.now(),
  };
  const tray = new TrayIcon({
    icons,
    clicked: () => window.open(),
    run: (command) => runCommand(command, commands),
  });
  const notifications = new Notifications(icon, () => window.open());
  const shell = new Shell({ tray, notifications, isLookedAt: window.isLookedAt }, spoken);
  let keeper: HostKeeper | null = null;
  shell.update({ host: 'starting' });

  // The icon is there: what takes longer to load comes now.
  holdPagesToTheirPlace(() => shell.signInUrl);
  closeSession(session.defaultSession);
  servePage(session.defaultSession, page, forward);
  openings.begin(args, { open: window.open, refuse: (problem) => sayRefused(problem, shell.speech.say) });
  keeper = await keepHost(shell, args);
  app.on('will-quit', () => tray.destroy());
  await watchForPanel(process.env, () => tray.recreate());
}

/** Finds or starts the host and follows it until the app ends. */
async function keepHost(shell: Shell, args: Arguments): Promise<HostKeeper> {
  const { hostAccess } = await import('./host-access.ts');
  const home = args.home === null ? [] : ['--home', args.home];
  // A checkout's first start enters the demo at once; an installed app asks.
  const demo = app.isPackaged ? [] : ['--demo'];
  const scenario = args.scenario === null ? [] : ['--scenario', args.scenario];
  const out = path.join(appFolder, 'out');
  const bundles = {
    launcher: path.join(out, 'electron/host-launcher.js'),
    host: path.join(out, 'host/main.js'),
  };
  const ended = new AbortController();
  const keeper = new HostKeeper({
    access: hostAccess(places, bundles, [...home, ...demo, ...scenario]),
    version: app.getVersion(),
    now: () => performance.now(),
    wait: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
    changed: (state) => shell.update(state),
  });
  app.on('will-quit', () => ended.abort());
  void keeper.run(ended.signal);
  return keeper;
}
