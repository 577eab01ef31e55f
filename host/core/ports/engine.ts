import type { Fact } from '../facts.ts';
import type { ContainerAsked } from './container-asked.ts';

/** One container of the pool's work. */
export interface ContainerSample {
  /** 64 hex digits. */
  readonly id: string;
  readonly allocation: string;
  readonly state: 'created' | 'running' | 'paused' | 'exited' | 'dead';
  readonly image: string;
}

/** A running container that is none of the pool's work. */
export interface OtherContainer {
  readonly name: string;
  readonly image: string;
}

/** What was seen of the container engine. */
export interface EngineSample {
  readonly kind: 'docker' | 'podman';
  readonly version: string;
  readonly rootless: boolean;
  /** Whose rights containers amount to: the owner's own, the administrator's through the engine's group, or root's as which we run. */
  readonly rights: 'rootless' | 'group' | 'root';
  /** Whether it runs Linux containers. */
  readonly linux: boolean;
  /** How cards get into its containers: by a runtime named `nvidia` (the agent asks for that one), by device files it found, or not. */
  readonly nvidia: 'runtime' | 'cdi' | 'none';
  /** Whether a container has a control-group namespace of its own unless it asks for the machine's. */
  readonly ownCgroups: boolean;
  /** The socket it answers on; null in the demo. */
  readonly socket: string | null;
  /** The folder under which it keeps images and containers, as it says; null or absent: it does not say, or in the demo. */
  readonly dataRoot?: string | null;
  /** Containers labelled with an allocation id of this node. */
  readonly containers: readonly ContainerSample[];
  /** Running containers of the owner's, at most a minute old: what a restart of the engine would end. */
  readonly others: readonly OtherContainer[];
}

/** What is told of the engine's containers as it happens. */
export type ContainerEvent =
  /** From now on every container is told of. */
  | { readonly kind: 'listening' }
  | { readonly kind: 'created' | 'started'; readonly id: string; readonly allocation: string };

/** The container engine, through its socket. */
export interface Engine {
  /**
   * Looks once; unknown with engine-missing, engine-stopped, engine-refused, engine-error.
   * `allocations`: whose containers are ours.
   */
  look(allocations: readonly string[]): Promise<Fact<EngineSample>>;
  /** SIGTERM, and SIGKILL after the limit (0: at once). Gone already is fine. */
  stop(container: string, killAfterMs: number, signal: AbortSignal): Promise<void>;
  /** Removes an ended container. Gone already is fine. */
  remove(container: string): Promise<void>;
  /** Containers with an allocation id as they are made and started, until aborted; ends or throws when the engine goes. */
  events(signal: AbortSignal): AsyncIterable<ContainerEvent>;
  /** What a container asked for; null: it is gone. `allocations`: the folder of their folders. Problem: engine-error. */
  inspect(container: string, allocations: string): Promise<ContainerAsked | null>;
  /** Ends a container at once; one that has not begun never does. Gone already is fine. */
  end(container: string): Promise<void>;
}
