// One file of the queue: its name, its one bar from the first byte to «ready», and what a person can do about it.
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { announce } from '../look/announce.tsx'
import { IconButton } from '../look/button.tsx'
import { Confirm } from '../look/confirm.tsx'
import { Icon } from '../look/icons.tsx'
import { usePortal } from '../portal.ts'
import { uploadShare } from '../progress/bar.ts'
import { ProgressBar } from '../progress/progress-bar.tsx'
import { useSecondsLeft } from '../progress/seconds-left.ts'
import { paths } from '../route.ts'
import { strings } from '../strings.ts'
import { describeUpload } from './describe.ts'
import { canCancel, canPause, canResume, canRetry, type UploadJob } from './job.ts'

const text = strings.upload

export function UploadRow({ job }: { job: UploadJob }) {
  const { queue, videos } = usePortal()
  const asking = useSignal(false)
  const view = job.view.value
  const { stage } = view
  const known = view.videoId ? videos.read(view.videoId) : null
  const video = known?.view ?? null
  const secondsLeft = useSecondsLeft(known)
  const { ratio, words, mood } = describeUpload(view, job.file.size, video, secondsLeft)
  const uploaded = stage === 'uploaded'
  const gone = uploaded && !video

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
    <li class={`upload ${mood}`}>
      <div class="upload-picture">
        {video?.posterUrl ? <img src={video.posterUrl} alt="" /> : <Icon name="film" />}
      </div>
      <div class="upload-facts">
        <p class="upload-name">{job.file.name}</p>
        <p class="upload-words">
          {mood === 'failed' && <Icon name="warning" />}
          {mood === 'done' && <Icon name="check" />}
          <span>{words}</span>
        </p>
      </div>
      <div class="upload-steps">
        {uploaded && video && video.state !== 'failed' && (
          <a class="button small primary" href={paths.watch(video.videoId)}>
            <Icon name="play" />
            {video.playable && video.state !== 'ready' ? text.watchNow : text.watch}
          </a>
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
      <ProgressBar
        ratio={ratio}
        label={job.file.name}
        words={words}
        mood={mood === 'done' ? 'moving' : mood}
        notch={uploadShare}
      />
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
