// The first page: what is being uploaded, what was left unfinished, and every video, newest first.
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal.ts'
import { strings } from '../strings.ts'
import { ChooseButton, canChooseFolders } from '../upload/choose.tsx'
import { UnfinishedPanel } from '../upload/unfinished-panel.tsx'
import { UploadList } from '../upload/upload-list.tsx'
import { VideoCard } from './video-card.tsx'

const text = strings.library

export function LibraryPage() {
  const { library } = usePortal()
  useEffect(() => {
    document.title = strings.name
    void library.refresh()
  }, [])
  return (
    <main id="content" class="page library">
      <UnfinishedPanel />
      <UploadList />
      <VideoGrid />
    </main>
  )
}

function VideoGrid() {
  const { library, queue, unfinished, videos } = usePortal()
  const state = library.state.value
  // An upload on its way, or waiting for its file, has its row above; its card comes with its last byte.
  const above = new Set([
    ...queue.sendingIds.value.split(',').filter(Boolean),
    ...unfinished.list.value.map(entry => entry.videoId),
  ])
  const shown = library.ids.value.filter(id => !above.has(id) && videos.read(id))

  if (shown.length === 0) {
    if (state === 'failed') return <LoadFailure />
    if (state !== 'loaded') return <Skeleton />
    return above.size > 0 || queue.jobs.value.length > 0 ? null : <EmptyLibrary />
  }
  return (
    <section aria-labelledby="library-title">
      <header class="section-head">
        <h1 id="library-title">{text.title}</h1>
        <p>{text.count(shown.length, library.hasMore.value)}</p>
      </header>
      <ul class="grid">
        {shown.map(id => (
          <VideoCard key={id} videoId={id} />
        ))}
      </ul>
      {state === 'failed' ? <LoadFailure /> : <More />}
    </section>
  )
}

/** Loads the next page when its place comes near the screen; the button is for those who cannot scroll there. */
function More() {
  const { library } = usePortal()
  const place = useRef<HTMLButtonElement>(null)
  const { hasMore, state } = library
  useEffect(() => {
    if (!place.current) return
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) void library.more()
      },
      { rootMargin: '600px' },
    )
    observer.observe(place.current)
    return () => observer.disconnect()
    // Observed anew after every page: a place that stayed on the screen would not tell a second time.
  }, [hasMore.value, state.value])
  if (!hasMore.value) return null
  return (
    <button
      ref={place}
      type="button"
      class="button quiet more"
      disabled={state.value === 'loading'}
      onClick={() => void library.more()}
    >
      {state.value === 'loading' ? text.loading : text.loadMore}
    </button>
  )
}

function EmptyLibrary() {
  const { queue } = usePortal()
  return (
    <section class="empty drop-here" aria-labelledby="empty-title">
      <div class="empty-sign">
        <Icon name="upload" />
      </div>
      <h1 id="empty-title">{text.emptyTitle}</h1>
      <p class="lead">{text.emptyText}</p>
      <div class="empty-choices">
        <ChooseButton class="button primary big" onFiles={queue.add}>
          {text.emptyButton}
        </ChooseButton>
        {canChooseFolders && (
          <ChooseButton class="button big" folder onFiles={queue.add}>
            <Icon name="folder" />
            {strings.upload.chooseFolder}
          </ChooseButton>
        )}
      </div>
      <p class="hint">{text.dropHint}</p>
      <ul class="empty-facts">
        {text.emptyFacts.map(fact => (
          <li key={fact}>
            <Icon name="check" />
            {fact}
          </li>
        ))}
      </ul>
    </section>
  )
}

function LoadFailure() {
  const { library } = usePortal()
  return (
    <section class="failure panel" role="alert">
      <Icon name="warning" />
      <div>
        <h2>{text.failedTitle}</h2>
        <p>{library.problem.value?.message}</p>
      </div>
      <button type="button" class="button" onClick={() => void library.again()}>
        {text.retry}
      </button>
    </section>
  )
}

function Skeleton() {
  return (
    <div class="grid skeleton" role="status" aria-label={text.loading}>
      {Array.from({ length: 8 }, (_, index) => (
        <div key={index} class="card">
          <div class="card-picture" />
          <div class="card-facts" />
        </div>
      ))}
    </div>
  )
}
