import type { Settings, Work } from '../../../contract/app-state.ts';
import type { EarningsSummary, LedgerRow } from '../../../contract/earnings.ts';
import type { Problem } from '../../../contract/problems.ts';
import type { Page } from '../commands.ts';
import type { Observation } from '../earnings/observation.ts';
import type { FootprintLine, FootprintEntry } from '../footprint.ts';
import type { Intent } from '../intent.ts';

/** What a store found at its opening. */
export interface Opened<T> {
  readonly value: T;
  /** Set where a damaged file was moved aside (its new path in the detail). */
  readonly problem: Problem | null;
}

/** What the owner wants, on disk: each write is atomic and synced. Problem: disk-full. */
export interface IntentStore {
  load(): Promise<Opened<Intent>>;
  save(intent: Intent): Promise<void>;
}

/** What we changed on this machine: appended and synced before each change. Problem: disk-full. */
export interface FootprintStore {
  load(): Promise<Opened<readonly FootprintEntry[]>>;
  /** Writes a line before the change it tells of; answers its id. */
  add(line: FootprintLine): Promise<number>;
  /** The change of this line is undone. */
  undone(id: number): Promise<void>;
}

/** Settings on disk. */
export interface SettingsStore {
  load(): Promise<Opened<Settings>>;
  save(settings: Settings): Promise<void>;
}

/** A secret's name; files 0600 in a 0700 folder. */
export type SecretName = 'auth-key' | 'tls-ca' | 'tls-certificate' | 'tls-key' | 'introduction-token';

/** Secrets: files 0600 in a 0700 folder, because Nomad needs them as files. */
export interface Secrets {
  write(name: SecretName, value: string): Promise<void>;
  read(name: SecretName): Promise<string | null>;
  /** Where the file lies or would. */
  path(name: SecretName): string;
  forget(name: SecretName): Promise<void>;
  forgetAll(): Promise<void>;
}

/** Append-only observations; segments and daily sums derived in the same transaction. Problem: ledger-damaged, disk-full. */
export interface Ledger {
  /** Problem of the opening, once. */
  readonly problem: Problem | null;
  append(observations: readonly Observation[]): Promise<void>;
  /** Sums of the last days by the local calendar, open stretches counted up to `now`. */
  summary(days: number, now: number): Promise<Omit<EarningsSummary, 'status'>>;
  rows(page: Page, now: number): Promise<readonly LedgerRow[]>;
  /** Ended jobs, newest first. */
  history(page: Page): Promise<readonly Work[]>;
  /** The newest observation of each stretch after which more may follow, so that a restart goes on where it was. */
  open(): Promise<readonly Observation[]>;
  /** Allocations whose job ended at or after this time: the pool lists them for a while, and they are not recorded twice. */
  endedSince(at: number): Promise<readonly string[]>;
  /** Reads the whole file through once: what is wrong with it (nothing is moved or mended), and how many observations it holds. */
  check(): Promise<{ readonly problem: Problem | null; readonly rows: number }>;
  /** Removes everything that is written in it. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

/** Files that the owner asked for, in a place they chose. Problem: export-failed. */
export interface Exports {
  /** Fails where such a file could not be made, or is there already. */
  check(path: string): Promise<void>;
  /** Writes it whole or not at all. */
  write(path: string, chunks: AsyncIterable<string>): Promise<void>;
}

/** The host's log: JSON lines, rotating, secrets redacted by key and by value. */
export interface Log {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
  /** From now on this text never appears in the log. */
  redact(secret: string): void;
}

/** Folders of ours. */
export interface Folders {
  /** The agent's: configuration, state, allocations, plugins. */
  readonly agent: string;
  readonly secrets: string;
  /** Free bytes on the disk that holds our folders, or null where the system does not tell. */
  freeBytes(): Promise<number | null>;
  /** The disk that holds our folders (or the one with this folder), or null where the system does not tell. */
  disk(at?: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number } | null>;
  /** What a folder takes up; what may not be read counts nothing. */
  bytes(path: string): Promise<number>;
  /** Removes a folder with all in it; `denied` where files of root's are left. Gone already is fine. */
  remove(path: string): Promise<'gone' | 'denied'>;
}
