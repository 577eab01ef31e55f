import type { Clock } from './clock.ts';

/** An HTTP answer, as much of it as adapters use. */
export interface HttpAnswer {
  readonly status: number;
  header(name: string): string | null;
  /** The whole body; rejects when it is cut off. */
  text(): Promise<string>;
  /** The body in chunks as they arrive, for streams; ends when the signal of the request aborts. */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A request to one service: `path` begins with "/"; the service (socket or address) is bound already. */
export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Gives up after this; for a stream: until the head arrives. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Speaks HTTP to one service. Rejects with `Unreachable` when it cannot be reached, refuses the socket, or is too slow. */
export type Fetch = (request: HttpRequest) => Promise<HttpAnswer>;

/** Why no HTTP answer came. */
export class Unreachable extends Error {
  readonly why: 'absent' | 'refused' | 'denied' | 'timeout' | 'aborted' | 'broken';
  constructor(why: Unreachable['why'], detail: string) {
    super(`${why}: ${detail}`);
    this.name = 'Unreachable';
    this.why = why;
  }
}

/** How a program ended. `exitCode` null: it could not be started (`failure` says why) or was ended by a signal or the time limit. */
export interface RunResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly failure: 'missing' | 'denied' | 'timeout' | 'aborted' | 'signal' | null;
}

/** One process, told from a later one with the same pid by its start time. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks since boot (Linux /proc stat field 22), as text; opaque elsewhere. */
  readonly startTime: string;
}

/** A running process. */
export interface ProcessInfo extends ProcessId {
  readonly parent: number;
  /** The executable's path, or null where it may not be read. */
  readonly executable: string | null;
  readonly command: readonly string[];
  /** Ids found in its control groups (64 hex digits of a container), newest first. */
  readonly containers: readonly string[];
  readonly zombie: boolean;
}

/** Programs and processes of this machine. */
export interface Programs {
  /** Where a program lies, from a path or PATH; null: nowhere. */
  find(program: string): Promise<string | null>;
  /** Runs a program to its end. Secrets go by `input`, never as arguments. Never rejects. */
  run(
    program: string,
    args: readonly string[],
    options: {
      readonly timeoutMs: number;
      readonly input?: string;
      readonly signal?: AbortSignal;
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<RunResult>;
  /** Runs a program and talks with it line by line (its standard input stays open until `end`). */
  talk(program: string, args: readonly string[], options: { readonly signal?: AbortSignal }): Talk;
  /** Starts a program that outlives us, in its own process group, its output appended to a file. */
  startDetached(
    program: string,
    args: readonly string[],
    options: {
      readonly outputFile: string;
      readonly cwd: string;
      readonly env?: Readonly<Record<string, string>>;
    },
  ): Promise<ProcessId>;
  /** The process with this pid, or null. */
  process(pid: number): Promise<ProcessInfo | null>;
  /** All processes that we may see. */
  processes(): Promise<readonly ProcessInfo[]>;
  /** Whether a process has a file open under a folder, or its executable lies there. */
  touches(pid: number, folder: string): Promise<boolean>;
  /** Signals exactly this process; false when it is gone (or its pid is another's now). */
  signal(id: ProcessId, signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
}

/** A program being talked with. */
export interface Talk {
  send(line: string): void;
  /** Its standard output, line by line. */
  readonly lines: AsyncIterable<string>;
  /** Closes its standard input. */
  end(): void;
  readonly result: Promise<RunResult>;
}

/** What came of saying hello to a web server. */
export type Greeting =
  | {
      readonly ok: true;
      /** By its own clock, epoch milliseconds; null where it does not say. */
      readonly date: number | null;
      /** When that was by ours: half-way between asking and answer. */
      readonly at: number;
      /** Whether somebody whom this machine trusts vouches for it; null where nothing is encrypted. */
      readonly trusted: boolean | null;
      /** Who vouches for it, in their own words. */
      readonly issuer: string | null;
    }
  | { readonly ok: false; readonly why: 'refused' | 'timeout' | 'unreachable' | 'unknown-name' };

/** A disk of this machine. */
export interface Disk {
  /** Tells it from others. */
  readonly device: string;
  /** What the owner may still write, bytes. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** All that adapters know of the outside: the real one, or the demo's. */
export interface World {
  readonly clock: Clock;
  readonly programs: Programs;
  /** tailscaled's LocalAPI. */
  readonly tailscaled: Fetch;
  /** The local Nomad agent on this loopback port. */
  nomad(port: number): Fetch;
  /** The container engine's API (Docker's; Podman's speaks it too). */
  readonly engine: Fetch;
  /** The publisher's releases site, through the owner's proxy where one is set. */
  readonly releases: Fetch;
  /** Whether TCP to an address opens within the limit; answers in milliseconds, or why not. */
  dial(
    host: string,
    port: number,
    timeoutMs: number,
  ): Promise<
    | { readonly ok: true; readonly ms: number }
    | { readonly ok: false; readonly why: 'refused' | 'timeout' | 'unreachable' }
  >;
  /** Says hello to a web server (http or https), by the name that this machine knows. */
  greet(url: string, timeoutMs: number): Promise<Greeting>;
  /** The address of a name, asked of this name server alone; null: it knows none, or does not answer. */
  lookUp(name: string, nameServer: string, timeoutMs: number): Promise<string | null>;
  /** A loopback port that nobody uses, the preferred one if free. */
  freePort(preferred: number): Promise<number>;
  /** The disk that a folder lies on; null where there is no such folder, or the system does not tell. */
  disk(path: string): Promise<Disk | null>;
  readonly machine: Machine;
}

/** Who and where we are. */
export interface Machine {
  readonly platform: 'linux' | 'windows' | 'macos';
  /** The processor's kind, as Node names it: x64, arm64, … */
  readonly arch: string;
  readonly hostname: string;
  readonly user: string;
  readonly uid: number;
  readonly root: boolean;
  /** The owner's own folder. */
  readonly home?: string;
  /** What it is made of; absent: not known. */
  readonly hardware?: { readonly cores: number; readonly mhz: number; readonly memoryMib: number };
  /** The machine's boot, so that a pid of before is not taken for one of now. */
  readonly bootId: string;
}
