// What a card says about its video's state. Pure.
import type { VideoView } from '#domain/video.ts'
import { formatTimeLeft, percentOf } from '../look/format.ts'
import { strings } from '../strings.ts'

/** From «queued» on the player may be opened: it waits for the first seconds by itself. */
export function isWatchable({ state, playable }: VideoView): boolean {
  return playable || state === 'queued' || state === 'processing' || state === 'ready'
}

export function cardWords(view: VideoView, secondsLeft: number | null): string {
  const text = strings.video
  switch (view.state) {
    case 'queued':
      return text.preparing
    case 'processing': {
      const words = text.processingAt(percentOf(view.ratio))
      return secondsLeft === null
        ? words
        : `${words} · ${strings.upload.left(formatTimeLeft(secondsLeft))}`
    }
    case 'uploading':
      return text.sentElsewhere
    default:
      return text.states[view.state]
  }
}
