// The cards, as many of them as are near the screen, and the next page when its place comes near.
import { useEffect, useRef } from 'preact/hooks'
import { usePortal } from '../portal-context.ts'
import { strings } from '../strings.ts'
import { layout } from './layout.ts'
import { useWindow } from './use-window.ts'
import { VideoCard } from './video-card.tsx'

const text = strings.library

export function VideoGrid({ ids }: { ids: readonly string[] }) {
  const { library } = usePortal()
  const list = useRef<HTMLUListElement>(null)
  const { first, end, beforePixels, afterPixels } = useWindow(list, ids.length, layout.value).value
  const of = library.hasMore.value ? -1 : ids.length
  return (
    <>
      <ul
        ref={list}
        class={layout.value === 'grid' ? 'grid' : 'rows'}
        style={{ paddingBlock: `${beforePixels}px ${afterPixels}px` }}
      >
        {ids.slice(first, end).map((id, index) => (
          <VideoCard key={id} videoId={id} place={first + index + 1} of={of} />
        ))}
      </ul>
      <More />
    </>
  )
}

/** The button is for those who cannot scroll there. */
function More() {
  const { library } = usePortal()
  const place = useRef<HTMLButtonElement>(null)
  const { hasMore, state } = library
  useEffect(() => {
    if (!place.current || state.value === 'failed') return
    const observer = new IntersectionObserver(
      entries => {
        if (entries.some(entry => entry.isIntersecting)) void library.more()
      },
      { rootMargin: '1200px' },
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
