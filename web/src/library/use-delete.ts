// Deletes videos from the library: off the screen at once, a notice that calls them back, the focus on the next one.
import { effect } from '@preact/signals'
import { announce } from '../look/announce.tsx'
import { toast } from '../look/toast.tsx'
import type { Portal } from '../portal.ts'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import type { Deletion } from './deletions.ts'
import { neighbour } from './selection.ts'

const text = strings.library

/** After the next drawing: what should have the focus may not be there yet. */
function focusCard(videoId: string | null) {
  requestAnimationFrame(() => {
    const card = document.querySelector(`[data-place="${videoId ?? ''}"]`)
    const target =
      card?.querySelector<HTMLElement>('.card-title a, .card-check') ??
      document.querySelector<HTMLElement>('.search-box input, .empty button')
    target?.focus()
  })
}

function undo(deletion: Deletion) {
  if (!deletion.undo()) return
  announce(text.undone(deletion.videoIds.length))
  focusCard(deletion.videoIds[0] ?? null)
}

/** Ctrl+Z, where nothing is being written. */
export const undoLast = (portal: Portal) => {
  const last = portal.deletions.last()
  if (last) undo(last)
}

export function useDelete(): (videoIds: readonly string[]) => void {
  const portal = usePortal()
  return videoIds => {
    const { deletions, listed, selection, videos } = portal
    const [first] = videoIds
    if (first === undefined) return
    const title = videos.peek(first)?.title ?? ''
    const next = neighbour(listed.peek(), videoIds)
    const deletion = deletions.begin(videoIds)
    selection.clear()
    focusCard(next)
    const said = text.deleted(videoIds.length, title)
    announce(said)
    const close = toast({
      text: said,
      icon: 'trash',
      action: { label: text.undo, run: () => undo(deletion) },
      timer: deletion,
    })
    const stop = effect(() => {
      if (deletions.isWaiting(deletion)) return
      close()
      queueMicrotask(() => stop())
    })
  }
}
