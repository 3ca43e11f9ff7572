// Which of the portal's languages a person reads: the one chosen here before, else the first of the browser's that there is.
import { browserStore, recallText, rememberText } from '../memory.ts'

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

const key = 'language'

const isLanguage = (text: string | null | undefined): text is Language =>
  languages.some(language => language === text)

/** @param wanted tags by preference, as `navigator.languages` */
export function firstKnown(wanted: readonly string[]): Language {
  return wanted.map(tag => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en'
}

export function chooseLanguage(): Language {
  const kept = recallText(browserStore(), key)
  return isLanguage(kept) ? kept : firstKnown(navigator.languages)
}

/** Takes effect with the next load of the page. */
export const keepLanguage = (language: Language): void =>
  rememberText(browserStore(), key, language)
