// Draws only what is near the screen of a long list: looks where the list stands, at every scroll and change of size.
import { type Signal, useSignal } from '@preact/signals'
import type { RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { returnedTo } from '../router.ts'
import type { Layout } from './layout.ts'
import { type ListWindow, windowOf } from './window.ts'

interface Measured {
  columns: number
  rowPixels: number
  /** From the top of the page. */
  listTop: number
}

/** Until something is drawn that can be measured: about what the style makes of this screen. */
function guess(layout: Layout): Measured {
  if (layout === 'list') return { columns: 1, rowPixels: 76, listTop: 220 }
  const width = Math.min(innerWidth, 1300)
  const columns = Math.max(1, Math.floor(width / 284))
  return { columns, rowPixels: (width / columns) * (9 / 16) + 90, listTop: 220 }
}
/** Whoever comes back finds the page as high as it was, at once. */
const remembered = new Map<Layout, Measured>()

function measure(list: HTMLElement, layout: Layout): Measured {
  const known = remembered.get(layout) ?? guess(layout)
  const item = list.firstElementChild
  const style = getComputedStyle(list)
  const listTop = list.getBoundingClientRect().top + scrollY
  const measured = {
    columns: style.gridTemplateColumns.split(' ').length,
    // Not rounded: over hundreds of rows that would add up.
    rowPixels: item
      ? item.getBoundingClientRect().height + Number.parseFloat(style.rowGap)
      : known.rowPixels,
    listTop,
  }
  remembered.set(layout, measured)
  return measured
}

function windowAt(count: number, measured: Measured, atY: number, spareRows?: number): ListWindow {
  const { listTop, ...grid } = measured
  const measure = { count, ...grid, topPixels: listTop - atY, screenPixels: innerHeight }
  return windowOf(measure, spareRows)
}

export function useWindow(
  list: RefObject<HTMLUListElement | null>,
  count: number,
  layout: Layout,
): Signal<ListWindow> {
  const now = useRef({ count, layout })
  now.current = { count, layout }
  const atFirst = useRef<ListWindow | null>(null)
  // What is on the screen at first; the spare rows come with the frame after.
  atFirst.current ??= windowAt(
    count,
    remembered.get(layout) ?? guess(layout),
    returnedTo.peek()?.scrollY ?? scrollY,
    0,
  )
  const shown = useSignal<ListWindow>(atFirst.current)

  function look(size: 'same' | 'changed') {
    if (!list.current) return
    const { count, layout } = now.current
    const known = size === 'same' ? remembered.get(layout) : undefined
    const measured = known ?? measure(list.current, layout)
    const next = windowAt(count, measured, scrollY)
    const { first, end, beforePixels, afterPixels } = shown.peek()
    const same =
      next.first === first &&
      next.end === end &&
      next.beforePixels === beforePixels &&
      next.afterPixels === afterPixels
    if (!same) shown.value = next
  }

  const isNew = useRef(true)
  useLayoutEffect(() => {
    // Whoever comes back is scrolled to their place in a moment: it is drawn already.
    if (isNew.current && returnedTo.peek() && list.current) measure(list.current, layout)
    // A new list is measured when its first frame has its layout anyway.
    else if (!isNew.current) look('changed')
    isNew.current = false
  }, [count, layout])
  useLayoutEffect(() => {
    let asked = 0
    let size: 'same' | 'changed' = 'same'
    const onScroll = () => {
      cancelAnimationFrame(asked)
      asked = requestAnimationFrame(() => {
        look(size)
        size = 'same'
      })
    }
    // Whatever stands above the list grows and shrinks, and the page with it; told once at the beginning, too.
    const sizes = new ResizeObserver(() => {
      size = 'changed'
      onScroll()
    })
    sizes.observe(document.body)
    addEventListener('scroll', onScroll, { passive: true })
    return () => {
      cancelAnimationFrame(asked)
      sizes.disconnect()
      removeEventListener('scroll', onScroll)
    }
  }, [])
  return shown
}
