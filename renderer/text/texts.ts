import i18next, { type i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from '../../assets/text/en.json';
import { chooseLanguage, type Catalogue, type Language } from '../../contract/translate.ts';

const remembered = 'rigshare.language';

/** Texts of the other languages, each loaded when it is first spoken. */
const others: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ readonly default: Catalogue }>>> = {
  'zh-CN': () => import('../../assets/text/zh-CN.json'),
};

/** The page's texts in the language spoken last, else the browser's. */
export async function startTexts(): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: 'en',
    fallbackLng: 'en',
    nsSeparator: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
  const last = storage()?.getItem(remembered);
  await speak(last === 'en' || last === 'zh-CN' ? last : 'system');
  return i18next;
}

/** Speaks what the owner set, and remembers it for the next opening. */
export async function speak(set: Language | 'system'): Promise<void> {
  const language = chooseLanguage(set, navigator.language);
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await others[language]()).default);
  }
  if (i18next.language !== language) await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  if (set === 'system') storage()?.removeItem(remembered);
  else storage()?.setItem(remembered, set);
}

/** The browser may forbid to remember. */
function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
