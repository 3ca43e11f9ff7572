// Plays by the browser alone: native HLS where there is no Media Source Extensions (older iPhones), else the MP4 once it is there.
import { signal } from '@preact/signals'
import { noTracks, type Source, type SourceOptions, usualFrameSeconds } from './source.ts'

export function playPlain(video: HTMLVideoElement, url: string, options: SourceOptions): Source {
  const frontier = signal(0)
  const onReach = () => {
    const { duration, seekable } = video
    const reach = seekable.length > 0 ? seekable.end(seekable.length - 1) : 0
    frontier.value = Number.isFinite(duration) && reach >= duration - 1 ? Infinity : reach
  }
  const onStart = () => {
    if (options.startSeconds > 0) video.currentTime = options.startSeconds
  }
  const onError = () => {
    options.onError(video.error?.message || `media error ${video.error?.code ?? ''}`)
    options.onLost()
  }
  const reachEvents = ['loadedmetadata', 'durationchange', 'progress'] as const
  for (const type of reachEvents) video.addEventListener(type, onReach)
  video.addEventListener('loadedmetadata', onStart, { once: true })
  video.addEventListener('error', onError)
  video.src = url

  return {
    heights: signal<readonly number[]>([]),
    chosen: signal<number | null>(null),
    choose() {},
    arriving: signal<number | null>(null),
    overtaxed: () => false,
    anticipate() {},
    changing: () => false,
    sounds: noTracks,
    captions: noTracks,
    frontier,
    troubled: signal(false),
    frameSeconds: () => usualFrameSeconds,
    // The browser reads it from the playlist.
    setDuration() {},
    // It keeps its own connections: a token that has ended shows as an error, and the film is opened anew where it was.
    renew() {},
    wake() {},
    spend() {},
    stop() {
      for (const type of reachEvents) video.removeEventListener(type, onReach)
      video.removeEventListener('loadedmetadata', onStart)
      video.removeEventListener('error', onError)
      video.removeAttribute('src')
      video.load()
    },
  }
}
