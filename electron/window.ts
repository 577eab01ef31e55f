import { BrowserWindow, nativeTheme, screen } from 'electron';
import { sessionFrom } from '../client/session-from.ts';
import { pageOrigin } from './page-files.ts';
import { boundsFor, smallest } from './window-bounds.ts';

/** The app's one window: made when it is opened, gone when it is closed. */
export interface AppWindow {
  /** Shows the window, at a place of the page (`#/…`) if one is given. */
  readonly open: (hash?: string) => void;
  /** Whether the person is looking at it. */
  readonly isLookedAt: () => boolean;
}

/** What the window depends on. */
export interface WindowSetup {
  /** Where the window's place is remembered; loaded when the first window opens. */
  readonly store: () => Promise<typeof import('./window-store.ts')>;
  readonly folder: string;
  readonly icon: string;
  readonly theme: () => 'system' | 'light' | 'dark';
  readonly closed: () => void;
}

/** The window, not open yet. */
export function appWindow(setup: WindowSetup): AppWindow {
  let opening: Promise<BrowserWindow> | null = null;
  let shown: BrowserWindow | null = null;
  const make = async (hash: string): Promise<BrowserWindow> => {
    const { openWindowStore } = await setup.store();
    const store = openWindowStore(setup.folder);
    const window = makeWindow(setup, store.read());
    window.on('close', () =>
      store.write({ bounds: window.getNormalBounds(), maximized: window.isMaximized() }),
    );
    window.on('closed', () => {
      shown = opening = null;
      setup.closed();
    });
    reloadAfterCrash(window);
    void window.loadURL(pageAt(hash));
    return window;
  };
  return {
    open(hash = '') {
      if (shown !== null) return bringForward(shown, hash);
      if (opening !== null) return void opening.then((window) => bringForward(window, hash));
      opening = make(hash);
      void opening.then((window) => (shown = window));
    },
    isLookedAt: () => shown?.isFocused() ?? false,
  };
}

/** A place of the page; a remote desktop's address goes with it, so that joining does not cut its user off unasked. */
function pageAt(hash: string): string {
  const from = sessionFrom(process.env);
  return `${pageOrigin}/${from === null ? '' : `?from=${encodeURIComponent(from)}`}${hash}`;
}

function makeWindow(
  setup: WindowSetup,
  last: ReturnType<ReturnType<typeof import('./window-store.ts').openWindowStore>['read']>,
): BrowserWindow {
  const screens = screen.getAllDisplays().map((display) => display.workArea);
  const isDark = setup.theme() === 'dark' || (setup.theme() === 'system' && nativeTheme.shouldUseDarkColors);
  const window = new BrowserWindow({
    ...boundsFor(last.bounds, screens),
    minWidth: smallest.width,
    minHeight: smallest.height,
    show: false,
    title: 'Rigshare',
    icon: setup.icon,
    autoHideMenuBar: true,
    backgroundColor: isDark ? '#141517' : '#ffffff',
    webPreferences: {
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  window.removeMenu();
  window.once('ready-to-show', () => {
    if (last.maximized) window.maximize();
    window.show();
  });
  return window;
}

function bringForward(window: BrowserWindow, hash: string): void {
  if (hash !== '') void window.loadURL(pageAt(hash));
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Loads the page once more when its process died; a page that dies at once stays away until it is opened again. */
function reloadAfterCrash(window: BrowserWindow): void {
  let lastAtMs = -Infinity;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return;
    if (performance.now() - lastAtMs < 10_000) return window.destroy();
    lastAtMs = performance.now();
    window.webContents.reload();
  });
}
