// Which of the portal's languages a person reads: the one chosen here before, else the first of the browser's that there is.

export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

const key = 'millrace.language'

const isLanguage = (text: string | null | undefined): text is Language =>
  languages.some(language => language === text)

/** @param wanted tags by preference, as `navigator.languages` */
export function firstKnown(wanted: readonly string[]): Language {
  return wanted.map(tag => tag.toLowerCase().split('-')[0]).find(isLanguage) ?? 'en'
}

export function chooseLanguage(): Language {
  const kept = recall()
  return isLanguage(kept) ? kept : firstKnown(navigator.languages)
}

/** Takes effect with the next load of the page. */
export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(key, language)
  } catch {
    // A forbidden storage: the browser's language stays.
  }
}

function recall(): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}
