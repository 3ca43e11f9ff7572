// The bar of time: where the viewer is, what is loaded, how far the film exists, and a picture of where a click would lead.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { formatClock } from '../../look/format.ts'
import { strings } from '../../strings.ts'
import { chapterAt } from './chapters.ts'
import './scrubber.css'
import type { Session } from './session.ts'
import { loadStoryboard, type Tile, tileAt } from './storyboard.ts'

export interface ScrubberProps {
  session: Session
  storyboardUrl: string | null
}

export function Scrubber({ session, storyboardUrl }: ScrubberProps) {
  const { chapters, media, planned, seeker, source } = session
  const tiles = useSignal<Tile[]>([])
  /** Where the pointer points, 0..1. */
  const hovered = useSignal<number | null>(null)
  /** Where the handle is being dragged to, in seconds. */
  const dragged = useSignal<number | null>(null)

  useEffect(() => {
    if (!storyboardUrl) return
    let over = false
    void loadStoryboard(storyboardUrl).then(loaded => {
      if (!over) tiles.value = loaded
    })
    return () => {
      over = true
    }
  }, [storyboardUrl])

  const length = planned.value ?? media.duration.value ?? 0
  const time = dragged.value ?? seeker.pending.value ?? media.time.value
  const part = (seconds: number) => (length > 0 ? Math.min(1, seconds / length) : 0)
  const shownAt = dragged.value === null ? hovered.value : part(dragged.value)

  return (
    <div
      class="scrubber"
      style={{
        '--played': part(time),
        '--loaded': part(media.bufferedEnd.value),
        '--reached': part(source.frontier.value),
      }}
      onPointerMove={event => {
        const { left, width } = event.currentTarget.getBoundingClientRect()
        hovered.value = Math.min(1, Math.max(0, (event.clientX - left) / width))
      }}
      onPointerLeave={() => {
        hovered.value = null
      }}
    >
      <div class="scrubber-track" aria-hidden="true">
        <div class="scrubber-reached" />
        <div class="scrubber-loaded" />
        <div class="scrubber-played" />
        {chapters.value.map(
          ({ startSeconds }) =>
            part(startSeconds) > 0 && (
              <div
                key={startSeconds}
                class="scrubber-chapter"
                style={{ '--at': part(startSeconds) }}
              />
            ),
        )}
      </div>
      <input
        class="scrubber-handle"
        type="range"
        min={0}
        max={length || 1}
        step="any"
        value={time}
        data-keys="player"
        aria-label={strings.player.seek}
        aria-valuetext={[
          strings.player.position(formatClock(time), formatClock(length)),
          chapterAt(chapters.value, time)?.title,
        ]
          .filter(Boolean)
          .join(', ')}
        onInput={event => {
          dragged.value = event.currentTarget.valueAsNumber
        }}
        onChange={event => {
          dragged.value = null
          seeker.to(event.currentTarget.valueAsNumber)
        }}
      />
      {shownAt !== null && length > 0 && (
        <Preview
          tile={tileAt(tiles.value, shownAt * length)}
          seconds={shownAt * length}
          chapter={chapterAt(chapters.value, shownAt * length)?.title ?? null}
          at={shownAt}
        />
      )}
    </div>
  )
}

interface PreviewProps {
  tile: Tile | null
  seconds: number
  chapter: string | null
  /** Along the bar, 0..1. */
  at: number
}

function Preview({ tile, seconds, chapter, at }: PreviewProps) {
  return (
    <div class="preview" aria-hidden="true" style={{ '--at': at }}>
      {tile && (
        <div
          class="preview-picture"
          style={{
            width: `${tile.width}px`,
            height: `${tile.height}px`,
            backgroundImage: `url("${tile.url}")`,
            backgroundPosition: `-${tile.x}px -${tile.y}px`,
          }}
        />
      )}
      {chapter && <span class="preview-chapter">{chapter}</span>}
      <span>{formatClock(seconds)}</span>
    </div>
  )
}
