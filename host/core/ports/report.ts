/** A file of a report. */
export interface ReportFile {
  /** With folders before it: "logs/nomad.log". */
  readonly name: string;
  readonly text: string;
}

/** What a report is made of beside what the host knows, and what becomes of it. */
export interface ReportStore {
  /** Logs and configuration as they lie on the disk, the end of long ones. */
  read(): Promise<readonly ReportFile[]>;
  /** Everything secret that lies on the disk, so that it is found and taken out wherever else it stands. */
  secrets(): Promise<readonly string[]>;
  /** What the program runs on: names and versions. */
  readonly runtime: Readonly<Record<string, string>>;
  /** The owner's home folder. */
  readonly home: string;
  zip(files: readonly ReportFile[]): Promise<Uint8Array>;
  /** Saves it where the owner's downloads are, for the owner alone, never over another file; answers its path. Problem: disk-full. */
  save(name: string, bytes: Uint8Array): Promise<string>;
}
