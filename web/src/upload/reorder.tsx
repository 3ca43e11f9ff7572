// The grip of a row that waits for its turn: dragged by mouse or finger, moved by arrow keys, or by two buttons it opens.
import { useSignal } from '@preact/signals'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { announce } from '../look/announce.tsx'
import { IconButton } from '../look/button.tsx'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import type { UploadJob } from './job.ts'
import { rankAt } from './order.ts'

const text = strings.upload
/** The list scrolls while a row is held so near to its edge. */
const edgePixels = 36
const scrollPixels = 14

const middlesOf = (list: Element) =>
  [...list.querySelectorAll('.upload.movable')].map(row => {
    const { top, height } = row.getBoundingClientRect()
    return top + height / 2
  })

/** What was a drag is no click, should the browser make one of it. */
function swallowClick() {
  const swallow = (event: Event) => event.stopPropagation()
  addEventListener('click', swallow, { capture: true })
  setTimeout(() => removeEventListener('click', swallow, { capture: true }))
}

export interface GripProps {
  job: UploadJob
  /** Among those that can be moved, from 0. */
  rank: number
  count: number
}

export function Grip({ job, rank, count }: GripProps) {
  const { queue } = usePortal()
  const grip = useRef<HTMLButtonElement>(null)
  const opened = useSignal(false)
  const holdsFocus = useRef(false)
  const { name } = job.file

  // Its row has moved in the page, and what moves there loses the focus.
  useLayoutEffect(() => {
    if (holdsFocus.current) grip.current?.focus()
    holdsFocus.current = false
  }, [rank])

  function move(to: number) {
    if (to < 0 || to >= count || to === rank) return
    queue.move(job, to)
    announce(text.movedTo(name, to + 1, count), name)
  }
  function moveAndStay(to: number) {
    holdsFocus.current = true
    move(to)
  }

  function drag(down: PointerEvent) {
    const row = grip.current?.closest('li')
    const list = row?.parentElement
    if (!row || !list || down.button !== 0) return
    const hearing = new AbortController()
    const { signal } = hearing
    let [y, moved] = [down.clientY, false]
    const scrolledAtFirst = list.scrollTop
    const follow = (event: PointerEvent) => {
      if (event.pointerId !== down.pointerId) return
      y = event.clientY
      moved ||= Math.abs(y - down.clientY) > 4
      if (!moved) return
      const { top, bottom } = list.getBoundingClientRect()
      if (y < top + edgePixels) list.scrollTop -= scrollPixels
      if (y > bottom - edgePixels) list.scrollTop += scrollPixels
      row.classList.add('held')
      row.style.translate = `0 ${y - down.clientY + list.scrollTop - scrolledAtFirst}px`
    }
    const end = (event: PointerEvent) => {
      if (event.pointerId !== down.pointerId) return
      hearing.abort()
      row.classList.remove('held')
      row.style.translate = ''
      if (event.type === 'pointerup' && moved) move(rankAt(y, middlesOf(list), rank))
      if (moved) swallowClick()
    }
    addEventListener('pointermove', follow, { signal })
    addEventListener('pointerup', end, { signal })
    addEventListener('pointercancel', end, { signal })
  }

  return (
    <>
      {opened.value && (
        <>
          <IconButton icon="up" label={text.moveUp(name)} onClick={() => move(rank - 1)} />
          <IconButton icon="down" label={text.moveDown(name)} onClick={() => move(rank + 1)} />
        </>
      )}
      <button
        ref={grip}
        type="button"
        class="icon-button grip"
        aria-label={text.move(name, rank + 1, count)}
        aria-expanded={opened.value}
        title={text.moveHint}
        onPointerDown={drag}
        onClick={() => {
          opened.value = !opened.value
        }}
        onKeyDown={event => {
          const by = { ArrowUp: -1, ArrowDown: 1 }[event.key]
          if (by === undefined) return
          event.preventDefault()
          moveAndStay(rank + by)
        }}
      >
        <Icon name="grip" />
      </button>
    </>
  )
}
