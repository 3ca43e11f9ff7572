// Plays HLS through Media Source Extensions. While a film grows, quality needs no logic here: every rung is complete up to the
// frontier at any time.
import { computed, signal } from '@preact/signals'
import Hls, { type ErrorData, type LevelDetails } from 'hls.js'
import { prefetched } from '../ahead/beginnings.ts'
import { chooseStart, rungWithin } from '../ahead/start.ts'
import { withToken } from '../ahead/tokens.ts'
import { createQuality } from './hls-quality.ts'
import { bufferingOf, settings } from './hls-settings.ts'
import { captionsOf, soundsOf } from './hls-tracks.ts'
import { createLoader } from './loader.ts'
import { secondsAhead } from './media.ts'
import { createPatient } from './recovery.ts'
import { type Source, type SourceOptions, usualFrameSeconds } from './source.ts'

export const isSupported = () => Hls.isSupported()

/** While this much is left to show, a viewer does not know that anything is wrong. */
const enoughAheadSeconds = 2
const calmPauseMs = 2_000
const refusals = [401, 403]

export function playHls(video: HTMLVideoElement, address: string, options: SourceOptions): Source {
  let newest = new URL(address, location.href).href
  const current = (url: string) => withToken(url, newest, location.href)
  const loader = createLoader({ prefetched, current })
  const hls = new Hls({
    ...settings,
    ...bufferingOf(options.spending),
    loader,
    startPosition: options.startSeconds,
    // A film that grows begins with its lowest rung: the others may have nothing yet.
    startLevel: 0,
    ...(options.wishes.bitsPerSecond === null
      ? {}
      : { abrEwmaDefaultEstimate: options.wishes.bitsPerSecond }),
  })
  const quality = createQuality(hls, { video, prefetched, current, isGrowing: () => growing })
  const { offered } = quality
  const troubled = signal(false)
  const edges = signal<ReadonlyMap<string, number>>(new Map())
  const overrides = overrideDuration(options.durationSeconds)
  const patient = createPatient(() => performance.now() / 1000)
  let timer: ReturnType<typeof setTimeout> | undefined
  let { maxHeight } = options.spending
  let growing = options.growing

  const noteEdge = (track: string, { live, edge }: LevelDetails) => {
    const reach = live ? edge : Number.POSITIVE_INFINITY
    if (edges.peek().get(track) !== reach) edges.value = new Map(edges.peek()).set(track, reach)
  }
  const capLevel = () => {
    hls.autoLevelCapping = maxHeight === null ? -1 : rungWithin(offered(), maxHeight)
  }

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    capLevel()
    if (!growing) hls.startLevel = chooseStart(offered(), options.wishes)
    const { chosenHeight } = options.wishes
    if (chosenHeight === null) return
    // Of a film that grows the first picture comes first.
    if (growing) hls.once(Hls.Events.FRAG_BUFFERED, () => quality.chooseAhead(chosenHeight))
    else quality.chooseAhead(chosenHeight)
  })
  hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => {
    growing = details.live
    noteEdge('video', details)
  })
  hls.on(Hls.Events.AUDIO_TRACK_UPDATED, (_, { details }) => noteEdge('audio', details))
  hls.on(Hls.Events.FRAG_BUFFERED, () => {
    troubled.value = false
  })
  hls.on(Hls.Events.ERROR, (_, data) => {
    // A seek gives up what was on its way: no error.
    if (data.details === Hls.ErrorDetails.INTERNAL_ABORTED) return
    options.onError(`${data.details}${data.fatal ? ' (fatal)' : ''}`)
    if (refusals.includes(data.response?.code ?? 0)) options.onRefused()
    if (data.fatal) recover(data)
  })

  function recover({ type, details }: ErrorData) {
    const isMedia = type === Hls.ErrorTypes.MEDIA_ERROR
    const calm = !isMedia && secondsAhead(video) > enoughAheadSeconds
    const pause = calm ? calmPauseMs : patient.next()
    if (pause === null) return options.onLost()
    troubled.value = !calm
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isMedia) hls.recoverMediaError()
      else if (details.startsWith('manifest')) hls.loadSource(newest)
      else hls.startLoad()
    }, pause)
  }

  hls.loadSource(newest)
  hls.attachMedia({ media: video, overrides })

  return {
    heights: quality.heights,
    chosen: quality.chosen,
    arriving: quality.arriving,
    overtaxed: quality.overtaxed,
    choose: quality.choose,
    anticipate: quality.anticipate,
    changing: quality.changing,
    sounds: soundsOf(hls),
    captions: captionsOf(hls),
    frontier: computed(() => {
      const reached = [...edges.value.values()]
      return reached.length > 0 ? Math.min(...reached) : 0
    }),
    troubled,
    frameSeconds() {
      const rate = hls.levels[Math.max(0, hls.currentLevel)]?.frameRate ?? 0
      return rate > 0 ? 1 / rate : usualFrameSeconds
    },
    setDuration(seconds) {
      overrides.duration = seconds
    },
    renew(url) {
      newest = withToken(newest, url, location.href)
    },
    wake() {
      if (hls.levels.length > 0) hls.startLoad()
    },
    spend(spending) {
      maxHeight = spending.maxHeight
      Object.assign(hls.config, bufferingOf(spending))
      if (hls.levels.length > 0) capLevel()
    },
    stop() {
      clearTimeout(timer)
      quality.stop()
      hls.destroy()
    },
  }
}

/** hls.js keeps this object and reads it whenever a playlist has grown. */
function overrideDuration(seconds: number | null): { duration?: number } {
  return seconds === null ? {} : { duration: seconds }
}
