// One video of the library: its picture, its title, how far it is, and what can be done with it.
import { useSignal } from '@preact/signals'
import type { VideoView } from '#domain/video.ts'
import { sayFailure } from '../api/problem.ts'
import { IconButton } from '../look/button.tsx'
import { formatClock, formatDate, rungLabel } from '../look/format.ts'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal.ts'
import { ProgressBar } from '../progress/progress-bar.tsx'
import { useSecondsLeft } from '../progress/seconds-left.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { preloadPlayer } from '../watch/player-chunk.ts'
import { cardWords, isWatchable } from './card-words.ts'
import { DeleteVideo } from './delete-video.tsx'
import { TitleForm } from './title-form.tsx'

const text = strings.video

export function VideoCard({ videoId }: { videoId: string }) {
  const { videos } = usePortal()
  const renaming = useSignal(false)
  const deleting = useSignal(false)
  const known = videos.read(videoId)
  const secondsLeft = useSecondsLeft(known)
  if (!known) return null
  const { view } = known
  const { title, state, ratio } = view
  const watchable = isWatchable(view)
  const working = state === 'queued' || state === 'processing'
  const words = cardWords(view, secondsLeft)

  return (
    <li class={`card ${state}`}>
      <div class="card-picture">
        <Picture view={view} />
        {watchable && (
          <a
            class="card-link"
            href={paths.watch(videoId)}
            tabIndex={-1}
            aria-label={working ? text.watchNowOf(title) : text.watchOf(title)}
            onPointerEnter={preloadPlayer}
            onFocus={preloadPlayer}
          >
            {working && view.playable && (
              <span class="card-watch">
                <Icon name="play" />
                {strings.upload.watchNow}
              </span>
            )}
          </a>
        )}
        {view.durationSeconds !== null && state !== 'failed' && (
          <span class="card-duration">{formatClock(view.durationSeconds)}</span>
        )}
        {working && <ProgressBar ratio={ratio} label={title} words={words} />}
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
          <h3 class="card-title" title={title}>
            {watchable ? <a href={paths.watch(videoId)}>{title}</a> : title}
          </h3>
        )}
        <div class="card-line">
          {state === 'ready' ? (
            <p class="card-words">
              {[formatDate(view.createdAt), view.soundOnly ? text.soundOnly : topRung(view)]
                .filter(Boolean)
                .join(' · ')}
            </p>
          ) : (
            <p class={`chip ${state}`}>{words}</p>
          )}
          {!renaming.value && state !== 'deleting' && (
            <div class="card-steps">
              <IconButton
                icon="pencil"
                label={text.renameOf(title)}
                onClick={() => {
                  renaming.value = true
                }}
              />
              <IconButton
                icon="trash"
                label={text.deleteOf(title)}
                onClick={() => {
                  deleting.value = true
                }}
              />
            </div>
          )}
        </div>
        {view.failure && <p class="card-failure">{sayFailure(view)}</p>}
      </div>
      {deleting.value && (
        <DeleteVideo
          videoId={videoId}
          title={title}
          onClose={() => {
            deleting.value = false
          }}
        />
      )}
    </li>
  )
}

function Picture({ view }: { view: VideoView }) {
  if (view.posterUrl) return <img src={view.posterUrl} alt="" loading="lazy" decoding="async" />
  return <Icon name={view.state === 'failed' ? 'warning' : 'film'} />
}

function topRung({ rungs }: VideoView): string {
  const heights = rungs.map(rung => rung.height)
  return heights.length > 0 ? rungLabel(Math.max(...heights)) : ''
}
