// What the row of an upload says: its bar, its words, its mood. Pure. After the upload the video's own state speaks.
import type { VideoView } from '#domain/video.ts'
import { type Problem, sayFailure } from '../api/problem.ts'
import { formatBytes, formatClock, formatTimeLeft, percentOf } from '../look/format.ts'
import { barRatio } from '../progress/bar.ts'
import { strings } from '../strings.ts'
import type { JobView, MediaFacts } from './job.ts'
import type { Trouble } from './patience.ts'

export interface Description {
  ratio: number
  words: string
  mood: 'moving' | 'still' | 'failed' | 'done'
}

const join = (...pieces: (string | null)[]) => pieces.filter(Boolean).join(' · ')
const left = (seconds: number | null) =>
  seconds === null ? null : strings.upload.left(formatTimeLeft(seconds))

const sayProblem = ({ code, message }: Problem) =>
  code === 'upload-not-found' ? strings.problems.uploadGone : message

/** «0:07 · 1920 × 1080», or less where less is known. */
export function describeMedia(media: MediaFacts | null): string {
  if (!media) return ''
  const { durationSeconds, width, height } = media
  return join(
    durationSeconds === null ? null : formatClock(durationSeconds),
    width > 0 ? `${width} × ${height}` : null,
  )
}

export function describeUpload(
  job: JobView,
  sizeBytes: number,
  video: VideoView | null,
  encodeSecondsLeft: number | null,
  stillFor: Trouble | null = null,
): Description {
  if (job.stage === 'uploaded') return describeEncode(video, encodeSecondsLeft)
  const upload = sizeBytes > 0 ? job.sentBytes / sizeBytes : 0
  const ratio = barRatio({ upload, encode: 0 })
  const stage = strings.upload.stages[job.stage]
  const sent = strings.upload.ofTotal(formatBytes(job.sentBytes), formatBytes(sizeBytes))
  switch (job.stage) {
    case 'sending': {
      if (stillFor) return { ratio, words: strings.upload.stages[stillFor], mood: 'still' }
      const rate =
        job.bytesPerSecond === null ? null : strings.upload.rate(formatBytes(job.bytesPerSecond))
      const words = join(
        `${stage} ${strings.percent(percentOf(upload))}`,
        rate,
        left(job.secondsLeft),
      )
      return { ratio, words, mood: 'moving' }
    }
    case 'paused':
      return { ratio, words: join(stage, sent), mood: 'still' }
    case 'failed': {
      const words = job.problem ? sayProblem(job.problem) : stage
      return { ratio, words, mood: 'failed' }
    }
    case 'waiting':
      return { ratio, words: join(stage, formatBytes(sizeBytes)), mood: 'still' }
    case 'offline':
    case 'unreachable':
    case 'signed-out':
    case 'cancelling':
      return { ratio, words: stage, mood: 'still' }
    default:
      return { ratio, words: stage, mood: 'moving' }
  }
}

function describeEncode(video: VideoView | null, secondsLeft: number | null): Description {
  const ratio = barRatio({ upload: 1, encode: video?.ratio ?? 0 })
  const words = strings.video.states
  switch (video?.state) {
    case 'ready':
      return { ratio: 1, words: words.ready, mood: 'done' }
    case 'failed':
      return { ratio, words: sayFailure(video) ?? words.failed, mood: 'failed' }
    case 'processing': {
      const stage = strings.video.processingAt(percentOf(video.ratio))
      return { ratio, words: join(stage, left(secondsLeft)), mood: 'moving' }
    }
    case 'deleting':
    case undefined:
      return { ratio, words: words.deleting, mood: 'still' }
    default:
      return { ratio, words: strings.video.preparing, mood: 'moving' }
  }
}
