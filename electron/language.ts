import { app } from 'electron';
import type { Settings } from '../contract/app-state.ts';
import { chooseLanguage, speaker, type Catalogue, type Language, type Say } from '../contract/translate.ts';

/** A language and how to speak it. */
export interface Spoken {
  readonly language: Language;
  readonly say: Say;
}

/** Each catalogue is a file of its own that is read when it is spoken. */
const catalogues: Record<Language, () => Promise<{ readonly default: Catalogue }>> = {
  en: () => import('../assets/text/en.json'),
  'zh-CN': () => import('../assets/text/zh-CN.json'),
};

/** The language that was set, else the system's (as `zh-CN`). */
export async function speak(set: Settings['language'], system: string | undefined): Promise<Spoken> {
  const language = chooseLanguage(set, system);
  return { language, say: speaker((await catalogues[language]()).default, language) };
}

/** The language this computer is set to, as `zh-CN`; undefined where it says none. */
export function systemLanguage(): string | undefined {
  return app.getPreferredSystemLanguages()[0];
}
