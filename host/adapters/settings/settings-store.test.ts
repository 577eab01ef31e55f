import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFiles } from '../files/files.ts';
import { defaultSettings } from '../../../contract/app-state.ts';
import { createSettingsStore } from './settings-store.ts';

const files = createFiles({ now: () => Date.UTC(2025, 5, 1, 12) });
const store = () => createSettingsStore(file, files);
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rigshare-settings-'));
  file = join(folder, 'settings.json');
});
afterEach(() => rm(folder, { recursive: true }));

describe('settings', () => {
  it('are the defaults until something is set, and write nothing by being read', async () => {
    expect(await store().load()).toEqual({ value: defaultSettings, problem: null });
    expect(await readdir(folder)).toEqual([]);
  });
  it('come back as they were saved, in a file of their owner’s alone', async () => {
    const settings = { ...defaultSettings, language: 'zh-CN' as const, nomadPath: '/opt/nomad' };
    await store().save(settings);
    expect(await store().load()).toEqual({ value: settings, problem: null });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
  it('keep a field that a later version wrote', async () => {
    await writeFile(file, JSON.stringify({ colour: 'blue', theme: 'dark' }));
    const one = store();
    const { value, problem } = await one.load();
    expect([value.theme, problem]).toEqual(['dark', null]);
    await one.save({ ...value, theme: 'light' });
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ colour: 'blue', theme: 'light' });
  });
  it('fall back alone where a field is bad, say so once, and keep the old file aside', async () => {
    await writeFile(file, JSON.stringify({ language: 'klingon', theme: 'dark', nomadPath: 7 }));
    const aside = `${file}.damaged-20250601T120000Z`;
    expect(await store().load()).toEqual({
      value: { ...defaultSettings, theme: 'dark' },
      problem: {
        code: 'settings-damaged',
        remedy: 'see-moved-file',
        detail: `${aside}: language, nomadPath`,
      },
    });
    expect(JSON.parse(await readFile(aside, 'utf8'))).toMatchObject({ language: 'klingon' });
    expect(await store().load()).toEqual({ value: { ...defaultSettings, theme: 'dark' }, problem: null });
  });
  it.each(['{"theme":"dark"', '', '[]', 'null', '\u0000\u0000\u0000'])(
    'that are no settings at all (%j) are moved aside and said so',
    async (text) => {
      await writeFile(file, text);
      const one = store();
      const { value, problem } = await one.load();
      expect(value).toEqual(defaultSettings);
      expect(problem).toMatchObject({ code: 'settings-damaged', detail: `${file}.damaged-20250601T120000Z` });
      expect(await readFile(problem?.detail ?? '', 'utf8')).toBe(text);
      await one.save({ ...defaultSettings, theme: 'dark' });
      expect((await store().load()).value.theme).toBe('dark');
    },
  );
  it('stay as they were where the disk is full', async (context) => {
    const small = join(folder, 'small');
    await mkdir(small);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small]).status !== 0)
      return context.skip('a small disk of our own cannot be mounted here');
    try {
      const one = createSettingsStore(join(small, 'settings.json'), files);
      await one.save({ ...defaultSettings, theme: 'dark' });
      await writeFile(join(small, 'filler'), Buffer.alloc(8192));
      await writeFile(join(small, 'more'), Buffer.alloc(8192)).catch(() => undefined);
      await expect(one.save({ ...defaultSettings, nomadPath: 'x'.repeat(4000) })).rejects.toMatchObject({
        problem: { code: 'disk-full' },
      });
      expect((await one.load()).value).toEqual({ ...defaultSettings, theme: 'dark' });
    } finally {
      spawnSync('umount', ['-l', small]);
    }
  });
  it('close their folder to others', async () => {
    await chmod(folder, 0o755);
    await store().load();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });
});
