import type { Places } from '../contract/places.ts';
import type { Speech } from './speech.ts';
import type { Terminal } from './terminal.ts';

/** What every command is given. */
export interface Cli {
  readonly terminal: Terminal;
  /** The speech as of now. */
  readonly speech: () => Speech;
  readonly json: boolean;
  readonly places: Places;
  /** What a host is told so that it uses the same places. */
  readonly hostArgs: readonly string[];
  /** The host's bundle. */
  readonly hostEntry: string;
  /** This program's version. */
  readonly version: string;
  /** The address that whoever types comes from; null: they are here. */
  readonly sessionFrom: string | null;
  /** Comes at Ctrl-C. */
  readonly interrupted: AbortSignal;
}

/** How the command line ends; further: 130 at Ctrl-C. */
export const exitCodes = { done: 0, problem: 1, usage: 2, noHost: 3, interrupted: 130 } as const;

/** A command line that cannot be meant; the message is for its writer. */
export class UsageError extends Error {}

/** Ctrl-C while something was waited for. */
export class Interrupted extends Error {}

/** The result: as JSON for programs, else as lines for people. */
export function present({ terminal, json }: Cli, value: unknown, lines: () => readonly string[]): void {
  if (json) terminal.out(jsonOf(value, terminal.isTty));
  else for (const line of lines()) terminal.out(line);
}

/** JSON whose names cannot move a terminal's cursor either. */
export function jsonOf(value: unknown, indented: boolean): string {
  return JSON.stringify(value, null, indented ? 2 : 0).replaceAll(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
