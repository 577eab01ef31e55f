import { open, readdir, readFile, stat } from 'node:fs/promises';
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../../contract/problems.ts';
import type { ReportFile, ReportStore } from '../../core/ports/report.ts';

/** Where what a report is made of lies. */
export interface ReportPlaces {
  /** The host's own log; null: it has none. */
  readonly logs: string | null;
  /** The agent's folder. */
  readonly agent: string;
  /** The secrets' folder: read only to know what to take out. */
  readonly secrets: string;
  readonly home: string;
  /** Where a report is saved: the first of these that is there. */
  readonly saveIn: readonly string[];
}

/** So much of the end of each log: enough for days of a quiet host. */
const tailBytes = 512 * 1024;

/** Opens what reports are made of. */
export function createReportStore(places: ReportPlaces): ReportStore {
  return {
    runtime: {
      node: process.version,
      ...(process.versions['electron'] === undefined ? {} : { electron: process.versions['electron'] }),
      platform: `${platform()} ${arch()}`,
      kernel: release(),
    },
    home: places.home,
    read: async () => [
      ...(await logsIn(places.logs)),
      ...(await logsIn(join(places.agent, 'log'))),
      ...(await oneFile(join(places.agent, 'agent.json'), 'config/agent.json')),
    ],
    secrets: async () => [
      ...(await textsIn(places.secrets)),
      ...(await textsIn(join(places.agent, 'state'), ['secret-id', 'intro_token.jwt'])),
    ],
    zip: async (files) => {
      const { strToU8, zipSync } = await import('fflate');
      return zipSync(Object.fromEntries(files.map(({ name, text }) => [name, strToU8(text)])));
    },
    save: (name, bytes) => save(places.saveIn, name, bytes),
  };
}

async function logsIn(folder: string | null): Promise<readonly ReportFile[]> {
  if (folder === null) return [];
  const names = await readdir(folder).catch(() => []);
  const logs = names.filter((name) => /\.log(?:\.\d+)?$/.test(name)).toSorted();
  return (await Promise.all(logs.map((name) => oneFile(join(folder, name), `logs/${name}`)))).flat();
}

async function oneFile(path: string, name: string): Promise<readonly ReportFile[]> {
  const text = await tailOf(path).catch(() => null);
  return text === null || text === '' ? [] : [{ name, text }];
}

/** The end of a file, from the beginning of a line on. */
async function tailOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(
      Buffer.alloc(Math.min(size, tailBytes)),
      0,
      undefined,
      from,
    );
    const text = buffer.toString('utf8', 0, bytesRead);
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await file.close();
  }
}

async function textsIn(folder: string, only?: readonly string[]): Promise<readonly string[]> {
  const names = only ?? (await readdir(folder).catch(() => []));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

async function save(folders: readonly string[], name: string, bytes: Uint8Array): Promise<string> {
  const folder = await firstThere(folders);
  for (let tries = 0; ; tries++) {
    const path = join(folder, tries === 0 ? name : name.replace(/(\.\w+)$/, `-${tries + 1}$1`));
    try {
      const file = await open(path, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
      } finally {
        await file.close();
      }
      return path;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'ENOSPC' || code === 'EDQUOT') fail('disk-full', path);
      if (code !== 'EEXIST' || tries > 50) throw error;
    }
  }
}

async function firstThere(folders: readonly string[]): Promise<string> {
  for (const folder of folders) {
    const found = await stat(folder).catch(() => null);
    if (found?.isDirectory() === true) return folder;
  }
  throw new Error(`none of ${folders.join(', ')} is there`);
}
