// Plays HLS through Media Source Extensions. The settings are those measured for playlists that still grow; quality needs no logic
// here, every rung is complete up to the frontier at any time.
import { computed, signal } from '@preact/signals'
import Hls, {
  type ErrorData,
  type FragmentLoaderContext,
  type HlsConfig,
  type LevelDetails,
  type Loader,
} from 'hls.js'
import { secondsAhead } from './media.ts'
import { showFromZero } from './presentation-time.ts'
import { createPatient } from './recovery.ts'
import type { Source, SourceOptions } from './source.ts'

export const isSupported = () => Hls.isSupported()

/** The server holds a first request up to 25 s and a reload up to three target durations. */
const held = {
  default: {
    maxTimeToFirstByteMs: 35_000,
    maxLoadTimeMs: 45_000,
    timeoutRetry: { maxNumRetry: 3, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 6, retryDelayMs: 700, maxRetryDelayMs: 5_000 },
  },
}

/** An object that does not come within a few seconds: the recovery below decides how long it is worth waiting. */
const objects = {
  default: {
    maxTimeToFirstByteMs: 10_000,
    maxLoadTimeMs: 60_000,
    timeoutRetry: { maxNumRetry: 2, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: 3, retryDelayMs: 400, maxRetryDelayMs: 2_000 },
  },
}
/** While this much is left to show, a viewer does not know that anything is wrong. */
const enoughAheadSeconds = 2
const calmPauseMs = 2_000

/** hls.js's own, but for the times in what it brings. */
class SegmentLoader extends (Hls.DefaultConfig.loader as new (
  config: HlsConfig,
) => Loader<FragmentLoaderContext>) {
  override load(
    ...[context, config, callbacks]: Parameters<Loader<FragmentLoaderContext>['load']>
  ) {
    super.load(context, config, {
      ...callbacks,
      onSuccess(response, ...facts) {
        if (response.data instanceof ArrayBuffer) showFromZero(response.data)
        callbacks.onSuccess(response, ...facts)
      },
    })
  }
}

const config: Partial<HlsConfig> = {
  fLoader: SegmentLoader,
  // Growing playlists would otherwise start at their live edge.
  startPosition: 0,
  startLevel: 0,
  testBandwidth: false,
  startFragPrefetch: true,
  // Segments are fMP4: next to nothing to do, and no second script to start.
  enableWorker: false,
  // Only then does hls.js chain blocking reloads.
  lowLatencyMode: true,
  manifestLoadPolicy: held,
  playlistLoadPolicy: held,
  fragLoadPolicy: objects,
  // By default one failed answer costs a rung for good.
  errorPenaltyExpireMs: 20_000,
  // A long film must not fill the memory behind the viewer.
  backBufferLength: 60,
}

export function playHls(video: HTMLVideoElement, url: string, options: SourceOptions): Source {
  const hls = new Hls({ ...config, startPosition: options.startSeconds })
  const heights = signal<readonly number[]>([])
  const chosen = signal<number | null>(null)
  const edges = signal<ReadonlyMap<string, number>>(new Map())
  const overrides = overrideDuration(options.durationSeconds)
  const patient = createPatient(() => performance.now() / 1000)
  let timer: ReturnType<typeof setTimeout> | undefined

  const levelHeights = () => hls.levels.map(({ width, height }) => Math.min(width, height))
  const noteEdge = (track: string, { live, edge }: LevelDetails) => {
    const reach = live ? edge : Number.POSITIVE_INFINITY
    if (edges.peek().get(track) !== reach) edges.value = new Map(edges.peek()).set(track, reach)
  }

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    heights.value = [...new Set(levelHeights())].filter(Boolean).sort((a, b) => b - a)
  })
  hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => noteEdge('video', details))
  hls.on(Hls.Events.AUDIO_TRACK_UPDATED, (_, { details }) => noteEdge('audio', details))
  hls.on(Hls.Events.ERROR, (_, data) => {
    // A seek gives up what was on its way: no error.
    if (data.details === Hls.ErrorDetails.INTERNAL_ABORTED) return
    options.onError(`${data.details}${data.fatal ? ' (fatal)' : ''}`)
    if (data.fatal) recover(data)
  })

  function recover({ type, details }: ErrorData) {
    const isMedia = type === Hls.ErrorTypes.MEDIA_ERROR
    const calm = !isMedia && secondsAhead(video) > enoughAheadSeconds
    const pause = calm ? calmPauseMs : patient.next()
    if (pause === null) return options.onLost()
    timer = setTimeout(() => {
      if (isMedia) hls.recoverMediaError()
      else if (details.startsWith('manifest')) hls.loadSource(url)
      else hls.startLoad()
    }, pause)
  }

  hls.loadSource(url)
  hls.attachMedia({ media: video, overrides })

  return {
    heights,
    chosen,
    choose(height) {
      chosen.value = height
      // From the next segment on: no gap, the old quality plays on until then.
      hls.nextLevel = height === null ? -1 : levelHeights().indexOf(height)
    },
    frontier: computed(() => {
      const reached = [...edges.value.values()]
      return reached.length > 0 ? Math.min(...reached) : 0
    }),
    setDuration(seconds) {
      overrides.duration = seconds
    },
    stop() {
      clearTimeout(timer)
      hls.destroy()
    },
  }
}

/** hls.js keeps this object and reads it whenever a playlist has grown. */
function overrideDuration(seconds: number | null): { duration?: number } {
  return seconds === null ? {} : { duration: seconds }
}
