/** The part of pino-roll 4 that we use; it brings no types of its own. */
declare module 'pino-roll' {
  import type { EventEmitter } from 'node:events';

  interface RollingFile extends EventEmitter {
    /** −1 until the file is open. */
    readonly fd: number;
    write(text: string): boolean;
    flushSync(): void;
    end(): void;
  }

  const open: (options: {
    readonly file: string;
    readonly extension: string;
    readonly size: string;
    readonly limit: { readonly count: number; readonly removeOtherLogFiles: boolean };
    readonly mode: number;
    readonly sync: boolean;
    readonly maxLength: number;
  }) => Promise<RollingFile>;
  export = open;
}
