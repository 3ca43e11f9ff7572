// What is said of a video's state, on its card and on its page. Pure.
import type { VideoState, VideoView } from '#domain/video.ts'
import { formatBytes, formatTimeLeft, percentOf, rungLabel } from '../look/format.ts'
import { strings } from '../strings.ts'

/** The servers are at it, or about to be. */
export const isWorking = (state: VideoState): boolean =>
  state === 'queued' || state === 'processing'

/** Of what a card's bar shows: how much has been fetched, then how much is encoded. */
export const shownRatio = ({
  ratio,
  import: fetched,
}: Pick<VideoView, 'ratio' | 'import'>): number =>
  fetched ? fetched.receivedBytes / (fetched.totalBytes || Number.POSITIVE_INFINITY) : ratio

/** From «queued» on the player may be opened: it waits for the first seconds by itself. */
export function isWatchable({ state, playable }: VideoView): boolean {
  return playable || isWorking(state) || state === 'ready'
}

/** Which step of the way it is at: «Preparing 720p · 3 of 5». */
export function stageWords({ state, rungs }: Pick<VideoView, 'state' | 'rungs'>): string {
  const text = strings.video
  if (state === 'queued') return text.waiting
  if (state !== 'processing') return text.states[state]
  const inOrder = rungs.toSorted((a, b) => a.height - b.height)
  const at = inOrder.findIndex(rung => rung.state !== 'ready')
  const rung = inOrder[at]
  return rung ? text.preparingRung(rungLabel(rung.height), at + 1, inOrder.length) : text.preparing
}

export function stateWords(view: VideoView, secondsLeft: number | null): string {
  switch (view.state) {
    case 'processing': {
      const left = secondsLeft === null ? null : formatTimeLeft(secondsLeft)
      return `${stageWords(view)} · ${strings.video.encodeLeft(percentOf(view.ratio), left)}`
    }
    case 'uploading': {
      if (!view.import) return strings.video.sentElsewhere
      const { receivedBytes, totalBytes } = view.import
      return strings.video.fetching(
        formatBytes(receivedBytes),
        totalBytes ? formatBytes(totalBytes) : null,
      )
    }
    default:
      return stageWords(view)
  }
}
