import { connect } from 'node:net';
import { busSocket } from './bus-address.ts';

const watcher = 'org.kde.StatusNotifierWatcher';
const rule = `type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${watcher}'`;

/** The part of the bus library that is used here; its own types lack it. */
interface Bus {
  readonly connection: {
    on: (event: 'error' | 'end' | 'message', heard: (message: Message) => void) => void;
  };
  readonly addMatch: (rule: string, done: (error: unknown) => void) => void;
}
interface Message {
  readonly member?: string;
  readonly body?: readonly unknown[];
}
interface BusLibrary {
  readonly createClient: (options: { stream: ReturnType<typeof connect> }) => Bus;
}

/**
 * Calls `appeared` whenever a panel that shows icons comes to the session bus of Linux: an icon made while there was
 * none never registers by itself. Without a bus nothing happens.
 */
export async function watchForPanel(environment: NodeJS.ProcessEnv, appeared: () => void): Promise<void> {
  const socket = busSocket(environment);
  if (socket === null) return;
  const stream = await connected(socket);
  if (stream === null) return;
  const imported: unknown = await import('@homebridge/dbus-native');
  const { createClient } = (imported as { default: BusLibrary }).default;
  const bus = createClient({ stream });
  // The bus ends with the session, and the app with it.
  bus.connection.on('error', () => stream.destroy());
  bus.connection.on('message', ({ member, body }) => {
    const [name, , owner] = body ?? [];
    if (member === 'NameOwnerChanged' && name === watcher && owner !== '') appeared();
  });
  bus.addMatch(rule, () => {});
}

/** The open connection, or null where nobody listens. */
function connected(socket: string): Promise<ReturnType<typeof connect> | null> {
  return new Promise((resolve) => {
    const stream = connect(socket);
    stream.once('connect', () => {
      stream.removeAllListeners('error');
      resolve(stream);
    });
    stream.once('error', () => resolve(null));
  });
}
