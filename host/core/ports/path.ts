import type { Fact } from '../facts.ts';
import type { Greeting, World } from './world.ts';

/** One of the pool's servers as it is to be reached. */
export interface ServerWanted {
  readonly host: string;
  readonly port: number;
  /** Its address in the pool's network; null: the network knows no such name. */
  readonly address: string | null;
}

/** How one of the pool's servers was reached just now. */
export interface ServerPath extends ServerWanted {
  /** How an answer came; null: none came. */
  readonly way: 'direct' | 'peer-relay' | 'relayed' | null;
  /** The relay's name where one was used. */
  readonly relay: string | null;
  /** There and back, milliseconds; null where no answer came. */
  readonly ms: number | null;
  /** TCP to its port: the real end of the chain. Null where there is no address. */
  readonly tcp: Awaited<ReturnType<World['dial']>> | null;
}

/** What this computer's line lets through, as `tailscale netcheck` measured it; null is unknown. */
export interface LineSample {
  readonly udp: boolean | null;
  /** The router gives each destination another port, and opens none when asked. */
  readonly hardNat: boolean | null;
  /** The nearest relay. */
  readonly relay: { readonly name: string; readonly ms: number | null } | null;
  /** How many relays answered. */
  readonly relaysReached: number;
  readonly captivePortal: boolean | null;
}

/** What tailscaled itself complains of, as far as it is about the way. */
export type PathWarning = 'captive-portal' | 'tls' | 'no-relay' | 'no-network';

/** What was found out about the way to the pool. */
export interface PathSample {
  readonly servers: readonly ServerPath[];
  /** Null where `tailscale` could not be asked. */
  readonly line: LineSample | null;
  readonly warnings: readonly PathWarning[];
  /** The control server, greeted past the network. */
  readonly control: Greeting;
  /** Port 80 of the control server is swallowed on the way although 443 opens; null: not tried. */
  readonly webOnly: boolean | null;
}

/** What is to be found out. */
export interface PathWanted {
  readonly servers: readonly ServerWanted[];
  readonly controlUrl: string;
}

/** The way to the pool, looked at by trying it: packets are sent, nothing is changed. */
export interface Path {
  /** `thorough`: as long as it takes (up to 30 s), for somebody who waits for the result; else few packets. */
  look(wanted: PathWanted, thorough: boolean): Promise<Fact<PathSample>>;
}
