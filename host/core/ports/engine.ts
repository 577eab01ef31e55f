import type { Fact } from '../facts.ts';

/** One container of the pool's work. */
export interface ContainerSample {
  /** 64 hex digits. */
  readonly id: string;
  readonly allocation: string;
  readonly state: 'created' | 'running' | 'paused' | 'exited' | 'dead';
  readonly image: string;
}

/** What was seen of the container engine. */
export interface EngineSample {
  readonly kind: 'docker' | 'podman';
  readonly version: string;
  readonly rootless: boolean;
  /** Containers labelled with an allocation id of this node. */
  readonly containers: readonly ContainerSample[];
}

/** The container engine, through its socket. */
export interface Engine {
  /** Looks once; unknown with engine-missing, engine-refused, engine-error. `allocations`: whose containers are ours. */
  look(allocations: readonly string[]): Promise<Fact<EngineSample>>;
  /** SIGTERM, and SIGKILL after the limit (0: at once). Gone already is fine. */
  stop(container: string, killAfterMs: number, signal: AbortSignal): Promise<void>;
  /** Removes an ended container. Gone already is fine. */
  remove(container: string): Promise<void>;
}
