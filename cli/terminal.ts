import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { cutToWidth } from './table.ts';

/** A style of words on a terminal. */
export type Style = 'bold' | 'dim';

/** The terminal or the pipes that the command line is used from. */
export interface Terminal {
  /** Results. */
  readonly out: (line: string) => void;
  /** Everything that is no result. */
  readonly err: (line: string) => void;
  /** How far something is: on a terminal one line that the next one takes the place of, elsewhere a line for each new stage. */
  readonly progress: (line: string, stage: string) => void;
  readonly styled: (style: Style, text: string) => string;
  /** Asks, and whether the answer is one of these words; rejects at Ctrl-C, Ctrl-D or the signal. */
  readonly confirm: (question: string, yes: readonly string[], signal: AbortSignal) => Promise<boolean>;
  /** Standard input to its end, at most so many characters and a little more. */
  readonly readAll: (maxLength: number) => Promise<string>;
  /** Whether somebody can be asked. */
  readonly isAttended: boolean;
  /** How many columns what is no result has; absent where that is no terminal. */
  readonly columns?: number;
  /** Whether stdout is a terminal. */
  readonly isTty: boolean;
  /** Whether who read the results has gone (`| head`). */
  readonly isGone: () => boolean;
}

interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const codes = { bold: ['\u001b[1m', '\u001b[22m'], dim: ['\u001b[2m', '\u001b[22m'] } as const;

/** A process's terminal. Colour only on one, and not where NO_COLOR says no (no-color.org). */
export function terminalOf({ stdin, stdout, stderr, env }: Streams): Terminal {
  const coloured = stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const rewritable = stderr.isTTY === true && env['TERM'] !== 'dumb';
  let passing = false;
  let lastStage = '';
  const clear = (): string => {
    const code = passing ? '\r\u001b[K' : '';
    passing = false;
    return code;
  };
  const err = (text: string): void => void stderr.write(clear() + text);
  // A reader that has had enough (`| head`) is no error of ours.
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined);
  return {
    out(line) {
      if (passing) err('');
      stdout.write(`${line}\n`);
    },
    err: (line) => err(`${line}\n`),
    progress(line, stage) {
      if (rewritable) {
        err(cutToWidth(line, (stderr.columns ?? 80) - 1));
        passing = true;
      } else if (stage !== lastStage) err(`${line}\n`);
      lastStage = stage;
    },
    styled: (style, text) => (coloured ? codes[style].join(text) : text),
    confirm(question, yes, signal) {
      const lines = createInterface({ input: stdin, output: stderr });
      const over = new AbortController();
      const answer = new Promise<boolean>((resolve, reject) => {
        const stop = (): void => {
          if (over.signal.aborted) return;
          err('\n');
          reject(new Error('no answer'));
        };
        lines.once('SIGINT', stop).once('close', stop);
        signal.addEventListener('abort', stop, { signal: over.signal });
        lines.question(question, (line) => resolve(yes.includes(line.trim().toLowerCase())));
      });
      return answer.finally(() => {
        over.abort();
        lines.close();
      });
    },
    async readAll(maxLength) {
      stdin.setEncoding('utf8');
      let text = '';
      for await (const part of stdin) {
        text += String(part);
        if (text.length > maxLength) break;
      }
      return text;
    },
    isAttended: stdin.isTTY === true && stderr.isTTY === true,
    ...(stderr.isTTY === true ? { columns: stderr.columns ?? 80 } : {}),
    isTty: stdout.isTTY === true,
    isGone: () => stdout.destroyed,
  };
}
