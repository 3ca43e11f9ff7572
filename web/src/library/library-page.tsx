// The first page: what is being uploaded, what was left unfinished, and the videos: all, or those that are searched for.
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { announce } from '../look/announce.tsx'
import { Boundary } from '../look/boundary.tsx'
import { keepsKeys } from '../look/typing.ts'
import { usePortal } from '../portal-context.ts'
import { returnedTo } from '../router.ts'
import { strings } from '../strings.ts'
import { UnfinishedPanel } from '../upload/unfinished-panel.tsx'
import { UploadList } from '../upload/upload-list.tsx'
import { EmptyLibrary, LoadFailure, NothingFound, Skeleton } from './empty.tsx'
import { narrows } from './query.ts'
import { SelectionBar } from './selection-bar.tsx'
import { Toolbar } from './toolbar.tsx'
import { usageWords } from './usage-words.ts'
import { undoLast, useDelete } from './use-delete.ts'
import { VideoGrid } from './video-grid.tsx'

const text = strings.library

export function LibraryPage() {
  const { library } = usePortal()
  useEffect(() => {
    document.title = strings.name
    // Sums after the list: nobody waits for them.
    void library.refresh().then(library.count)
  }, [])
  useReturn()
  return (
    <main id="content" class="page library">
      <Boundary part={strings.broken.parts.uploads}>
        <UnfinishedPanel />
        <UploadList />
      </Boundary>
      <Boundary part={strings.broken.parts.library} onRetry={library.refresh}>
        <Videos />
      </Boundary>
    </main>
  )
}

/** Whoever comes back finds the place and the card they left from. */
function useReturn() {
  const place = returnedTo.value
  useLayoutEffect(() => {
    if (!place) return
    const settle = () => {
      scrollTo(0, place.scrollY)
      if (!place.focus) return
      const card = document.querySelector(`[data-place="${CSS.escape(place.focus)}"]`)
      card?.querySelector<HTMLElement>('.card-title a')?.focus({ preventScroll: true })
    }
    settle()
    // A list that another one gives way to has its height with the next drawing.
    if (Math.abs(scrollY - place.scrollY) < 1) return
    const asked = requestAnimationFrame(settle)
    return () => cancelAnimationFrame(asked)
  }, [place])
}

function Videos() {
  const portal = usePortal()
  const { library, listed, selection } = portal
  const state = library.state.value
  const ids = listed.value
  const query = library.query.value
  const more = library.hasMore.value

  useEffect(() => () => selection.clear(), [])
  useEffect(() => {
    if (narrows(query) && state === 'loaded') announce(text.found(ids.length, more), 'found')
  }, [query, state])
  useKeys()

  if (ids.length === 0 && !narrows(query)) {
    if (state === 'failed') return <LoadFailure alone />
    if (state !== 'loaded') return <Skeleton />
    return portal.above.value.size > 0 ? null : <EmptyLibrary />
  }
  return (
    <section
      class={`videos${selection.count.value > 0 ? ' selecting' : ''}`}
      aria-labelledby="library-title"
      aria-busy={library.stale.value}
    >
      <header class="section-head">
        <h1 id="library-title">{text.title}</h1>
        <p>{narrows(query) ? !library.stale.value && text.found(ids.length, more) : <Usage />}</p>
      </header>
      <Toolbar />
      <Body />
      <SelectionBar />
    </section>
  )
}

function Usage() {
  const { library, listed } = usePortal()
  const usage = library.usage.value
  return <>{usage ? usageWords(usage) : text.count(listed.value.length, library.hasMore.value)}</>
}

function Body() {
  const { library, listed } = usePortal()
  const state = library.state.value
  const ids = listed.value
  if (ids.length === 0) {
    if (state === 'failed') return <LoadFailure />
    if (state === 'loading') return <Skeleton />
    return <NothingFound />
  }
  return (
    <>
      <VideoGrid ids={ids} />
      {state === 'failed' && <LoadFailure />}
    </>
  )
}

/** Of the whole page, as far as nobody is writing. */
function useKeys() {
  const portal = usePortal()
  const remove = useDelete()
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (keepsKeys(event.target)) return
      const { selection } = portal
      const command = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
      const key = event.key.toLowerCase()
      if (command && key === 'a' && portal.listed.peek().length > 0) selection.all()
      else if (key === 'delete' && selection.count.peek() > 0) remove(selection.ids.peek())
      else if (command && key === 'z') undoLast(portal)
      else if (key === 'escape' && selection.count.peek() > 0) selection.clear()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
}
