/** Small files of ours, whole and durable: what several stores need. Every write that does not fit throws the problem disk-full and leaves the old content. */
export interface Files {
  /** The whole text (UTF-8), or null where there is no such file. */
  read(path: string): Promise<string | null>;
  /** Replaces the whole file, readable by its owner alone: synced, and never half of it, whenever the power goes. */
  replace(path: string, text: string): Promise<void>;
  /** Adds to the end, synced before it resolves; on failure the file is as it was. */
  append(path: string, text: string): Promise<void>;
  /** Removes a file; gone already is fine. */
  remove(path: string): Promise<void>;
  /** Makes a folder that is its owner's alone (0700), or makes it so again. */
  privateFolder(path: string): Promise<void>;
  /** Makes a file its owner's alone again (0600); absent is fine. */
  privateFile(path: string): Promise<void>;
  /** Moves a damaged file to "<name>.damaged-<time>" and answers its new path; null where it is gone. */
  moveAside(path: string): Promise<string | null>;
  /** Copies a file that is partly damaged likewise, and leaves it where it is. */
  copyAside(path: string): Promise<string | null>;
}
