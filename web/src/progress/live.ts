// Follows videos while something happens to them: one event stream for all, and polling where streams do not come through.
import { isFinalState, type VideoView } from '#domain/video.ts'
import type { Request } from '../api/client.ts'

export interface LiveDeps {
  request: Request
  openStream(url: string): EventStream
  /** Runs `action` after `ms`; returns how to call it off. */
  later(ms: number, action: () => void): () => void
  onVideo(view: VideoView): void
  onGone(videoId: string): void
}

/** What is used of an `EventSource`. */
export interface EventStream {
  readonly readyState: number
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void
  close(): void
}

export interface Live {
  /** Follows exactly these videos from now on. */
  follow(videoIds: readonly string[]): void
}

const pollEveryMs = 2_000
const failuresBeforePolling = 2
/** Polling is the second best: after a while the stream gets another chance. */
const streamAgainAfterMs = 60_000
/** Changes of the set within this time make one new connection. */
const settleMs = 150
const reopenAfterMs = 1_000
/** `EventSource.CLOSED`: it will not reconnect by itself. */
const closed = 2

export function createLive(deps: LiveDeps): Live {
  let followed: readonly string[] = []
  let stream: EventStream | null = null
  /** What the open stream was asked for. */
  let streamed: readonly string[] = []
  let failures = 0
  let cancelTimer = () => {}
  let cancelRetry = () => {}
  const etags = new Map<string, string>()

  function stop() {
    stream?.close()
    stream = null
    cancelTimer()
    cancelRetry()
  }

  function openStream() {
    stop()
    if (followed.length === 0) return
    const opened = deps.openStream(`/api/events?videos=${followed.join(',')}`)
    stream = opened
    streamed = followed
    const alive = () => {
      failures = 0
    }
    opened.addEventListener('open', alive)
    opened.addEventListener('video', event => {
      alive()
      deps.onVideo(JSON.parse(event.data))
    })
    opened.addEventListener('gone', event => deps.onGone(JSON.parse(event.data).videoId))
    opened.addEventListener('done', () => opened.close())
    opened.addEventListener('error', () => {
      if (stream !== opened) return
      failures += 1
      if (failures >= failuresBeforePolling) startPolling()
      else if (opened.readyState === closed) cancelTimer = deps.later(reopenAfterMs, openStream)
    })
  }

  function startPolling() {
    stop()
    cancelRetry = deps.later(streamAgainAfterMs, () => {
      // One failure is enough to come back here.
      failures = failuresBeforePolling - 1
      openStream()
    })
    void poll()
  }

  async function poll() {
    const round = followed
    await Promise.all(round.map(pollOne))
    if (followed === round && !stream && round.length > 0) {
      cancelTimer = deps.later(pollEveryMs, () => void poll())
    }
  }

  async function pollOne(videoId: string) {
    const etag = etags.get(videoId)
    const headers = etag ? { 'if-none-match': etag } : {}
    try {
      const response = await deps.request(`/api/videos/${videoId}`, { headers })
      if (response.status === 404 || response.status === 410) deps.onGone(videoId)
      if (!response.ok) return
      const tag = response.headers.get('etag')
      const view: VideoView = await response.json()
      if (tag && !isFinalState(view.state)) etags.set(videoId, tag)
      deps.onVideo(view)
    } catch {
      // No answer: the next round asks again.
    }
  }

  return {
    follow(videoIds) {
      if (videoIds.join() === followed.join()) return
      followed = videoIds
      // One that is final stays in the stream's address and does no harm: no reconnection for it.
      if (stream && videoIds.length > 0 && videoIds.every(id => streamed.includes(id))) return
      stop()
      if (videoIds.length === 0) return
      // Whether streams come through was learned from the last set and holds for this one.
      const start = failures >= failuresBeforePolling ? startPolling : openStream
      cancelTimer = deps.later(settleMs, start)
    },
  }
}
