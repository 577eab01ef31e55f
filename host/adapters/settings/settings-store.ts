import { basename, dirname, extname } from 'node:path';
import Conf from 'conf';
import { type Settings, settingsSchema } from '../../../contract/app-state.ts';
import { fail, type Problem, problem, ProblemError } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { Opened, SettingsStore } from '../../core/ports/stores.ts';

/** What holds until the owner sets something. */
export const defaultSettings: Settings = {
  language: 'system',
  theme: 'system',
  nomadPath: null,
  tailscaleSocket: null,
  engineSocket: null,
};

/** The file as it is, by field; what a later version wrote is kept. */
type Stored = Record<string, unknown>;

/**
 * Settings in one JSON file. A field that cannot be read falls back to its default alone, a file that is no JSON as a
 * whole; both are kept aside and said once.
 */
export function createSettingsStore(file: string, files: Files): SettingsStore {
  let conf: Conf<Stored> | null = null;
  const open = () => (conf ??= openConf(file));
  return {
    load: async () => {
      await files.privateFolder(dirname(file));
      const damaged = await moveAsideIfDamaged(file, files);
      if (damaged !== null) return { value: defaultSettings, problem: damaged };
      return readFields(open(), file, files);
    },
    save: async (settings) => {
      await files.privateFolder(dirname(file));
      write(open(), settings, file);
    },
  };
}

function openConf(file: string): Conf<Stored> {
  const extension = extname(file);
  return new Conf<Stored>({
    cwd: dirname(file),
    configName: basename(file, extension),
    fileExtension: extension.slice(1),
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    projectName: 'rigshare',
  });
}

async function moveAsideIfDamaged(file: string, files: Files): Promise<Problem | null> {
  const text = await files.read(file);
  if (text === null || isObject(text)) return null;
  return problem('settings-damaged', await files.moveAside(file));
}

async function readFields(conf: Conf<Stored>, file: string, files: Files): Promise<Opened<Settings>> {
  const stored = { ...conf.store };
  const bad: string[] = [];
  const good = Object.entries(settingsSchema.shape).flatMap(([field, schema]) => {
    if (stored[field] === undefined) return [];
    const parsed = schema.safeParse(stored[field]);
    if (!parsed.success) bad.push(field);
    return parsed.success ? [[field, parsed.data]] : [];
  });
  const value: Settings = { ...defaultSettings, ...(Object.fromEntries(good) as Partial<Settings>) };
  if (bad.length === 0) return { value, problem: null };
  return {
    value,
    problem: problem('settings-damaged', `${await mend(conf, value, file, files)}: ${bad.join(', ')}`),
  };
}

/** Keeps the file aside and writes the good fields; answers where it is kept. On a full disk all stays as it is. */
async function mend(conf: Conf<Stored>, value: Settings, file: string, files: Files): Promise<string> {
  try {
    const aside = await files.copyAside(file);
    write(conf, value, file);
    return aside ?? file;
  } catch (error) {
    if (error instanceof ProblemError) return file;
    throw error;
  }
}

function write(conf: Conf<Stored>, settings: Settings, file: string): void {
  try {
    conf.set(settings);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
      fail('disk-full', file);
    throw error;
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
