import { spawn } from 'node:child_process';
import dbus from '@homebridge/dbus-native';

/** A session bus of our own: no desktop's panel shows what the tests start. */
export interface OwnBus {
  readonly address: string;
  readonly close: () => void;
}

/** Starts a session bus. */
export async function startBus(): Promise<OwnBus> {
  const args = ['--session', '--nofork', '--nopidfile', '--print-address=1'];
  const daemon = spawn('dbus-daemon', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await new Promise<string>((resolve, reject) => {
    daemon.once('error', reject);
    daemon.once('exit', (code) => reject(new Error(`dbus-daemon ended at once (exit ${code})`)));
    daemon.stdout.once('data', (data) => resolve(String(data).trim()));
  });
  return { address, close: () => void daemon.kill() };
}

/** A call to another program on the bus. */
export interface Call {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly signature: string;
  readonly body: readonly unknown[];
}

/** An object that answers calls, with its description. */
export interface Exported {
  readonly path: string;
  readonly object: object;
  readonly description: {
    readonly name: string;
    readonly methods: Readonly<Record<string, readonly [string, string]>>;
    readonly properties: Readonly<Record<string, string>>;
    readonly signals: Readonly<Record<string, readonly string[]>>;
  };
}

/** The library's bus, of which its own types tell little. */
interface NativeBus {
  readonly connection: { readonly end: () => void };
  readonly exportInterface: (object: object, path: string, description: object) => void;
  readonly requestName: (name: string, flags: number, done: (error: unknown) => void) => void;
  readonly releaseName: (name: string, done: (error: unknown) => void) => void;
  readonly invoke: (
    call: object,
    done: (error: { message?: string } | null, ...answers: unknown[]) => void,
  ) => void;
}

/** A connection to a bus. */
export class BusConnection {
  readonly #bus: NativeBus;

  constructor(address: string) {
    const { createClient } = dbus as unknown as { createClient: (options: object) => NativeBus };
    this.#bus = createClient({ busAddress: address });
  }

  /** Answers calls with an object's methods and properties. */
  export({ path, object, description }: Exported): void {
    this.#bus.exportInterface(object, path, description);
  }

  /** Takes a name, or gives it back. */
  own(name: string): Promise<void> {
    return this.#named('requestName', name);
  }
  release(name: string): Promise<void> {
    return this.#named('releaseName', name);
  }

  /** Calls another program for its one answer; rejects with its error. */
  async call(call: Call): Promise<unknown> {
    const [answer] = await this.callAll(call);
    return answer;
  }

  /** Calls another program for all its answers. */
  callAll(call: Call): Promise<readonly unknown[]> {
    return new Promise((resolve, reject) => {
      this.#bus.invoke({ ...call }, (error, ...answers) => {
        if (error) reject(new Error(`${call.member}: ${error.message ?? JSON.stringify(error)}`));
        else resolve(answers);
      });
    });
  }

  /** Leaves the bus. */
  close(): void {
    this.#bus.connection.end();
  }

  #named(how: 'requestName' | 'releaseName', name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (error: unknown) => (error ? reject(new Error(JSON.stringify(error))) : resolve());
      if (how === 'requestName') this.#bus.requestName(name, 0, done);
      else this.#bus.releaseName(name, done);
    });
  }
}
