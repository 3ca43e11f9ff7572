// One viewing: the element, its source, its seeker, its memory and its measure, made together and stopped together.
import { computed, effect, signal } from '@preact/signals'
import type { PlaybackView } from '#domain/video.ts'
import { readConnection } from '../../connection.ts'
import { browserStore } from '../../memory.ts'
import { strings } from '../../strings.ts'
import { prefetchBeginning, readWishes } from '../ahead/beginnings.ts'
import { createLineMeasure, watchArrivals } from '../memory/line-measure.ts'
import { recallLine, rememberLine } from '../memory/line-memory.ts'
import { placeToKeep, rememberPlace } from '../memory/place-memory.ts'
import { planSpending } from '../memory/spending.ts'
import { recallVolume, rememberVolume } from '../memory/volume-memory.ts'
import {
  recallPreferences,
  rememberPreferences,
  type WatchPreferences,
} from '../memory/watch-preferences.ts'
import { watchChapters } from './chapters.ts'
import { isSupported, playHls } from './hls-source.ts'
import { keepAlive } from './keep-alive.ts'
import { measure } from './measure.ts'
import { watchMedia } from './media.ts'
import { joinMediaSession } from './media-session.ts'
import { playPlain } from './plain-source.ts'
import { createSeeker } from './seek.ts'
import type { Source, SourceOptions, Tracks } from './source.ts'
import { keepTracks, trackIn } from './track-choice.ts'
import { keepScreenOn } from './wake-lock.ts'

export interface SessionOptions {
  videoId: string
  playback: PlaybackView
  durationSeconds: number | null
  startSeconds: number
  /** Asks for the playback anew; null: no answer now. */
  renew(): Promise<PlaybackView | null>
  onLost(atSeconds: number): void
  onUnsupported(): void
}

export type Session = NonNullable<ReturnType<typeof createSession>>

/** A place is kept this often while it plays. */
const placeEverySeconds = 5

export function createSession(video: HTMLVideoElement, options: SessionOptions) {
  const { videoId, playback, startSeconds } = options
  const store = browserStore()
  const { wishes, spending } = readWishes()
  const planned = signal(options.durationSeconds)
  const gone = new AbortController()
  recallVolume(video)
  const media = watchMedia(video)
  const isHeld = () => seeker?.pending.peek() != null || source?.changing() === true
  const measuring = measure(video, isHeld)
  // A moment that may not be made yet is waited for, not begun with.
  const waits = playback.growing && startSeconds > 0
  const begin = waits ? 0 : startSeconds
  void prefetchBeginning(playback, begin, gone.signal)
  const source = chooseSource(video, playback, {
    durationSeconds: options.durationSeconds,
    startSeconds: begin,
    growing: playback.growing,
    wishes,
    spending,
    onError: measuring.note,
    onRefused: () => alive.refused(),
    // Lost before it began: it still begins where it was meant to.
    onLost: () => options.onLost(video.currentTime || startSeconds),
  })
  const length = () => planned.peek() ?? media.duration.peek()
  const seeker = source && createSeeker(video, source.frontier, length)
  const alive = keepAlive(playback.expiresAt, {
    renew: options.renew,
    onRenewed: url => source?.renew(url),
    onWoken: () => source?.wake(),
  })
  if (!source || !seeker) {
    alive.stop()
    gone.abort()
    media.stop()
    measuring.stop()
    options.onUnsupported()
    return null
  }

  const preferences = signal<WatchPreferences>(recallPreferences(store))
  /** From now on so, and in the next film too. */
  function prefer(changed: Partial<WatchPreferences>) {
    preferences.value = { ...preferences.peek(), ...changed }
    rememberPreferences(store, changed)
  }
  video.defaultPlaybackRate = preferences.peek().speed
  video.playbackRate = preferences.peek().speed

  /** The browser refused sound without a gesture: it plays silently until the viewer asks. */
  const silenced = signal(false)
  const { chapters, stop: stopChapters } = watchChapters(video)
  const stops = [
    stopChapters,
    keepPlace(),
    keepLine(),
    keepTracks(source, preferences.peek()),
    keepScreenOn(computed(() => !media.paused.value && !media.ended.value)),
    joinMediaSession({ media, lengthSeconds: length, seekTo: seeker.to, seekBy: seeker.by }),
  ]

  function keepPlace() {
    let keptAt = Number.NaN
    const keep = () => {
      // Before it has played, the viewer is nowhere yet.
      if (!media.started.peek()) return
      rememberPlace(store, videoId, placeToKeep(video.currentTime, length()))
    }
    const stop = effect(() => {
      const now = media.time.value
      const due = media.paused.value || !(Math.abs(now - keptAt) < placeEverySeconds)
      if (!due) return
      keptAt = now
      keep()
    })
    return () => {
      keep()
      stop()
    }
  }

  function keepLine() {
    const line = createLineMeasure()
    return watchArrivals(arrival => {
      line.add(arrival)
      const bitsPerSecond = line.bitsPerSecond()
      if (bitsPerSecond === null) return
      const { kind } = readConnection()
      rememberLine(store, kind, { bitsPerSecond, at: Date.now() })
      spend(bitsPerSecond)
    })
  }

  const spend = (bitsPerSecond: number | null) =>
    source.spend(planSpending(readConnection(), bitsPerSecond, preferences.peek().saver))

  async function start() {
    try {
      await video.play()
    } catch (thrown) {
      if (!(thrown instanceof DOMException) || thrown.name !== 'NotAllowedError') return
      if (video.muted) return
      silenced.value = true
      video.muted = true
      // Refused altogether (low power mode): the big play button stays.
      await video.play().catch(() => {})
    }
  }
  void start()
  if (waits) seeker.to(startSeconds)

  /** By the viewer's own hand alone: what a browser refuses or a page around the frame sets is not their choice. */
  function chooseVolume(volume: number, muted: boolean) {
    silenced.value = false
    video.volume = volume
    video.muted = muted
    rememberVolume(volume, muted)
  }

  const unmute = () => chooseVolume(video.volume || 0.5, false)

  function setCaptions(id: number | null) {
    source?.captions.choose(id)
    prefer({ captions: source ? languageOf(source.captions, id) : null })
  }

  return {
    media,
    source,
    chapters,
    seeker,
    silenced,
    planned,
    preferences,
    prefer,
    setDuration(seconds: number) {
      planned.value = seconds
      source.setDuration(seconds)
    },
    toggle() {
      if (seeker.pending.peek() !== null) seeker.goBack()
      else if (video.paused) video.play().catch(() => {})
      else video.pause()
    },
    unmute,
    toggleMute() {
      if (video.muted || video.volume === 0) unmute()
      else chooseVolume(video.volume, true)
    },
    setVolume(wanted: number) {
      const volume = Math.min(1, Math.max(0, wanted))
      chooseVolume(volume, volume === 0)
    },
    setSpeed(speed: number) {
      video.playbackRate = speed
      prefer({ speed })
    },
    setQuality(quality: number | null) {
      source.choose(quality)
      prefer({ quality })
    },
    /** A picture back or forth; it stands still for that. */
    frameBy(frames: number) {
      video.pause()
      const target = video.currentTime + frames * source.frameSeconds()
      video.currentTime = Math.max(0, Math.min(target, length() ?? target))
    },
    setSound(id: number) {
      source.sounds.choose(id)
      prefer({ sound: languageOf(source.sounds, id) })
    },
    setCaptions,
    /** False: there are none. */
    toggleCaptions(): boolean {
      const { all, chosen } = source.captions
      const first = trackIn(all.peek(), strings.locale) ?? all.peek()[0]
      if (!first) return false
      setCaptions(chosen.peek() === null ? first.id : null)
      return true
    },
    setSaver(saver: boolean) {
      prefer({ saver })
      spend(recallLine(store, readConnection().kind, Date.now()))
    },
    stop() {
      for (const stop of stops) stop()
      alive.stop()
      gone.abort()
      seeker.stop()
      source.stop()
      media.stop()
      measuring.stop()
    },
  }
}

const languageOf = ({ all }: Tracks, id: number | null) =>
  all.peek().find(track => track.id === id)?.language ?? null

function chooseSource(
  video: HTMLVideoElement,
  { url, nativeUrl, mp4Url }: PlaybackView,
  options: SourceOptions,
): Source | null {
  if (isSupported()) return playHls(video, url, options)
  if (video.canPlayType('application/vnd.apple.mpegurl'))
    return playPlain(video, nativeUrl, options)
  return mp4Url === null ? null : playPlain(video, mp4Url, options)
}
