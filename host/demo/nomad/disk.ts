import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chance } from '../chance.ts';
import type { Output } from './task-output.ts';

/** What an agent keeps on disk. */
export interface Disk {
  /** Its id and secret, made at its first start. */
  identity(): { readonly id: string; readonly secret: string };
  /** What it is to introduce itself with, read at its start. */
  introduction(): string | null;
  /** Makes an allocation's folder with those of its tasks. */
  prepare(allocation: string, tasks: readonly string[]): void;
  /** A line in a task's output. */
  print(allocation: string, task: string, output: Output, line: string): void;
  /** Folders of allocations. */
  allocations(): readonly string[];
  /** Removes an allocation's folder. */
  remove(allocation: string): void;
}

/** Real files under the folders of an agent's configuration. */
export function realDisk(stateDir: string, allocDir: string, chance: Chance): Disk {
  const kept = (name: string): string => {
    const file = join(stateDir, name);
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      const made = chance.uuid();
      writeFileSync(file, made, { mode: 0o600 });
      return made;
    }
  };
  return {
    identity: () => {
      mkdirSync(stateDir, { recursive: true, mode: 0o700 });
      mkdirSync(allocDir, { recursive: true, mode: 0o711 });
      return { id: kept('client-id'), secret: kept('secret-id') };
    },
    introduction: () => {
      try {
        return readFileSync(join(stateDir, 'intro_token.jwt'), 'utf8').trim();
      } catch {
        return null;
      }
    },
    prepare: (allocation, tasks) => {
      const folder = join(allocDir, allocation);
      for (const sub of ['data', 'logs', 'tmp']) mkdirSync(join(folder, 'alloc', sub), { recursive: true });
      for (const task of tasks)
        for (const sub of ['local', 'secrets', 'tmp'])
          mkdirSync(join(folder, task, sub), { recursive: true });
    },
    print: (allocation, task, output, line) => {
      const file = join(allocDir, allocation, 'alloc', 'logs', `${task}.${output}.0`);
      try {
        writeFileSync(file, `${line}\n`, { flag: 'a' });
      } catch {
        // Its folder is gone: a job's last words go nowhere then.
      }
    },
    allocations: () => {
      try {
        return readdirSync(allocDir);
      } catch {
        return [];
      }
    },
    remove: (allocation) => rmSync(join(allocDir, allocation), { recursive: true, force: true }),
  };
}

/** A computer of which nobody looks at the files. */
export function noDisk(chance: Chance): Disk {
  const identity = { id: chance.uuid(), secret: chance.uuid() };
  return {
    identity: () => identity,
    introduction: () => null,
    prepare: () => undefined,
    print: () => undefined,
    allocations: () => [],
    remove: () => undefined,
  };
}
