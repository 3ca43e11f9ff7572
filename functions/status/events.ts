// The event streams: one video, or many on one connection. Every connection begins with a snapshot of all videos asked for, so a
// reconnect misses nothing, whatever the client saw last.
import type { Context } from 'hono'
import { MillraceError } from '#domain/errors.ts'
import { lastVersion } from '#domain/progress.ts'
import { isFinalState } from '#domain/video.ts'
import { asking, type Doors, findShown, mayChange } from '#platform/identity.ts'
import type { Log } from '#platform/log.ts'
import type { VideoViews } from '#platform/video-views.ts'
import type { Videos } from '#platform/videos.ts'
import { limitedAddress } from '#platform/viewer-address.ts'
import { eventStream } from './event-stream.ts'
import { type Followed, type FollowTiming, follow } from './follow.ts'
import type { StreamCap } from './stream-cap.ts'

export interface EventsDeps extends Doors {
  /** Without it as many as come. */
  cap?: StreamCap

  videos: Videos
  views: VideoViews
  log: Log
  timing: FollowTiming
}

/**
 * The event id: the sum of the versions the client has been told of. With one video it is its version. Each version only rises,
 * so a client whose id has reached the sum of all knows every one of them.
 */
const toldSum = (followed: readonly Followed[]) =>
  followed.reduce((sum, { view }) => sum + (view?.version ?? 0), 0)

/** The id of `done`: what follows a final state in the same attempt (the MP4, a task's own end) is nothing to come back for. */
const endSum = (versions: Iterable<number>) =>
  [...versions].reduce((sum, version) => sum + lastVersion(version), 0)

/** True when the client has been told the end of everything: a 204 keeps EventSource from coming back. */
function knowsTheEnd(followed: readonly Followed[], lastEventId: string | undefined): boolean {
  if (lastEventId === undefined || !/^\d{1,16}$/.test(lastEventId)) return false
  const final = followed.every(({ view }) => view === null || isFinalState(view.state))
  if (!final) return false
  const last = Number(lastEventId)
  const versions = followed.flatMap(({ view }) => (view ? [view.version] : []))
  // The version of a video that is gone may be part of an older id: then only the id of «done» is sure.
  return versions.length === followed.length ? last >= toldSum(followed) : last === endSum(versions)
}

export async function answerEvents(
  c: Context,
  deps: EventsDeps,
  videoIds: readonly string[],
): Promise<Response> {
  const { videos, views, log, timing } = deps
  const who = await asking(deps, c.req.raw, 'read')

  const read = async (videoId: string) => {
    const records = await videos.records(videoId)
    const found = records && (await findShown(deps, who, records.meta))
    return found && views.viewOf(records, mayChange(who.actor, found.meta), found.until)
  }
  const followed: Followed[] = await Promise.all(
    videoIds.map(async videoId => ({
      videoId,
      read: () => read(videoId),
      view: await read(videoId),
    })),
  )
  if (knowsTheEnd(followed, c.req.header('last-event-id'))) return c.body(null, 204)
  const [only] = followed
  if (followed.length === 1 && only?.view === null && !c.req.header('last-event-id')) {
    throw new MillraceError('video-not-found')
  }

  const subject = who.actor.userId ?? limitedAddress(c.req.raw)
  // An answer to HEAD starts nothing.
  const counts = deps.cap && c.req.raw.method !== 'HEAD'
  const leave = counts ? deps.cap?.take(subject) : () => {}
  if (!leave) {
    c.header('retry-after', '30')
    throw new MillraceError('too-many-requests', { message: 'Too many event streams are open.' })
  }
  if (c.req.raw.signal.aborted) leave()
  c.req.raw.signal.addEventListener('abort', leave)
  return eventStream(
    async (sink, signal) => {
      const told = new Map<string, number>()
      const sum = () => [...told.values()].reduce((all, version) => all + version, 0)
      await follow(
        followed,
        timing,
        {
          video(view) {
            told.set(view.videoId, view.version)
            sink.send({ event: 'video', id: sum(), data: view })
          },
          gone(videoId) {
            told.delete(videoId)
            sink.send({ event: 'gone', data: { videoId } })
          },
          done: () => sink.send({ event: 'done', id: endSum(told.values()), data: {} }),
          ping: () => sink.comment('ping'),
        },
        signal,
      )
    },
    c.req.raw,
    thrown => log.warn('an event stream ended early', { detail: String(thrown) }),
    leave,
  )
}
