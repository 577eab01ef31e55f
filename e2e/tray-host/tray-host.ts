import { BusConnection } from './bus.ts';
import { TrayItem } from './tray-item.ts';

const watcher = 'org.kde.StatusNotifierWatcher';

/** The part of a desktop's panel that shows icons: a StatusNotifierWatcher and host. */
export class TrayHost {
  readonly #bus: BusConnection;
  readonly #items: string[] = [];

  private constructor(address: string) {
    this.#bus = new BusConnection(address);
    this.#bus.export({
      path: '/StatusNotifierWatcher',
      object: {
        RegisteredStatusNotifierItems: this.#items,
        IsStatusNotifierHostRegistered: true,
        ProtocolVersion: 0,
        RegisterStatusNotifierItem: (service: string) => void this.#items.push(service),
        RegisterStatusNotifierHost: () => {},
      },
      description: {
        name: watcher,
        methods: { RegisterStatusNotifierItem: ['s', ''], RegisterStatusNotifierHost: ['s', ''] },
        properties: {
          RegisteredStatusNotifierItems: 'as',
          IsStatusNotifierHostRegistered: 'b',
          ProtocolVersion: 'i',
        },
        signals: {},
      },
    });
  }

  /** A panel on this bus, there at once. */
  static async open(address: string): Promise<TrayHost> {
    const host = new TrayHost(address);
    await host.#bus.own(watcher);
    return host;
  }

  /** How many icons registered, those that are gone included. */
  get registered(): number {
    return this.#items.length;
  }

  /** The icon that registered as the `index`th, the last one if none is said; waits for it. */
  async item(index = Math.max(0, this.#items.length - 1), withinMs = 15_000): Promise<TrayItem> {
    const until = Date.now() + withinMs;
    for (;;) {
      const service = this.#items[index];
      if (service !== undefined) return new TrayItem(this.#bus, service);
      if (Date.now() > until) throw new Error(`no icon came to the panel in ${withinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Takes the panel away. */
  async close(): Promise<void> {
    await this.#bus.release(watcher).catch(() => {});
    this.#bus.close();
  }
}
