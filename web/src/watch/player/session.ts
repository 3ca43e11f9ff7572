// One viewing: the element, its source, its seeker and its measure, made together and stopped together.
import { effect, signal } from '@preact/signals'
import type { PlaybackView } from '#domain/video.ts'
import { isSupported, playHls } from './hls-source.ts'
import { measure } from './measure.ts'
import { watchMedia } from './media.ts'
import { playPlain } from './plain-source.ts'
import { createSeeker } from './seek.ts'
import type { Source, SourceOptions } from './source.ts'
import { recallVolume, rememberVolume } from './volume-memory.ts'

export interface SessionOptions {
  playback: PlaybackView
  durationSeconds: number | null
  startSeconds: number
  onLost(atSeconds: number): void
  onUnsupported(): void
}

export type Session = NonNullable<ReturnType<typeof createSession>>

export function createSession(video: HTMLVideoElement, options: SessionOptions) {
  const planned = signal(options.durationSeconds)
  recallVolume(video)
  const media = watchMedia(video)
  const measuring = measure(video, () => seeker?.pending.peek() != null)
  const source = chooseSource(video, options.playback, {
    durationSeconds: options.durationSeconds,
    startSeconds: options.startSeconds,
    onError: measuring.note,
    // Lost before it began: it still begins where it was meant to.
    onLost: () => options.onLost(video.currentTime || options.startSeconds),
  })
  const seeker =
    source && createSeeker(video, source.frontier, () => planned.peek() ?? media.duration.peek())
  if (!source || !seeker) {
    media.stop()
    measuring.stop()
    options.onUnsupported()
    return null
  }
  /** The browser refused sound without a gesture: it plays silently until the viewer asks. */
  const silenced = signal(false)
  const stopRemembering = effect(() => {
    if (!silenced.value) rememberVolume(media.volume.value, media.muted.value)
  })

  async function start() {
    try {
      await video.play()
    } catch (thrown) {
      if (!(thrown instanceof DOMException) || thrown.name !== 'NotAllowedError') return
      if (video.muted) return
      silenced.value = true
      video.muted = true
      // Refused altogether (low power mode): the big play button stays.
      await video.play().catch(() => {})
    }
  }
  void start()

  function unmute() {
    silenced.value = false
    video.muted = false
    if (video.volume === 0) video.volume = 0.5
  }

  return {
    media,
    source,
    seeker,
    silenced,
    planned,
    setDuration(seconds: number) {
      planned.value = seconds
      source.setDuration(seconds)
    },
    toggle() {
      if (seeker.pending.peek() !== null) seeker.goBack()
      else if (video.paused) video.play().catch(() => {})
      else video.pause()
    },
    unmute,
    toggleMute() {
      if (video.muted || video.volume === 0) unmute()
      else video.muted = true
    },
    setVolume(volume: number) {
      silenced.value = false
      video.volume = Math.min(1, Math.max(0, volume))
      video.muted = video.volume === 0
    },
    stop() {
      stopRemembering()
      seeker.stop()
      source.stop()
      media.stop()
      measuring.stop()
    },
  }
}

function chooseSource(
  video: HTMLVideoElement,
  { url, nativeUrl, mp4Url }: PlaybackView,
  options: SourceOptions,
): Source | null {
  if (isSupported()) return playHls(video, url, options)
  if (video.canPlayType('application/vnd.apple.mpegurl'))
    return playPlain(video, nativeUrl, options)
  return mp4Url === null ? null : playPlain(video, mp4Url, options)
}
