// Whether the library is a grid or a list: chosen once, remembered by the browser.
import { effect, signal } from '@preact/signals'
import { browserStore, recallText, rememberText } from '../memory.ts'

export const layouts = ['grid', 'list'] as const
export type Layout = (typeof layouts)[number]

const key = 'layout'

export const layout = signal<Layout>(recallText(browserStore(), key) === 'list' ? 'list' : 'grid')

effect(() => rememberText(browserStore(), key, layout.value))
