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

  function look() {
    const { count, layout } = now.current
    const measured = remembered.get(layout) ?? guess(layout)
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
    // A new list is measured when its first frame has its layout anyway; not so for those who come back: they are scrolled to their
    // place in a moment, and it is drawn already.
    const measuredLater = isNew.current && !returnedTo.peek()
    if (list.current && !measuredLater) measure(list.current, layout)
    if (!isNew.current) look()
    isNew.current = false
  }, [count, layout])
  useLayoutEffect(() => {
    let asked = 0
    const lookSoon = () => {
      cancelAnimationFrame(asked)
      asked = requestAnimationFrame(look)
    }
    // Whatever stands above the list grows and shrinks, and the page with it; told once at the beginning, too. The page has its layout
    // by then, so that to measure costs nothing.
    const sizes = new ResizeObserver(() => {
      if (list.current) measure(list.current, now.current.layout)
      lookSoon()
    })
    sizes.observe(document.body)
    addEventListener('scroll', lookSoon, { passive: true })
    return () => {
      cancelAnimationFrame(asked)
      sizes.disconnect()
      removeEventListener('scroll', lookSoon)
    }
  }, [])
  return shown
}
