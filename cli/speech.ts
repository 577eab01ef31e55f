import { phrase, type Phrase, type Saying } from '../contract/phrases.ts';
import { chooseLanguage, speaker, type Catalogue, type Language } from '../contract/translate.ts';
import en from '../assets/text/en.json' with { type: 'json' };
import zh from '../assets/text/zh-CN.json' with { type: 'json' };
import { plain } from './table.ts';

/** How the command line speaks. */
export interface Speech extends Saying {
  readonly language: Language;
  readonly say: (phrase: Phrase) => string;
  /** The text under this key. */
  readonly text: (key: string, params?: Phrase['params']) => string;
}

const catalogues: Readonly<Record<Language, Catalogue>> = { en, 'zh-CN': zh };

/** The speech of this environment's language (POSIX: LC_ALL before LC_MESSAGES before LANG), as of `now`. */
export function speechFor(env: Readonly<Record<string, string | undefined>>, now: number): Speech {
  const set =
    env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'] || Intl.DateTimeFormat().resolvedOptions().locale;
  const language = chooseLanguage('system', set);
  const speak = speaker(catalogues[language], language);
  // Names of jobs, pools and games come from other people.
  const say = (of: Phrase): string => plain(speak(of));
  return { now, language, say, text: (key, params = {}) => say(phrase(key, params)) };
}
