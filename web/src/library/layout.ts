// Whether the library is a grid or a list: chosen once, remembered by the browser.
import { effect, signal } from '@preact/signals'

export const layouts = ['grid', 'list'] as const
export type Layout = (typeof layouts)[number]

const key = 'millrace.layout'

function recall(): Layout {
  try {
    return localStorage.getItem(key) === 'list' ? 'list' : 'grid'
  } catch {
    return 'grid'
  }
}

export const layout = signal<Layout>(recall())

effect(() => {
  const { value } = layout
  try {
    localStorage.setItem(key, value)
  } catch {
    // A forbidden storage: it holds for this visit.
  }
})
