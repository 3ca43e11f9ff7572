// What a viewer went through, for tests and benches: `window.millrace` on the watch page, read-only.

export interface PlayerMeasure {
  /** Times the picture stood still for want of data after the first frame; waiting after a seek is not counted. */
  readonly stalls: number
  /** `performance.now()` when the first frame was on the screen; null before. */
  readonly firstFrameAt: number | null
  /** What the player met, in its own words, fatal or not. */
  readonly errors: readonly string[]
}

declare global {
  interface Window {
    millrace?: PlayerMeasure
  }
}

export interface Measuring {
  note(error: string): void
  stop(): void
}

export function measure(video: HTMLVideoElement, isHeld: () => boolean): Measuring {
  let stalls = 0
  let firstFrameAt: number | null = null
  const errors: string[] = []

  const onFirst = () => {
    firstFrameAt ??= performance.now()
  }
  const onWaiting = () => {
    const wanted = video.paused || video.seeking || video.ended || isHeld()
    if (firstFrameAt !== null && !wanted) stalls += 1
  }
  // Missing in browsers before 2024: nothing is measured there.
  video.requestVideoFrameCallback?.(onFirst)
  video.addEventListener('waiting', onWaiting)

  window.millrace = Object.freeze({
    get stalls() {
      return stalls
    },
    get firstFrameAt() {
      return firstFrameAt
    },
    get errors() {
      return [...errors]
    },
  })
  return {
    note: error => void errors.push(error),
    stop() {
      video.removeEventListener('waiting', onWaiting)
      delete window.millrace
    },
  }
}
