// The words of the portal in the person's language: chosen once, before anything is shown. English comes with the first load, any
// other language is one more file.
import { chooseLanguage, type Language } from './strings/choose.ts'
import { en, type Strings } from './strings/en.ts'

const others: Record<Exclude<Language, 'en'>, () => Promise<Strings>> = {
  de: () => import('./strings/de.ts').then(({ de }) => de),
}

/** Words that do not come are no reason to show nothing. */
async function load(language: Language): Promise<Strings> {
  return language === 'en' ? en : others[language]().catch(() => en)
}

export const strings = await load(chooseLanguage())
