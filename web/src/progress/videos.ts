// What this page knows of videos: the newest view of each, whoever brought it (an answer, an event, a poll).
import { type Signal, signal } from '@preact/signals'
import { isFinalState, type VideoView } from '#domain/video.ts'
import { idList } from '../id-list.ts'
import { forward } from './bar.ts'
import { createPace, type Pace } from './pace.ts'
import { isWorking } from './state-words.ts'

/** Encodes report in jumps of a chunk; half a minute evens them out. */
const encodeWindowSeconds = 30
const encodeShare = 0.5

export interface KnownVideo {
  view: VideoView
  pace: Pace
}

export type Videos = ReturnType<typeof createVideos>

export function createVideos(nowSeconds: () => number) {
  const watched = signal<string | null>(null)
  /** One signal a video, so that a change of one draws no other again: a library may hold thousands. */
  const known = new Map<string, Signal<KnownVideo | null>>()
  const moving = signal<ReadonlySet<string>>(new Set())

  function entryOf(videoId: string): Signal<KnownVideo | null> {
    const entry = known.get(videoId) ?? signal<KnownVideo | null>(null)
    known.set(videoId, entry)
    return entry
  }

  function setMoving(videoId: string, moves: boolean) {
    if (moving.peek().has(videoId) === moves) return
    const next = new Set(moving.peek())
    if (moves) next.add(videoId)
    else next.delete(videoId)
    moving.value = next
  }

  function take(view: VideoView) {
    const entry = entryOf(view.videoId)
    const before = entry.peek()
    if (before && view.version < before.view.version) return
    const pace = before?.pace ?? createPace(encodeWindowSeconds, encodeShare)
    const ratio =
      before && isWorking(view.state) ? forward(before.view.ratio, view.ratio) : view.ratio
    if (view.state === 'processing') pace.add(nowSeconds(), ratio)
    entry.value = { view: { ...view, ratio }, pace }
    setMoving(view.videoId, !isFinalState(view.state))
  }

  return {
    take,
    peek: (videoId: string): VideoView | null => known.get(videoId)?.peek()?.view ?? null,
    /** Read in a component or effect, it is run again when the video changes. */
    read: (videoId: string): KnownVideo | null => entryOf(videoId).value,
    /** Deleted, here or elsewhere. */
    drop(videoId: string) {
      const entry = known.get(videoId)
      if (entry) entry.value = null
      setMoving(videoId, false)
    },
    /** The video whose page is open: it is followed while it is still being uploaded, too. */
    watched,
    /** Ids the event stream is asked for, sorted. Not the uploads somebody left lying: they would keep a stream open for days. */
    active: idList(() =>
      [...moving.value]
        .filter(videoId => {
          const view = known.get(videoId)?.value?.view
          return view && (videoId === watched.value || isWorking(view.state) || view.import)
        })
        .sort(),
    ),
  }
}
