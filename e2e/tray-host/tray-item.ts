import type { BusConnection } from './bus.ts';
import { plainObject, type VariantPairs } from './values.ts';

/** One entry of an icon's menu, as a panel shows it. */
export interface MenuItem {
  readonly id: number;
  readonly label: string;
  readonly enabled: boolean;
  readonly separator: boolean;
  readonly children: readonly MenuItem[];
}

/** An icon's picture: bytes are A, R, G, B of each pixel. */
export interface Pixmap {
  readonly width: number;
  readonly height: number;
  readonly argb: Buffer;
}

type Layout = readonly [number, VariantPairs, readonly (readonly [unknown, readonly [Layout]])[]];

/** An icon that registered with the panel, as a panel sees and uses it. */
export class TrayItem {
  readonly #bus: BusConnection;
  readonly #service: string;

  /** `service` is the name under which it registered: a connection, or a connection and a path. */
  constructor(bus: BusConnection, service: string) {
    this.#bus = bus;
    this.#service = service;
  }

  /** What is shown while the pointer rests on it. */
  async tooltip(): Promise<string> {
    const { ToolTip: tip } = await this.#properties();
    return (tip as [string, unknown, string, string])[2];
  }

  /** Its picture; Chromium gives the largest it has. */
  async picture(): Promise<Pixmap> {
    const { IconPixmap: maps } = await this.#properties();
    const [first] = maps as [number, number, Uint8Array][];
    if (first === undefined) throw new Error('an icon without a picture');
    return { width: first[0], height: first[1], argb: Buffer.from(first[2]) };
  }

  /** Its menu, made anew by the app at each change: keep no entry of it. */
  async menu(): Promise<readonly MenuItem[]> {
    const path = await this.#menuPath();
    const [, layout] = await this.#menuCall<[number, Layout]>(path, 'GetLayout', 'iias', [0, -1, []]);
    return entryOf(layout).children;
  }

  /** The menu's texts, those of submenus behind their own as `Pause ▸ For 1 hour`. */
  async labels(): Promise<readonly string[]> {
    return labelsOf(await this.menu());
  }

  /** Clicks an entry, such as `['Pause', 'For 1 hour']`. */
  async click(...labels: readonly string[]): Promise<void> {
    let entries = await this.menu();
    let found: MenuItem | undefined;
    for (const label of labels) {
      found = entries.find((one) => one.label === label);
      if (found === undefined) throw new Error(`no entry ${label} among ${labelsOf(entries).join(' | ')}`);
      entries = found.children;
    }
    if (!found?.enabled) throw new Error(`${labels.join(' ▸ ')} cannot be clicked`);
    const now = Math.floor(Date.now() / 1000);
    const clicked = this.#menuCall(await this.#menuPath(), 'Event', 'isvu', [
      found.id,
      'clicked',
      ['s', ''],
      now,
    ]);
    // An app that quits by this click answers no more.
    await clicked.catch((error: unknown) => {
      if (!(error instanceof Error) || !error.message.includes('disconnected')) throw error;
    });
  }

  /** Clicks the icon itself. */
  async activate(): Promise<void> {
    await this.#item('org.kde.StatusNotifierItem', 'Activate', 'ii', [0, 0]);
  }

  async #properties(): Promise<Record<string, unknown>> {
    const name = ['org.kde.StatusNotifierItem'];
    const pairs = await this.#item('org.freedesktop.DBus.Properties', 'GetAll', 's', name);
    return plainObject(pairs as VariantPairs);
  }

  async #menuPath(): Promise<string> {
    return String((await this.#properties())['Menu']);
  }

  #item(iface: string, member: string, signature: string, body: readonly unknown[]): Promise<unknown> {
    const [destination = '', ...path] = this.#service.split('/');
    const at = path.length > 0 ? `/${path.join('/')}` : '/StatusNotifierItem';
    return this.#bus.call({ destination, path: at, interface: iface, member, signature, body });
  }

  #menuCall<T>(path: string, member: string, signature: string, body: readonly unknown[]): Promise<T> {
    const [destination = ''] = this.#service.split('/');
    return this.#bus.callAll({
      destination,
      path,
      interface: 'com.canonical.dbusmenu',
      member,
      signature,
      body,
    }) as Promise<T>;
  }
}

function entryOf([id, pairs, children]: Layout): MenuItem {
  const { label = '', enabled = true, type } = plainObject(pairs);
  return {
    id,
    // A panel takes the letter after one underscore for a shortcut.
    label: String(label).replaceAll('__', '_'),
    enabled: enabled === true,
    separator: type === 'separator',
    children: children.map(([, [child]]) => entryOf(child)),
  };
}

function labelsOf(entries: readonly MenuItem[]): readonly string[] {
  return entries
    .filter((one) => !one.separator)
    .flatMap((one) => [one.label, ...labelsOf(one.children).map((inner) => `${one.label} ▸ ${inner}`)]);
}
