// The video element's own state as signals, so that each control is drawn again only for what it shows.
import { signal } from '@preact/signals'

/** How much is loaded from the current moment on, without a hole. */
export function secondsAhead({ buffered, currentTime }: HTMLVideoElement): number {
  for (let i = 0; i < buffered.length; i++) {
    // The first frame may lie a little after the moment asked for.
    const inside = buffered.start(i) <= currentTime + 0.5 && buffered.end(i) >= currentTime
    if (inside) return buffered.end(i) - currentTime
  }
  return 0
}

export type Media = ReturnType<typeof watchMedia>

export function watchMedia(video: HTMLVideoElement) {
  const paused = signal(true)
  const ended = signal(false)
  /** The picture stands because data is missing. */
  const waiting = signal(true)
  /** It has played: from now on a viewer who pauses wants to see the picture. */
  const started = signal(false)
  const time = signal(0)
  const duration = signal<number | null>(null)
  const bufferedEnd = signal(0)
  const volume = signal(video.volume)
  const muted = signal(video.muted)
  const rate = signal(1)
  /** Short side of the picture on the screen; 0 before there is one. */
  const height = signal(0)

  const readBuffered = () => {
    bufferedEnd.value = video.currentTime + secondsAhead(video)
  }
  const readTime = () => {
    time.value = video.currentTime
    ended.value = video.ended
    readBuffered()
  }
  const readDuration = () => {
    if (Number.isFinite(video.duration)) duration.value = video.duration
  }
  const readSize = () => {
    height.value = Math.min(video.videoWidth, video.videoHeight)
  }
  const readPaused = () => {
    paused.value = video.paused
    ended.value = video.ended
  }
  const listeners: Record<string, () => void> = {
    play: readPaused,
    pause: readPaused,
    ended: readPaused,
    playing: () => {
      waiting.value = false
      started.value = true
    },
    canplay: () => {
      waiting.value = false
    },
    waiting: () => {
      waiting.value = true
    },
    seeking: readTime,
    seeked: readTime,
    timeupdate: readTime,
    progress: readBuffered,
    durationchange: readDuration,
    loadedmetadata: readSize,
    resize: readSize,
    ratechange: () => {
      rate.value = video.playbackRate
    },
    volumechange: () => {
      volume.value = video.volume
      muted.value = video.muted
    },
  }
  for (const [type, listener] of Object.entries(listeners)) video.addEventListener(type, listener)

  return {
    video,
    paused,
    ended,
    waiting,
    started,
    time,
    duration,
    bufferedEnd,
    volume,
    muted,
    rate,
    height,
    stop() {
      for (const [type, listener] of Object.entries(listeners)) {
        video.removeEventListener(type, listener)
      }
    },
  }
}
