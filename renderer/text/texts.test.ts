import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import i18next from 'i18next';
import { afterEach, describe, expect, it, vi } from 'vitest';
import en from '../../assets/text/en.json';
import type { Catalogue } from '../../contract/translate.ts';
import { speak, startTexts } from './texts.ts';

const page = path.resolve(import.meta.dirname, '..');
const sources = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.|testing\//.test(file),
);
const code = sources.map((file) => readFileSync(path.join(page, file), 'utf8')).join('\n');

function keysOf(catalogue: Catalogue, prefix = ''): readonly string[] {
  return Object.entries(catalogue).flatMap(([name, value]) =>
    typeof value === 'string' ? [prefix + name] : keysOf(value, `${prefix}${name}.`),
  );
}

const keys = new Set(keysOf(en).map((key) => key.replace(/_(?:one|other)$/, '')));

afterEach(() => vi.restoreAllMocks());

describe('the page’s texts', () => {
  it('are all in the catalogue', () => {
    const areas = Object.keys(en).join('|');
    const used = [...code.matchAll(new RegExp(`['"]((?:${areas})(?:\\.[\\w-]+)+)['"]`, 'g'))].map(
      ([, key]) => key ?? '',
    );
    expect(used.length).toBeGreaterThan(150);
    const isPlace = (key: string) => [...keys].some((one) => one.startsWith(`${key}.`));
    expect(used.filter((key) => !keys.has(key) && !isPlace(key))).toEqual([]);
  });

  it('are all used, so that nobody translates what nobody reads', () => {
    const areas =
      /^(?:app|nav|home|gpu|work|earnings|first|settings|join|network|pause|common|check|report)\./;
    const shared =
      readFileSync(path.resolve(page, '../contract/phrases.ts'), 'utf8') +
      readFileSync(path.resolve(page, '../contract/pause-choices.ts'), 'utf8');
    const all = code + shared;
    // A key made of parts is used where its beginning is: `work.types.${type}`.
    const isMade = (key: string) => {
      const parts = key.split('.');
      return parts.some((_, at) => at > 0 && all.includes(`\`${parts.slice(0, at).join('.')}.\${`));
    };
    const named = (key: string) => all.includes(`'${key}'`);
    const listed = (key: string) => all.includes(`"${key.split('.').slice(0, -1).join('.')}"`);
    expect([...keys].filter((key) => areas.test(key) && !named(key) && !isMade(key) && !listed(key))).toEqual(
      [],
    );
  });

  it('speak the browser’s language until the owner chose one, and remember the choice', async () => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('zh-TW');
    await startTexts();
    expect([i18next.language, i18next.t('nav.home')]).toEqual(['zh-CN', '主页']);
    await speak('en');
    expect([i18next.t('nav.home'), document.documentElement.lang]).toEqual(['Home', 'en']);
    await startTexts();
    expect(i18next.language).toBe('en');
    await speak('system');
    expect(i18next.language).toBe('zh-CN');
  });

  it('do not read a name as a text to fill in', async () => {
    vi.spyOn(navigator, 'language', 'get').mockReturnValue('en');
    await startTexts();
    expect(i18next.t('join.accept', { pool: '$t(app.name) {{count}} <b>' })).toBe(
      'Join $t(app.name) {{count}} <b>',
    );
  });
});
