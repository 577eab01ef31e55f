import type { Phrase } from './phrases.ts';

/** A language's texts, nested by area, as in `assets/text/<language>.json`. */
export interface Catalogue {
  readonly [name: string]: string | Catalogue;
}

/** Says a phrase in one language. */
export type Say = (phrase: Phrase) => string;

/** The languages there are texts for. */
export const languages = ['en', 'zh-CN'] as const;

/** A language there are texts for. */
export type Language = (typeof languages)[number];

/** The language to speak: what the owner set, else the nearest to the system's (BCP 47 or POSIX, as `zh_CN.UTF-8`). */
export function chooseLanguage(set: Language | 'system', system: string | undefined): Language {
  if (set !== 'system') return set;
  return system?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/**
 * Says phrases from a catalogue, for programs without i18next: the same `{{name}}` and the same plurals
 * (`key_one`, `key_other`, chosen by `count`). A key that is missing is said as itself.
 */
export function speaker(catalogue: Catalogue, language: string): Say {
  const plurals = new Intl.PluralRules(language);
  const say: Say = ({ key, params }) => {
    const text = find(catalogue, forms(key, params['count'], plurals)) ?? key;
    return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => {
      const value = params[name];
      if (value === undefined) return whole;
      return typeof value === 'object' ? say(value) : String(value);
    });
  };
  return say;
}

function forms(
  key: string,
  count: Phrase['params'][string] | undefined,
  plurals: Intl.PluralRules,
): readonly string[] {
  return typeof count === 'number' ? [`${key}_${plurals.select(count)}`, `${key}_other`, key] : [key];
}

function find(catalogue: Catalogue, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    let at: string | Catalogue | undefined = catalogue;
    for (const name of key.split('.')) at = typeof at === 'object' ? at[name] : undefined;
    if (typeof at === 'string') return at;
  }
  return undefined;
}
