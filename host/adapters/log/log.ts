import { chmod, mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { type LoggerOptions, pino } from 'pino';
import roll from 'pino-roll';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/stores.ts';
import { createRedaction } from './redaction.ts';

/** How much is logged: this and what is graver. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where the log lies and how much it says. */
export interface LogOptions {
  /** Becomes its owner's alone (0700), since a log tells what runs here. */
  readonly folder: string;
  readonly level: LogLevel;
  readonly clock: Pick<Clock, 'now'>;
  /** A file that reaches this size is closed and the next begun. */
  readonly fileBytes?: number;
}

/** The host's log on disk. */
export interface HostLog extends Log {
  /** Writes what is still in memory and ends; lines after that are dropped. */
  close(): Promise<void>;
}

/** The present file and the ones before it. */
const filesKept = 3;
/** Lines held in memory while the disk takes none; what comes then is dropped. */
const heldBytes = 1_048_576;

/** Opens `host.<number>.log` in the folder, the newest with the highest number. A full disk costs lines, never the host. */
export async function createLog(options: LogOptions): Promise<HostLog> {
  await mkdir(options.folder, { recursive: true });
  await chmod(options.folder, 0o700);
  const file = await openFile(options);
  const redaction = createRedaction();
  let open = file.fd !== -1;
  const write = (line: string) => {
    if (open) file.write(redaction.line(line));
  };
  const logger = pino(loggerOptions(options), { write });
  const flush = () => {
    if (open) file.flushSync();
  };
  process.on('exit', flush);
  const at =
    (level: LogLevel): Log['info'] =>
    (message, fields) => {
      // Its own check first, so that what is not logged costs nothing.
      if (logger.isLevelEnabled(level))
        logger[level](fields === undefined ? {} : redaction.fields(fields), message);
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    redact: (secret) => redaction.learn(secret),
    close: async () => {
      if (!open) return;
      open = false;
      process.off('exit', flush);
      file.end();
      await once(file, 'close');
    },
  };
}

async function openFile({ folder, fileBytes = 2_097_152 }: LogOptions) {
  const file = await roll({
    file: join(folder, 'host'),
    extension: '.log',
    size: `${fileBytes}b`,
    limit: { count: filesKept, removeOtherLogFiles: true },
    mode: 0o600,
    sync: false,
    maxLength: heldBytes,
  });
  // A log that cannot be written must not end the program that it tells of; the next line tries again.
  file.on('error', () => undefined);
  if (file.fd === -1) await once(file, 'ready').catch(() => undefined);
  return file;
}

const loggerOptions = ({ level, clock }: LogOptions): LoggerOptions => ({
  level,
  // Neither the machine's name nor the process id: they say nothing here, and a log may be shown to others.
  base: null,
  timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
  formatters: { level: (label: string) => ({ level: label }) },
});
