import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const maxBytes = 200_000;

/** Writes down what nobody expected instead of stopping everything with a dialog: the shell goes on, the host is not touched. */
export function writeFaults(folder: string, report: (text: string) => void): void {
  const note = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    report(text);
    writeFault(path.join(folder, 'shell.log'), `${new Date().toISOString()} ${text}\n`);
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
}

/** Adds to a file that begins anew before it grows large; a full disk is no further fault. */
export function writeFault(file: string, line: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
    if (size + line.length > maxBytes) writeFileSync(file, line, { mode: 0o600 });
    else appendFileSync(file, line, { mode: 0o600 });
  } catch {
    // There is nowhere left to say it.
  }
}
