import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  chown,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RootMachine } from '../../../core/ports/root-machine.ts';
import type { RunResult } from '../../../core/ports/world.ts';

/** This machine, with Node alone: the program that runs as root brings nothing with it. */
export const thisMachine: RootMachine = {
  isProgram: async (path) => {
    try {
      await access(path, constants.X_OK);
      return (await stat(path)).isFile();
    } catch {
      return false;
    }
  },
  run: (program, args, options) =>
    new Promise((resolve) => {
      const { timeoutMs, env } = options;
      execFile(
        program,
        [...args],
        { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024, env: { ...env }, cwd: '/' },
        (error, stdout, stderr) => resolve(ended(error, stdout, stderr)),
      ).stdin?.end();
    }),
  files: {
    read: (path) => readFile(path, 'utf8').catch(nullWhenAbsent),
    exists: (path) =>
      stat(path).then(
        () => true,
        () => false,
      ),
    write: async (path, content) => {
      await mkdir(dirname(path), { recursive: true, mode: 0o755 });
      // A file that is there may be a link to where its owner keeps it, and may hold what is not for everybody.
      const place = await realpath(path).catch(() => path);
      const before = await stat(place).catch(() => null);
      const beside = `${place}.rigshare-new`;
      await rm(beside, { force: true });
      await writeFile(beside, content, { flag: 'wx', mode: 0o600 });
      if (before !== null) await chown(beside, before.uid, before.gid);
      await chmod(beside, before === null ? 0o644 : before.mode & 0o777);
      await rename(beside, place);
    },
    remove: (path) => rm(path, { recursive: true, force: true }),
  },
};

function ended(
  error: (Error & { readonly code?: unknown; readonly killed?: boolean }) | null,
  stdout: string,
  stderr: string,
): RunResult {
  if (error === null) return { exitCode: 0, stdout, stderr, failure: null };
  if (typeof error.code === 'number') return { exitCode: error.code, stdout, stderr, failure: null };
  const failure =
    error.code === 'ENOENT'
      ? 'missing'
      : error.code === 'EACCES'
        ? 'denied'
        : error.killed === true
          ? 'timeout'
          : 'signal';
  return { exitCode: null, stdout, stderr, failure };
}

function nullWhenAbsent(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
