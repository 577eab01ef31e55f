import { dirname } from 'node:path';
import type { ConfigLine } from '../../../contract/configuration.ts';
import type { Places } from './places.ts';

/**
 * A configuration's text as settings with dotted names. Secrets are in none of them, they lie in files of their own;
 * where our folders are is nobody's business and shown as `…`. Empty for a text that is not one of ours.
 */
export function configLines(text: string | null, places: Pick<Places, 'folder'>): readonly ConfigLine[] {
  const ours = dirname(places.folder);
  const shown = (value: unknown): string =>
    (Array.isArray(value) ? value.map(String).join(', ') : String(value)).replaceAll(ours, '…');
  const flat = (value: unknown, key: string): readonly ConfigLine[] => {
    if (Array.isArray(value) && value.some(isBlock)) return value.flatMap((one) => flat(one, key));
    if (!isBlock(value)) return [{ key, value: shown(value) }];
    return Object.entries(value).flatMap(([name, inner]) =>
      flat(inner, key === '' ? name : `${key}.${name}`),
    );
  };
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    return isBlock(parsed) ? flat(parsed, '') : [];
  } catch {
    return [];
  }
}

const isBlock = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
