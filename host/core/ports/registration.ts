import type { Fact } from '../facts.ts';

/** A task driver as the pool sees it on this computer. */
export interface DriverSample {
  readonly name: string;
  readonly detected: boolean;
  readonly healthy: boolean;
  /** The driver's own words. */
  readonly words: string;
}

/** One device that the pool can give to a job. */
export interface DeviceSample {
  readonly id: string;
  readonly name: string;
  readonly healthy: boolean;
  readonly words: string;
}

/** This computer as it is registered with the pool. */
export interface RegistrationSample {
  readonly name: string;
  readonly status: string;
  readonly eligible: boolean;
  /** The agent's version, x.y.z; null where it is not told. */
  readonly version: string | null;
  readonly nodePool: string;
  readonly datacenter: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly drivers: readonly DriverSample[];
  readonly devices: readonly DeviceSample[];
  readonly memoryMib: number | null;
  readonly diskMib: number | null;
}

/** One of the pool's servers as the pool lists it. */
export interface PoolServer {
  readonly name: string;
  readonly alive: boolean;
  /** x.y.z; null where it is not told. */
  readonly version: string | null;
}

/** What only a diagnosis asks of the pool, with the node's own secret. Unknown with the problems of `Nomad.lookNode`. */
export interface Registration {
  look(): Promise<Fact<RegistrationSample>>;
  servers(): Promise<Fact<readonly PoolServer[]>>;
}
