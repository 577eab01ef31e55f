/** A disk that jobs need. */
export interface DiskSpace {
  /** The folder of ours, or of the engine's, that lies on it. */
  readonly path: string;
  /** What we may still write, bytes. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** What jobs need of this machine beside card and engine. */
export interface HealthSample {
  /** The disks that jobs write on, each once; empty: the system does not tell. */
  readonly disks: readonly DiskSpace[];
  /** How far this computer's clock is ahead of the pool's sign-in server, ms; null: not known. */
  readonly clockAheadMs: number | null;
}

/** The machine's disks and clock. */
export interface Health {
  /** Looks once, cheaply; never rejects. `controlUrl`: whose time is compared, null: nobody's; `engineRoot`: where the engine says that it keeps its own. */
  look(controlUrl: string | null, engineRoot?: string | null): Promise<HealthSample>;
}
