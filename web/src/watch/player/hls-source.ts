// Plays HLS through Media Source Extensions. While a film grows, quality needs no logic here: every rung is complete up to the
// frontier at any time.
import { computed, signal } from '@preact/signals'
import Hls, { type ErrorData, type LevelDetails } from 'hls.js'
import { larder } from '../ahead/beginnings.ts'
import { chooseStart, rungWithin } from '../ahead/start.ts'
import { stockTrack } from '../ahead/stock-film.ts'
import { withToken } from '../ahead/tokens.ts'
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
/** Some browsers take a seek to the very same moment for none. */
const shownAnewSeconds = 0.001

export function playHls(video: HTMLVideoElement, address: string, options: SourceOptions): Source {
  let newest = new URL(address, location.href).href
  const current = (url: string) => withToken(url, newest, location.href)
  const loader = createLoader({ larder, current })
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
  const heights = signal<readonly number[]>([])
  const chosen = signal<number | null>(null)
  const troubled = signal(false)
  const edges = signal<ReadonlyMap<string, number>>(new Map())
  const overrides = overrideDuration(options.durationSeconds)
  const patient = createPatient(() => performance.now() / 1000)
  const stopped = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let { maxHeight } = options.spending
  let growing = options.growing
  let changing = false

  const offered = () =>
    hls.levels.map(({ width, height, bitrate }) => ({
      height: Math.min(width, height),
      bitsPerSecond: bitrate,
    }))
  const noteEdge = (track: string, { live, edge }: LevelDetails) => {
    const reach = live ? edge : Number.POSITIVE_INFINITY
    if (edges.peek().get(track) !== reach) edges.value = new Map(edges.peek()).set(track, reach)
  }
  const capLevel = () => {
    hls.autoLevelCapping = maxHeight === null ? -1 : rungWithin(offered(), maxHeight)
  }

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    const all = offered().map(({ height }) => height)
    heights.value = [...new Set(all)].filter(Boolean).sort((a, b) => b - a)
    capLevel()
    if (!growing) hls.startLevel = chooseStart(offered(), options.wishes)
    const { chosenHeight } = options.wishes
    if (chosenHeight === null) return
    // Of a film that grows the first picture comes first.
    if (growing) hls.once(Hls.Events.FRAG_BUFFERED, () => chooseAhead(chosenHeight))
    else chooseAhead(chosenHeight)
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

  /** From the next segment on: no gap, the old quality plays on until then. */
  function chooseAhead(height: number) {
    chosen.value = height
    hls.loadLevel = rungWithin(offered(), height)
  }

  /**
   * At once: what shows this moment is fetched first, while the old quality plays on, and then takes its place. Browsers would show
   * it from its next keyframe on; a seek to where the film stands shows it now.
   */
  async function chooseNow(height: number) {
    chosen.value = height
    const index = rungWithin(offered(), height)
    const url = hls.levels[index]?.url[0]
    const { signal } = stopped
    if (url) await stockTrack(larder, current(url), video.currentTime, { signal }).catch(() => {})
    if (chosen.peek() !== height || signal.aborted || hls.currentLevel === index) return
    changing = true
    hls.on(Hls.Events.FRAG_BUFFERED, function show(_, { frag }) {
      if (frag.type !== 'main') return
      hls.off(Hls.Events.FRAG_BUFFERED, show)
      changing = false
      if (frag.level === index && secondsAhead(video) > 0) video.currentTime += shownAnewSeconds
    })
    hls.currentLevel = index
  }

  function anticipate() {
    if (growing) return
    for (const { url } of hls.levels) {
      const piece = { url: current(url[0] ?? ''), from: 0, to: null }
      larder.stock(piece, stopped.signal).catch(() => {})
    }
  }

  hls.loadSource(newest)
  hls.attachMedia({ media: video, overrides })

  return {
    heights,
    chosen,
    choose(height) {
      if (height === null) {
        chosen.value = null
        hls.loadLevel = -1
      } else if (growing) {
        chosen.value = height
        hls.nextLevel = rungWithin(offered(), height)
      } else void chooseNow(height)
    },
    anticipate,
    changing: () => changing,
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
      stopped.abort()
      hls.destroy()
    },
  }
}

/** hls.js keeps this object and reads it whenever a playlist has grown. */
function overrideDuration(seconds: number | null): { duration?: number } {
  return seconds === null ? {} : { duration: seconds }
}
