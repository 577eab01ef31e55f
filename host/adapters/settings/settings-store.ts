import { basename, dirname, extname } from 'node:path';
import type Conf from 'conf';
import { defaultSettings, type Settings, settingsSchema } from '../../../contract/app-state.ts';
import { fail, problem, ProblemError } from '../../../contract/problems.ts';
import type { Files } from '../../core/ports/files.ts';
import type { SettingsStore } from '../../core/ports/stores.ts';

/** The file as it is, by field; what a later version wrote is kept. */
type Stored = Record<string, unknown>;

/**
 * Settings in one JSON file. A field that cannot be read falls back to its default alone, a file that is no JSON as a
 * whole; both are kept aside and said once.
 */
export function createSettingsStore(file: string, files: Files): SettingsStore {
  let conf: Promise<Conf<Stored>> | null = null;
  const write = async (settings: Settings) => {
    const open = await (conf ??= openConf(file));
    fitting(file, () => open.set(settings));
  };
  return {
    load: async () => {
      await files.privateFolder(dirname(file));
      const text = await files.read(file);
      if (text === null) return { value: defaultSettings, problem: null };
      const stored = parseObject(text);
      if (stored === null)
        return { value: defaultSettings, problem: problem('settings-damaged', await files.moveAside(file)) };
      const { value, bad } = readFields(stored);
      if (bad.length === 0) return { value, problem: null };
      const aside = await mend(file, files, () => write(value));
      return { value, problem: problem('settings-damaged', `${aside}: ${bad.join(', ')}`) };
    },
    save: async (settings) => {
      await files.privateFolder(dirname(file));
      await write(settings);
    },
  };
}

/** Loaded when something is set, which is rare: it weighs several MiB. */
async function openConf(file: string): Promise<Conf<Stored>> {
  const { default: Config } = await import('conf');
  const extension = extname(file);
  return new Config<Stored>({
    cwd: dirname(file),
    configName: basename(file, extension),
    fileExtension: extension.slice(1),
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    projectName: 'rigshare',
  });
}

function readFields(stored: Stored): { readonly value: Settings; readonly bad: readonly string[] } {
  const bad: string[] = [];
  const good = Object.entries(settingsSchema.shape).flatMap(([field, schema]) => {
    if (stored[field] === undefined) return [];
    const parsed = schema.safeParse(stored[field]);
    if (!parsed.success) bad.push(field);
    return parsed.success ? [[field, parsed.data]] : [];
  });
  return { value: { ...defaultSettings, ...(Object.fromEntries(good) as Partial<Settings>) }, bad };
}

/** Keeps the file aside and writes the good fields; answers where it is kept. On a full disk all stays as it is. */
async function mend(file: string, files: Files, write: () => Promise<void>): Promise<string> {
  try {
    const aside = await files.copyAside(file);
    await write();
    return aside ?? file;
  } catch (error) {
    if (error instanceof ProblemError) return file;
    throw error;
  }
}

function fitting(file: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT'))
      fail('disk-full', file);
    throw error;
  }
}

function parseObject(text: string): Stored | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Stored) : null;
  } catch {
    return null;
  }
}
