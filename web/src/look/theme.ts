// Light or dark: as the system says, or as the person chose here. Kept in this browser.
import { browserStore, recallText, rememberText } from '../memory.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'theme'
/** As `--paper`: what the browser paints around the page. */
const papers = { light: '#f5f8f9', dark: '#0c1418' } as const

const isTheme = (text: unknown): text is Theme => themes.some(theme => theme === text)

export function recallTheme(): Theme {
  const kept = recallText(browserStore(), key)
  return isTheme(kept) ? kept : 'system'
}

export function keepTheme(theme: Theme) {
  rememberText(browserStore(), key, theme)
  showTheme(theme)
}

export function showTheme(theme: Theme) {
  const { dataset } = document.documentElement
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
    const own = meta.media.includes('dark') ? 'dark' : 'light'
    meta.content = papers[theme === 'system' ? own : theme]
  }
}
