// Follows videos while something happens to them: one event stream for as many as it takes, and polling for the others and where
// streams do not come through.
import { isFinalState, maxFollowed, type VideoView, videoStates } from '#domain/video.ts'
import type { Request } from '../api/client.ts'
import { eventsPath, videoPath } from '../api/paths.ts'
import type { Later } from '../later.ts'

export interface LiveDeps {
  request: Request
  openStream(url: string): EventStream
  /** What has to be waited for before anything is asked; null: nothing. */
  ready?(): Promise<unknown> | null
  later: Later
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

/** Videos the stream has no place for are polled so often. */
const pollEveryMs = 2_000
/** Requests of one round. */
const mostPolled = 12
/** With so many places free in the stream it is opened anew for those that are polled. */
const worthReopening = 10
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
  let cancelRest = () => {}
  /** Where the next round of polling begins. */
  let turn = 0
  const etags = new Map<string, string>()

  function stop() {
    stream?.close()
    stream = null
    cancelTimer()
    cancelRetry()
    cancelRest()
  }

  function openStream() {
    stop()
    const wait = deps.ready?.()
    if (!wait) return openNow()
    let calledOff = false
    cancelTimer = () => {
      calledOff = true
    }
    void wait.then(() => calledOff || openNow())
  }

  function openNow() {
    if (followed.length === 0) return
    streamed = followed.slice(0, maxFollowed)
    const opened = deps.openStream(eventsPath(streamed))
    stream = opened
    pollRest()
    const alive = () => {
      failures = 0
    }
    opened.addEventListener('open', alive)
    opened.addEventListener('video', event => {
      alive()
      const view = readSaid(event)
      if (isView(view)) deps.onVideo(view)
    })
    opened.addEventListener('gone', event => {
      const gone = readSaid(event)
      if (namesVideo(gone)) deps.onGone(gone.videoId)
    })
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

  /** The next few of them, in turn. */
  async function pollSome(videoIds: readonly string[]) {
    const from = videoIds.length > mostPolled ? turn % videoIds.length : 0
    turn = from + mostPolled
    const inTurn = [...videoIds.slice(from), ...videoIds.slice(0, from)]
    await Promise.all(inTurn.slice(0, mostPolled).map(pollOne))
  }

  async function poll() {
    const round = followed
    await pollSome(round)
    if (followed === round && !stream && round.length > 0) {
      cancelTimer = deps.later(pollEveryMs, () => void poll())
    }
  }

  /** Those the stream has no place for. */
  function pollRest() {
    cancelRest()
    const rest = followed.filter(id => !streamed.includes(id))
    if (rest.length === 0) return
    cancelRest = deps.later(pollEveryMs, () => void pollSome(rest).then(() => stream && pollRest()))
  }

  async function pollOne(videoId: string) {
    const etag = etags.get(videoId)
    const headers = etag ? { 'if-none-match': etag } : {}
    try {
      const response = await deps.request(videoPath(videoId), { headers })
      if (response.status === 404 || response.status === 410) deps.onGone(videoId)
      if (!response.ok) return
      const tag = response.headers.get('etag')
      const view: unknown = await response.json()
      if (!isView(view)) return
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
      const waiting = videoIds.filter(id => !streamed.includes(id)).length
      const free = maxFollowed - (videoIds.length - waiting)
      // One that is final stays in the stream's address and does no harm: no reconnection for it.
      const stays = waiting === 0 || (free < waiting && free < worthReopening)
      if (stream && videoIds.length > 0 && stays) return pollRest()
      stop()
      if (videoIds.length === 0) return
      // Whether streams come through was learned from the last set and holds for this one.
      const start = failures >= failuresBeforePolling ? startPolling : openStream
      cancelTimer = deps.later(settleMs, start)
    },
  }
}

/** Null where it is no JSON. */
function readSaid({ data }: MessageEvent<string>): unknown {
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

const namesVideo = (said: unknown): said is { videoId: string } =>
  typeof said === 'object' && said !== null && 'videoId' in said && typeof said.videoId === 'string'

/** As much of its shape as everything here leans on: an older server, or somebody in between, may say something else. */
const isView = (said: unknown): said is VideoView =>
  namesVideo(said) &&
  'version' in said &&
  typeof said.version === 'number' &&
  'state' in said &&
  videoStates.some(state => state === said.state)
