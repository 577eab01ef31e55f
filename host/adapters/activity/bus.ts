import { connect, type Socket } from 'node:net';

/** One call on a bus. */
interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** A D-Bus bus: answers of its services, or why none came. */
export interface Bus {
  /** The answer's first value; null: it failed, nobody listens, or no answer came in time. */
  ask(call: BusCall): Promise<unknown>;
  close(): void;
}

/** The part of the bus library that is used here; its own types lack it. */
interface Client {
  readonly connection: { on: (event: 'error' | 'end', heard: () => void) => void };
  readonly invoke: (call: BusCall, done: (error: unknown, answer: unknown) => void) => void;
}
interface Library {
  readonly createClient: (options: { stream: Socket }) => Client;
}

const answerMs = 2_000;

/** A bus behind a socket, connected to when it is first asked and again after it went; null: there is none. */
export function openBus(socket: () => string | null): Bus {
  let open: Promise<{ readonly client: Client; readonly stream: Socket } | null> | null = null;
  const client = async (): Promise<Client | null> => {
    open ??= connectTo(socket(), () => (open = null));
    const found = await open;
    if (found === null) open = null;
    return found?.client ?? null;
  };
  return {
    ask: async (call) => {
      const found = await client();
      return found === null ? null : answerOf(found, call);
    },
    close: () => void open?.then((found) => found?.stream.destroy()),
  };
}

/** Whether a service is there; asking it otherwise could start it. */
export async function hasOwner(bus: Bus, name: string): Promise<boolean> {
  return (
    (await bus.ask({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'NameHasOwner',
      signature: 's',
      body: [name],
    })) === true
  );
}

/** A property's value; a variant arrives as its type and its value. */
export async function property(
  bus: Bus,
  of: { readonly destination: string; readonly path: string; readonly interface: string },
  name: string,
): Promise<unknown> {
  const { destination, path } = of;
  const variant = await bus.ask({
    destination,
    path,
    interface: 'org.freedesktop.DBus.Properties',
    member: 'Get',
    signature: 'ss',
    body: [of.interface, name],
  });
  return Array.isArray(variant) && Array.isArray(variant[1]) ? variant[1][0] : null;
}

function answerOf(client: Client, call: BusCall): Promise<unknown> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), answerMs);
    client.invoke(call, (error, answer) => {
      clearTimeout(timer);
      resolve(error ? null : answer);
    });
  });
}

async function connectTo(
  socket: string | null,
  gone: () => void,
): Promise<{ readonly client: Client; readonly stream: Socket } | null> {
  if (socket === null) return null;
  const stream = await new Promise<Socket | null>((resolve) => {
    const trying = connect(socket);
    trying.once('connect', () => {
      trying.removeAllListeners('error');
      resolve(trying);
    });
    trying.once('error', () => resolve(null));
  });
  if (stream === null) return null;
  // A host that watches for input does not live on for it alone.
  stream.unref();
  const imported: unknown = await import('@homebridge/dbus-native');
  const client = (imported as { default: Library }).default.createClient({ stream });
  client.connection.on('error', () => stream.destroy());
  stream.once('close', gone);
  return { client, stream };
}
