/** Something of this machine that a container asked to see among its files. */
export interface MountAsked {
  /** `bind`: a path of this machine. `volume`: one that the engine keeps. `tmpfs`: memory. The engine's word for anything else. */
  readonly type: string;
  /** A bind's path as it was given; a volume's name; '' where there is none. */
  readonly source: string;
  /** Where below the folder of allocations a bind's path leads, all links followed; null: elsewhere, or it cannot be told. */
  readonly within: string | null;
  /** A volume's driver; '' elsewhere. */
  readonly driver: string;
  /** A volume that the engine made for this container alone, without a name. */
  readonly anonymous: boolean;
}

/** What a container asked of the engine, as the engine tells it; words that are not known stay as they are. */
export interface ContainerAsked {
  readonly id: string;
  readonly name: string;
  /** Nomad's allocation id; null: it carries none. */
  readonly allocation: string | null;
  readonly running: boolean;
  readonly network: string;
  /** Further networks that it is in. */
  readonly networks: readonly string[];
  readonly pid: string;
  readonly ipc: string;
  readonly uts: string;
  readonly users: string;
  readonly cgroups: string;
  readonly privileged: boolean;
  readonly capabilities: readonly string[];
  /** Device files of this machine, and rules for whole kinds of them. */
  readonly devices: readonly string[];
  readonly securityOptions: readonly string[];
  /** The paths that the engine hides from a container are shown to it. */
  readonly unmasked: boolean;
  readonly mounts: readonly MountAsked[];
  /** Containers whose volumes it takes over. */
  readonly volumesFrom: readonly string[];
  /** Containers to which it is linked. */
  readonly links: readonly string[];
  /** Cards by the names it used for them (`all`, an index, a UUID, a CDI name); empty: none. */
  readonly cards: readonly string[];
}
