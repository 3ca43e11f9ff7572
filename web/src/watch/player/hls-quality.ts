// The quality of a film in hls.js: its own choice, or the viewer's, which takes the place of what plays as soon as the line has
// brought it, while what is loaded plays on.
import { signal } from '@preact/signals'
import Hls from 'hls.js'
import type { PrefetchCache } from '../ahead/prefetch-cache.ts'
import { prefetchPlaylist, prefetchSegment } from '../ahead/prefetch-film.ts'
import { type Offered, rungWithin } from '../ahead/start.ts'
import { secondsAhead } from './media.ts'
import { planTakeover } from './takeover.ts'

export interface QualityDeps {
  video: HTMLVideoElement
  prefetched: PrefetchCache
  /** The address to ask instead of one that may be out of date. */
  current(url: string): string
  isGrowing(): boolean
}

/** Some browsers take a seek to the very same moment for none. */
const shownAnewSeconds = 0.001
/** A line may turn out slower than it was, so often in one change. */
const mostTries = 3
const lookMs = 50

export function createQuality(hls: Hls, { video, prefetched, current, isGrowing }: QualityDeps) {
  const heights = signal<readonly number[]>([])
  const chosen = signal<number | null>(null)
  const arriving = signal<number | null>(null)
  let target = -1
  let changing = false
  const gone = new AbortController()
  /** Of the newest choice. */
  let turn = new AbortController()

  const offered = (): Offered[] =>
    hls.levels.map(({ width, height, bitrate }) => ({
      height: Math.min(width, height),
      bitsPerSecond: bitrate,
    }))

  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    const all = offered().map(({ height }) => height)
    heights.value = [...new Set(all)].filter(Boolean).sort((a, b) => b - a)
  })
  hls.on(Hls.Events.LEVEL_SWITCHED, (_, { level }) => {
    if (level === target) arriving.value = null
  })

  /** From the next segment on: no gap, the old quality plays on until then. */
  function chooseAhead(height: number) {
    chosen.value = height
    target = rungWithin(offered(), height)
    hls.loadLevel = target
  }

  function choose(height: number | null) {
    turn.abort()
    turn = new AbortController()
    hls.resumeBuffering()
    chosen.value = height
    arriving.value = null
    if (height === null) {
      hls.loadLevel = -1
      return
    }
    target = rungWithin(offered(), height)
    const playing = hls.currentLevel === target
    if (!playing) arriving.value = offered()[target]?.height ?? null
    // It plays already, and nothing else was loaded since.
    if (playing && hls.loadLevel === target) hls.loadLevel = target
    else if (playing || isGrowing()) hls.nextLevel = target
    else void takeOver(target, turn.signal)
  }

  /**
   * At once, or as soon as the line can: a segment that the film has not passed by then is fetched beside what plays, and then takes
   * its place. Browsers would show it from its next keyframe on; a seek to where the film stands shows it now.
   */
  async function takeOver(index: number, stopped: AbortSignal) {
    const moved = new AbortController()
    video.addEventListener('seeking', () => moved.abort(), { signal: stopped, once: true })
    hls.loadLevel = index
    // The whole line for what was asked for.
    hls.pauseBuffering()
    const signal = AbortSignal.any([stopped, moved.signal])
    const isHere = await fetchTakeover(index, signal).catch(() => false)
    if (stopped.aborted) return
    hls.resumeBuffering()
    // Too slow, or the viewer is elsewhere: hls.js knows how to change with what is loaded.
    if (!isHere || moved.signal.aborted) {
      hls.nextLevel = index
      return
    }
    changing = true
    hls.on(Hls.Events.FRAG_BUFFERED, function show(_, { frag }) {
      if (frag.type !== 'main') return
      hls.off(Hls.Events.FRAG_BUFFERED, show)
      changing = false
      if (frag.level === index && secondsAhead(video) > 0) video.currentTime += shownAnewSeconds
    })
    hls.currentLevel = index
  }

  /** True: what shows this moment is here, and what comes after it on its way. */
  async function fetchTakeover(index: number, signal: AbortSignal): Promise<boolean> {
    const level = hls.levels[index]
    const url = level?.url[0]
    if (!url) return false
    let answerSeconds = hls.ttfbEstimate / 1000
    /** A line may have become slower than hls.js knows. */
    async function timed<T>(answer: Promise<T>): Promise<T> {
      const askedMs = performance.now()
      const given = await answer
      answerSeconds = Math.max(answerSeconds, (performance.now() - askedMs) / 1000)
      return given
    }
    const segments = await timed(prefetchPlaylist(prefetched, current(url), signal))
    for (let tries = 1; tries <= mostTries && !signal.aborted; tries++) {
      const line = { bitsPerSecond: hls.bandwidthEstimate, firstByteSeconds: answerSeconds }
      const now = { seconds: video.currentTime, speed: video.paused ? 0 : video.playbackRate }
      const plan = planTakeover(segments, now, line, level.bitrate)
      // Nothing is loaded that far: what is loaded next has the new quality anyway.
      if (!plan || plan.segment.startSeconds > now.seconds + secondsAhead(video)) return false
      const later = setTimeout(() => {
        if (plan.next) prefetchSegment(prefetched, plan.next, signal).catch(() => {})
      }, plan.nextAfterSeconds * 1000)
      signal.addEventListener('abort', () => clearTimeout(later))
      await timed(prefetchSegment(prefetched, plan.segment, signal))
      const { startSeconds, endSeconds } = plan.segment
      await reach(startSeconds, signal)
      if (video.currentTime >= startSeconds && video.currentTime < endSeconds) return true
    }
    return false
  }

  /** Until the film is there, or stands. */
  async function reach(seconds: number, signal: AbortSignal) {
    while (video.currentTime < seconds && !video.paused && !signal.aborted)
      await new Promise(resolve => setTimeout(resolve, lookMs))
  }

  return {
    heights,
    chosen,
    arriving,
    offered,
    choose,
    chooseAhead,
    changing: () => changing,
    /** The viewer chose more than the line carries. */
    overtaxed() {
      const rung = hls.levels[target]
      return chosen.peek() !== null && (rung?.averageBitrate ?? 0) > hls.bandwidthEstimate
    },
    /** Fetches what is small and will be needed. */
    anticipate() {
      if (isGrowing()) return
      for (const { url } of hls.levels) {
        const piece = { url: current(url[0] ?? ''), from: 0, to: null }
        prefetched.fetch(piece, gone.signal).catch(() => {})
      }
    },
    stop() {
      turn.abort()
      gone.abort()
    },
  }
}
