// One file of the queue: its name, its one bar from the first byte to «ready», and what a person can do about it.
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { titleFromName } from '#domain/video.ts'
import { TitleForm } from '../library/title-form.tsx'
import { announce } from '../look/announce.tsx'
import { IconButton } from '../look/button.tsx'
import { Confirm } from '../look/confirm.tsx'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal-context.ts'
import { uploadShare } from '../progress/bar.ts'
import { ProgressBar } from '../progress/progress-bar.tsx'
import { useSecondsLeft } from '../progress/use-seconds-left.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { describeMedia, describeUpload } from './describe.ts'
import {
  canCancel,
  canPause,
  canResume,
  canRetry,
  canSendAnyway,
  neverBegan,
  type UploadJob,
} from './job.ts'
import { Grip } from './reorder.tsx'

const text = strings.upload

export interface UploadRowProps {
  job: UploadJob
  /** Its place among those that have not begun, from 0; -1 when it has. */
  rank: number
  movableCount: number
}

export function UploadRow({ job, rank, movableCount }: UploadRowProps) {
  const { queue, videos } = usePortal()
  const asking = useSignal(false)
  const renaming = useSignal(false)
  const pencil = useRef<HTMLButtonElement>(null)
  const view = job.view.value
  const { stage } = view
  const known = view.videoId ? videos.read(view.videoId) : null
  const video = known?.view ?? null
  const secondsLeft = useSecondsLeft(known)
  const { ratio, words, mood } = describeUpload(
    view,
    job.file.size,
    video,
    secondsLeft,
    queue.stillFor.value,
  )
  const uploaded = stage === 'uploaded'
  const gone = uploaded && !video
  const movable = rank >= 0 && movableCount > 1

  const formTitle = video?.title ?? titleFromName(job.file.name)
  // The file's own name, which the person knows, until they give another.
  const title = formTitle === titleFromName(job.file.name) ? job.file.name : formTitle
  const media = describeMedia(view.media)

  function closeForm() {
    renaming.value = false
    // Where the form stood there is nothing to go on from.
    requestAnimationFrame(() => pencil.current?.focus())
  }

  // Said at every quarter of the way up: often enough to follow, seldom enough to listen to.
  const quarter = Math.floor((view.sentBytes / job.file.size) * 4) * 25
  useEffect(() => {
    const worthSaying = stage === 'sending' && quarter > 0 && quarter < 100
    if (worthSaying) announce(strings.progress.at(job.file.name, quarter), job.file.name)
  }, [quarter])

  // Deleted from its card, or elsewhere: nothing is left to show.
  useEffect(() => {
    if (gone) queue.dismiss(job)
  }, [gone])

  return (
    <li class={`upload ${mood} ${movable ? 'movable' : ''}`}>
      <div class="upload-picture">
        {video?.posterUrl ? <img src={video.posterUrl} alt="" /> : <Icon name="film" />}
      </div>
      <div class="upload-facts">
        {renaming.value && view.videoId ? (
          <TitleForm videoId={view.videoId} title={formTitle} onClose={closeForm} />
        ) : (
          <p class="upload-line">
            <bdi class="upload-name">{title}</bdi>
            {media && <span class="upload-media">{media}</span>}
          </p>
        )}
        <p class="upload-words">
          {mood === 'failed' && <Icon name="warning" />}
          {mood === 'done' && <Icon name="check" />}
          <span>{words}</span>
        </p>
      </div>
      <div class="upload-steps">
        {movable && <Grip job={job} rank={rank} count={movableCount} />}
        {uploaded && video && video.state !== 'failed' && (
          <a class="button small primary" href={paths.watch(video.videoId)}>
            <Icon name="play" />
            {video.playable && video.state !== 'ready' ? text.watchNow : text.watch}
          </a>
        )}
        {canSendAnyway(view) && (
          <button type="button" class="button small" onClick={() => queue.sendAnyway(job)}>
            {text.sendAnyway}
          </button>
        )}
        {view.videoId && !renaming.value && mood !== 'done' && stage !== 'cancelling' && (
          <IconButton
            icon="pencil"
            label={strings.video.renameOf(title)}
            buttonRef={pencil}
            onClick={() => {
              renaming.value = true
            }}
          />
        )}
        {canPause(stage) && (
          <IconButton icon="pause" label={text.pause} onClick={() => queue.pause(job)} />
        )}
        {canResume(stage) && (
          <IconButton icon="play" label={text.resume} onClick={() => queue.resume(job)} />
        )}
        {canRetry(view) && (
          <IconButton icon="retry" label={text.retry} onClick={() => queue.resume(job)} />
        )}
        {canCancel(stage) && (
          <IconButton
            icon="close"
            label={text.cancel}
            onClick={() => {
              // Nothing sent, nothing lost: no question.
              if (view.sentBytes === 0) void queue.cancel(job)
              else asking.value = true
            }}
          />
        )}
        {(mood === 'done' || (uploaded && mood === 'failed')) && (
          <IconButton icon="close" label={text.dismiss} onClick={() => queue.dismiss(job)} />
        )}
      </div>
      {/* An empty bar would promise that something is to come. */}
      {!neverBegan(view) && (
        <ProgressBar
          ratio={ratio}
          label={job.file.name}
          words={words}
          mood={mood === 'done' ? 'moving' : mood}
          notch={uploadShare}
        />
      )}
      {asking.value && (
        <Confirm
          title={text.cancelTitle(job.file.name)}
          text={text.cancelText}
          confirm={text.cancelConfirm}
          keep={text.cancelKeep}
          onConfirm={() => void queue.cancel(job)}
          onClose={() => {
            asking.value = false
          }}
        />
      )}
    </li>
  )
}
