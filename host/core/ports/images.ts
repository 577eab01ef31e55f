/** One image on this computer. */
export interface ImageSample {
  /** "sha256:" and 64 hex digits. */
  readonly id: string;
  /** "repository:tag" and "repository@digest", as the engine lists them. */
  readonly names: readonly string[];
  /** Layers that others share are counted in. */
  readonly bytes: number;
}

/** A network of the engine's. */
export interface NetworkSample {
  readonly id: string;
  readonly name: string;
}

/** All that the engine keeps. */
export interface Stock {
  readonly images: readonly ImageSample[];
  /** Names of volumes. */
  readonly volumes: readonly string[];
  readonly networks: readonly NetworkSample[];
}

/** What some containers use: image ids, volume names, network ids. */
export interface Used {
  readonly images: readonly string[];
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
}

/** What containers use, ended ones too: those of this computer's jobs, and everybody else's. */
export interface Use {
  readonly jobs: Used;
  readonly others: Used;
}

/** By what a container is known for one of our jobs' where no engine answers. */
export interface OurTraces {
  /** Containers of our jobs, as the engine told of them. */
  readonly containers: readonly string[];
  /** Jobs that have a folder here. */
  readonly allocations: readonly string[];
  /** The folder of their folders. */
  readonly folder: string;
}

/** What the container engine keeps for jobs after they ended. Every problem is `engine-…`. */
export interface Images {
  /** Everything there is now. */
  stock(): Promise<Stock>;
  /**
   * What containers use now; of jobs (`allocations`) also what containers used that came and went since `since`
   * (epoch ms), as far back as the engine remembers. A volume or network older than a job's container is not the
   * job's, though that container asked for it.
   */
  use(allocations: readonly string[], since: number): Promise<Use>;
  /** Takes these names off an image, and the image with its last one; `used`: a container or another name holds it. */
  removeImage(id: string, names: readonly string[]): Promise<'gone' | 'used'>;
  /** Gives an image a name ("repository:tag") again. */
  name(id: string, name: string): Promise<void>;
  removeVolume(name: string): Promise<'gone' | 'used'>;
  removeNetwork(id: string): Promise<'gone' | 'used'>;
  /** How large volumes are, as far as the engine tells. */
  volumeBytes(): Promise<Readonly<Record<string, number>>>;
  /**
   * Empties a folder, whoever wrote in it, by a throw-away container of this image which has that folder and nothing
   * else. False where the image has no program for it. The folder must lie in its place without links on the way.
   */
  emptyFolder(folder: string, image: string, signal: AbortSignal): Promise<boolean>;
  /** Removes throw-away containers for folders under this one that a host left behind when it was killed. */
  removeThrowAways(under: string): Promise<void>;
  /**
   * Processes that run in containers of our jobs, seen without the engine; `unseen` where that cannot be told: the system
   * hides others' processes, or there are containers and none of our jobs' is known.
   */
  processesInContainers(ours: OurTraces): Promise<number | 'unseen'>;
}
