// What this page knows of videos: the newest view of each, whoever brought it (an answer, an event, a poll).
import { computed, type Signal, signal } from '@preact/signals'
import { isFinalState, type VideoState, type VideoView } from '#domain/video.ts'
import { forward } from './bar.ts'
import { createPace, type Pace } from './pace.ts'

/** Encodes report in jumps of a chunk; half a minute evens them out. */
const encodeWindowSeconds = 30

export interface KnownVideo {
  view: VideoView
  pace: Pace
}

const isWorking = (state: VideoState) => state === 'queued' || state === 'processing'

export type Videos = ReturnType<typeof createVideos>

export function createVideos(nowSeconds: () => number) {
  const watched = signal<string | null>(null)
  const known = signal<ReadonlyMap<string, Signal<KnownVideo>>>(new Map())

  function take(view: VideoView) {
    const entry = known.value.get(view.videoId)
    if (!entry) {
      const pace = createPace(encodeWindowSeconds)
      if (view.state === 'processing') pace.add(nowSeconds(), view.ratio)
      known.value = new Map(known.value).set(view.videoId, signal({ view, pace }))
      return
    }
    const { view: before, pace } = entry.peek()
    if (view.version < before.version) return
    const ratio = isWorking(view.state) ? forward(before.ratio, view.ratio) : view.ratio
    if (view.state === 'processing') pace.add(nowSeconds(), ratio)
    entry.value = { view: { ...view, ratio }, pace }
  }

  return {
    take,
    peek: (videoId: string): VideoView | null => known.peek().get(videoId)?.peek().view ?? null,
    /** Read in a component or effect, it is run again when the video changes. */
    read: (videoId: string): KnownVideo | null => known.value.get(videoId)?.value ?? null,
    /** Deleted, here or elsewhere. */
    drop(videoId: string) {
      if (!known.value.has(videoId)) return
      const rest = new Map(known.value)
      rest.delete(videoId)
      known.value = rest
    },
    /** The video whose page is open: it is followed while it is still being uploaded, too. */
    watched,
    /** Ids the event stream is asked for, sorted. Not the uploads somebody left lying: they would keep a stream open for days. */
    active: computed(() =>
      [...known.value.values()]
        .map(entry => entry.value.view)
        .filter(({ videoId, state }) =>
          videoId === watched.value ? !isFinalState(state) : isWorking(state),
        )
        .map(view => view.videoId)
        .sort()
        .join(','),
    ),
  }
}
