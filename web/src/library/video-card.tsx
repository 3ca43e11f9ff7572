// One video of the library: its picture, its title, how far it is, and what can be done with it.
import { type Signal, signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { VideoView } from '#domain/video.ts'
import { IconButton } from '../look/button.tsx'
import { formatBytes, formatClock, formatDate, rungLabel } from '../look/format.ts'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal-context.ts'
import { ProgressBar } from '../progress/progress-bar.tsx'
import { isWatchable, isWorking, shownRatio, stateWords } from '../progress/state-words.ts'
import { useSecondsLeft } from '../progress/use-seconds-left.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { preloadPlayer } from '../watch/player-chunk.ts'
import { Picture } from './card-picture.tsx'
import { TitleForm } from './title-form.tsx'
import { useDelete } from './use-delete.ts'
import { useLongPress } from './use-long-press.ts'

const text = strings.video

/** So many pictures are waited for by whoever opens the library: a row at a desk. */
const firstSeen = 4

/** The one card that is pointed at or has the focus: never two previews at once. */
const lookedAt = signal<string | null>(null)

export interface VideoCardProps {
  videoId: string
  /** Its place in the list, from 1. */
  place: number
  /** How long the list is; -1 when it goes on. */
  of: number
}

export function VideoCard({ videoId, place, of }: VideoCardProps) {
  const { selection, videos } = usePortal()
  const renaming = useSignal(false)
  const press = useLongPress(() => selection.toggle(videoId))
  const known = videos.read(videoId)
  const secondsLeft = useSecondsLeft(known)
  if (!known) return null
  const { view } = known
  const { title, state } = view
  const working = isWorking(state) || view.import !== null
  const words = stateWords(view, secondsLeft)
  const selected = selection.has(videoId)
  const { swallowsClick, ...pressing } = press

  /** While videos are being selected a click on a card selects it, too. */
  function onClick(event: MouseEvent) {
    const { target } = event
    if (swallowsClick()) return event.preventDefault()
    const own = target instanceof Element && target.closest('button, input, form')
    if (own || selection.count.peek() === 0 || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    if (event.shiftKey) selection.extendTo(videoId)
    else selection.toggle(videoId)
  }
  const leave = () => {
    if (lookedAt.peek() === videoId) lookedAt.value = null
  }

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard has the checkbox.
    <li
      class={`card ${state}${selected ? ' selected' : ''}${renaming.value ? ' renaming' : ''}`}
      data-place={videoId}
      aria-posinset={place}
      aria-setsize={of}
      onClick={onClick}
      {...pressing}
      onPointerEnter={event => {
        if (event.pointerType === 'mouse') lookedAt.value = videoId
      }}
      onPointerLeave={leave}
      onFocusIn={event => {
        const { target } = event
        if (target instanceof Element && target.matches(':focus-visible')) lookedAt.value = videoId
      }}
      onFocusOut={leave}
    >
      <div class="card-picture">
        <Picture view={view} lookedAt={lookedAt.value === videoId} first={place <= firstSeen} />
        <PictureLink view={view} />
        {view.durationSeconds !== null && state !== 'failed' && (
          <span class="card-duration">{formatClock(view.durationSeconds)}</span>
        )}
        {working && <ProgressBar ratio={shownRatio(view)} label={title} words={words} />}
        <Select videoId={videoId} title={title} selected={selected} />
      </div>
      <div class="card-facts">
        {renaming.value ? (
          <TitleForm
            videoId={videoId}
            title={title}
            onClose={() => {
              renaming.value = false
            }}
          />
        ) : (
          <h2 class="card-title" title={title}>
            {isWatchable(view) ? (
              <a href={paths.watch(videoId)}>
                <bdi>{title}</bdi>
              </a>
            ) : (
              <bdi>{title}</bdi>
            )}
          </h2>
        )}
        <div class="card-line">
          {state === 'ready' ? (
            <p class="card-words">{readyWords(view)}</p>
          ) : (
            <p class={`chip ${state}`}>
              <span>{words}</span>
            </p>
          )}
          <p class="card-size">
            <bdi>{formatBytes(view.sizeBytes)}</bdi>
          </p>
          <Steps view={view} renaming={renaming} />
        </div>
      </div>
    </li>
  )
}

function PictureLink({ view }: { view: VideoView }) {
  if (!isWatchable(view)) return null
  const working = view.state !== 'ready'
  return (
    <a
      class="card-link"
      href={paths.watch(view.videoId)}
      tabIndex={-1}
      aria-label={working ? text.watchNowOf(view.title) : text.watchOf(view.title)}
      onPointerEnter={preloadPlayer}
      onFocus={preloadPlayer}
      draggable={false}
    >
      {working && view.playable && (
        <span class="card-watch">
          <Icon name="play" />
          {strings.upload.watchNow}
        </span>
      )}
    </a>
  )
}

function Select({
  videoId,
  title,
  selected,
}: {
  videoId: string
  title: string
  selected: boolean
}) {
  const { selection } = usePortal()
  return (
    <label class="card-select">
      <input
        class="card-check"
        type="checkbox"
        aria-label={strings.library.select(title)}
        checked={selected}
        onClick={event => {
          if (!event.shiftKey) return selection.toggle(videoId)
          event.preventDefault()
          // After the click: the box goes back to what it was when the click has been refused.
          setTimeout(() => selection.extendTo(videoId))
        }}
      />
    </label>
  )
}

function Steps({ view, renaming }: { view: VideoView; renaming: Signal<boolean> }) {
  const remove = useDelete()
  const place = useRef<HTMLDivElement>(null)
  const wasRenaming = useRef(false)
  const isRenaming = renaming.value
  // Who was writing a title goes on where they began.
  useEffect(() => {
    if (wasRenaming.current && !isRenaming) place.current?.querySelector('button')?.focus()
    wasRenaming.current = isRenaming
  }, [isRenaming])
  const { videoId, title } = view
  if (isRenaming || view.state === 'deleting') return null
  return (
    <div class="card-steps" ref={place}>
      <IconButton
        icon="pencil"
        label={text.renameOf(title)}
        onClick={() => {
          renaming.value = true
        }}
      />
      <IconButton icon="trash" label={text.deleteOf(title)} onClick={() => remove([videoId])} />
    </div>
  )
}

function readyWords(view: VideoView): string {
  const heights = view.rungs.map(rung => rung.height)
  const size = view.soundOnly
    ? text.soundOnly
    : heights.length > 0
      ? rungLabel(Math.max(...heights))
      : ''
  const seen = view.visibility === 'private' ? '' : strings.share.visibilities[view.visibility]
  return [formatDate(view.createdAt), size, seen].filter(Boolean).join(' · ')
}
