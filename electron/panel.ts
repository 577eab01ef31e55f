import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { busSocket } from '../contract/bus-address.ts';

const watcher = 'org.kde.StatusNotifierWatcher';
const daemon = 'org.freedesktop.DBus';
const rule = `type='signal',sender='${daemon}',interface='${daemon}',member='NameOwnerChanged',arg0='${watcher}'`;

/** The part of the bus library that is used here; its own types lack it. */
interface Bus {
  readonly connection: { on: (event: 'error' | 'message', heard: (message: Message) => void) => void };
  readonly addMatch: (rule: string, done: () => void) => void;
  readonly invoke: (call: object, done: (error: unknown, answer: unknown) => void) => void;
}
interface Message {
  readonly member?: string;
  readonly body?: readonly unknown[];
}
interface BusLibrary {
  readonly createClient: (options: { stream: Socket }) => Bus;
}

/**
 * Calls `appeared` whenever a panel that shows icons comes to the session bus of Linux: an icon made while there was
 * none never registers by itself. Without a bus nothing happens. Resolves when it is sure that an icon made before has
 * registered, for which it has `registerWithinMs`.
 */
export async function watchForPanel(
  environment: NodeJS.ProcessEnv,
  appeared: () => void,
  registerWithinMs = 2000,
): Promise<void> {
  const socket = busSocket(environment);
  const stream = socket === null ? null : await connected(socket);
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
  await new Promise<void>((resolve) => bus.addMatch(rule, resolve));
  await delay(registerWithinMs);
  if (await isPassedOver(bus)) appeared();
}

/** Whether a panel is there that shows no icon of this process: it came after the icon was made, and before it was watched for. */
async function isPassedOver(bus: Bus): Promise<boolean> {
  const items = await ask(bus, {
    destination: watcher,
    path: '/StatusNotifierWatcher',
    interface: `${daemon}.Properties`,
    member: 'Get',
    signature: 'ss',
    body: [watcher, 'RegisteredStatusNotifierItems'],
  });
  if (items === null) return false;
  // A variant arrives as its type and its value; an item is the name of its connection, with or without a path behind it.
  const names = ((items as [unknown, [string[]]])[1][0] ?? []).map((item) => item.split(/[/@]/)[0]);
  const call = {
    destination: daemon,
    path: '/',
    interface: daemon,
    member: 'GetConnectionUnixProcessID',
    signature: 's',
  };
  const owners = await Promise.all(names.map((name) => ask(bus, { ...call, body: [name] })));
  return !owners.includes(process.pid);
}

/** The answer to a call, or null where it fails. */
function ask(bus: Bus, call: object): Promise<unknown> {
  return new Promise((resolve) => bus.invoke(call, (error, answer) => resolve(error ? null : answer)));
}

/** The open connection, or null where nobody listens. */
function connected(socket: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const stream = connect(socket);
    stream.once('connect', () => {
      stream.removeAllListeners('error');
      resolve(stream);
    });
    stream.once('error', () => resolve(null));
  });
}
