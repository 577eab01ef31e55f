import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions } from 'electron';
import { panelColour } from './panel-colour.ts';
import type { TrayCommand, TrayEntry, TrayView } from './tray-view.ts';

/** What the icon depends on. */
export interface TraySetup {
  /** The folder of the icons, `<icon>-<light|dark>[-demo].png`. */
  readonly icons: string;
  readonly run: (command: TrayCommand) => void;
  /** The icon itself was clicked. */
  readonly clicked: () => void;
}

/** The icon in the panel. Of a new view only what differs is set: a menu that is set again closes under the pointer. */
export class TrayIcon {
  readonly #setup: TraySetup;
  #tray: Tray | null = null;
  #view: TrayView | null = null;

  constructor(setup: TraySetup) {
    this.#setup = setup;
    nativeTheme.on('updated', () => this.#view !== null && this.#tray?.setImage(this.#image(this.#view)));
  }

  /** Shows this view. */
  show(view: TrayView): void {
    const last = this.#view;
    this.#view = view;
    if (this.#tray === null || last === null) return this.recreate();
    if (view.icon !== last.icon || view.demo !== last.demo) this.#tray.setImage(this.#image(view));
    if (view.tooltip !== last.tooltip) this.#tray.setToolTip(view.tooltip);
    if (!isDeepStrictEqual(view.menu, last.menu)) this.#tray.setContextMenu(this.#menu(view.menu));
  }

  /** Makes the icon anew: one that was made before there was a panel never registers with it. */
  recreate(): void {
    if (this.#view === null) return;
    this.#tray?.destroy();
    this.#tray = new Tray(this.#image(this.#view));
    this.#tray.setToolTip(this.#view.tooltip);
    this.#tray.setContextMenu(this.#menu(this.#view.menu));
    this.#tray.on('click', this.#setup.clicked);
  }

  /** Takes the icon away. */
  destroy(): void {
    this.#tray?.destroy();
    this.#tray = null;
  }

  #image({ icon, demo }: TrayView): Electron.NativeImage {
    const name = `${icon}-${panelColour(process.env)}${demo ? '-demo' : ''}.png`;
    return nativeImage.createFromPath(path.join(this.#setup.icons, name));
  }

  #menu(entries: readonly TrayEntry[]): Menu {
    return Menu.buildFromTemplate(entries.map((entry) => this.#item(entry)));
  }

  #item(entry: TrayEntry): MenuItemConstructorOptions {
    switch (entry.type) {
      case 'line':
        return { type: 'separator' };
      case 'text':
        return { label: plain(entry.label), enabled: false };
      case 'command':
        return { label: plain(entry.label), click: () => this.#setup.run(entry.command) };
      case 'submenu':
        return { label: plain(entry.label), submenu: entry.entries.map((one) => this.#item(one)) };
    }
  }
}

/** A menu takes the letter after `&` for a shortcut. */
const plain = (label: string): string => label.replaceAll('&', '&&');
