import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Phrase, Saying } from '../../contract/phrases.ts';

/** Says texts of the catalogue in the language now spoken. */
export interface Text {
  /** The text of a key. */
  readonly t: (key: string, params?: Readonly<Record<string, string | number>>) => string;
  readonly say: (phrase: Phrase) => string;
  /** BCP 47. */
  readonly language: string;
  /** For what is said of a time. */
  readonly at: (now: number) => Saying;
}

/** The page's texts; changes with the language. */
export function useText(): Text {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(() => {
    const text = (key: string, params: Readonly<Record<string, string | number>> = {}): string =>
      t(key, params);
    const say = ({ key, params }: Phrase): string =>
      text(
        key,
        Object.fromEntries(
          Object.entries(params).map(([name, value]) => [
            name,
            typeof value === 'object' ? say(value) : value,
          ]),
        ),
      );
    return { t: text, say, language, at: (now) => ({ now, language }) };
  }, [t, language]);
}
