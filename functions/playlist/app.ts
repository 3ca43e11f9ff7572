// Playlists that still grow: /p/<videoId>/<attempt>/<generation>/<name>, asked for by the edge, which has checked the viewer's
// token and stripped it. Requests are held until there is something new to say.
import type { Context, Hono } from 'hono'
import { PlaylistQuery } from '#domain/api.ts'
import { contentTypes, growingCacheControl } from '#domain/delivery.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Generation } from '#domain/item.ts'
import {
  growingToMedia,
  mainPlaylistName,
  nativePlaylistName,
  nativeTrackPlaylistName,
} from '#domain/keys.ts'
import { targetDuration } from '#domain/plan.ts'
import { growingMultivariant, mediaPlaylist } from '#domain/playlist.ts'
import { firstListHoldSeconds, holdTargetDurations } from '#domain/timing.ts'
import type { Chunks } from '#platform/chunks.ts'
import { query, videoIdOf } from '#platform/json-body.ts'
import { createKept } from '#platform/kept.ts'
import type { Log } from '#platform/log.ts'
import { createBareApp, problem } from '#platform/problem.ts'
import type { ObjectStore } from '#platform/store.ts'
import type { Tasks } from '#platform/tasks.ts'
import type { Videos } from '#platform/videos.ts'
import { firstChance, firstChunks } from './first-chance.ts'
import { createGrowths, type Growth } from './growth.ts'
import { hold } from './hold.ts'
import { createTrackListing, type Listing } from './listing.ts'

export interface PlaylistDeps {
  videos: Videos
  tasks: Tasks
  chunks: Chunks
  /** Where plans are. */
  source: ObjectStore
  log: Log
  /** Epoch seconds. */
  now(): number
  /** A held request looks this often; each look that finds nothing is one read. */
  pollSeconds: number
  /** How long the first list is waited for. */
  firstHoldSeconds?: number
}

interface TrackName {
  track: string
  native: boolean
}

interface Asked {
  videoId: string
  attempt: number
  generation: Generation
  signal: AbortSignal
}

const keptGenerations = 1000
const trackName = /^(native-)?([a-z0-9]+)\.m3u8$/

/** RFC 8216bis §6.2.5.2: a number beyond the last segment's plus two should be refused at once. */
const maxAhead = 2

export function createApp(deps: PlaylistDeps): Hono {
  const { videos, tasks, chunks, now, pollSeconds } = deps
  const firstHoldSeconds = deps.firstHoldSeconds ?? firstListHoldSeconds
  const app = createBareApp(deps)
  const growths = createGrowths(deps)
  const generations = createKept<Generation>(keptGenerations)

  /** @throws MillraceError `video-not-found`, `not-found`, `not-playable` when this attempt will never grow any more */
  async function assertAlive(videoId: string, attempt: number): Promise<void> {
    const meta = await videos.get(videoId)
    if (!meta || meta.state === 'deleting') throw new MillraceError('video-not-found')
    if (attempt !== meta.attempt && attempt !== meta.liveAttempt) {
      throw new MillraceError('not-found')
    }
    if (meta.state === 'failed') {
      throw new MillraceError('not-playable', meta.failure ? { message: meta.failure.message } : {})
    }
  }

  /** The attempt's counter, which moves with every record; null before it is planned. One read while all is well. */
  async function counter({ videoId, attempt }: Asked): Promise<number | null> {
    const count = await tasks.readCount(videoId, attempt)
    if (count?.live) return count.version
    await assertAlive(videoId, attempt)
    if (count) throw new MillraceError('not-playable')
    return null
  }

  async function findGeneration(videoId: string, attempt: number, number: number) {
    const key = `${videoId}/${attempt}/${number}`
    const found = generations.get(key) ?? (await chunks.generation(videoId, attempt, number))
    if (!found) throw new MillraceError('not-found')
    return generations.set(key, found)
  }

  async function readAsked(c: Context): Promise<Asked> {
    const videoId = videoIdOf(c)
    const attempt = Number(c.req.param('attempt'))
    const [generation] = await Promise.all([
      findGeneration(videoId, attempt, Number(c.req.param('generation'))),
      assertAlive(videoId, attempt),
    ])
    return { videoId, attempt, generation, signal: c.req.raw.signal }
  }

  const holding = (asked: Asked, seconds: number) => ({
    seconds,
    pollSeconds,
    signal: asked.signal,
  })

  /** @throws MillraceError `not-playable` for what MediaConvert makes: it does not grow */
  async function findGrowth({ videoId, attempt }: Asked): Promise<Growth | null> {
    const growth = await growths.find(videoId, attempt)
    if (growth?.plan.engine === 'mediaconvert') throw new MillraceError('not-playable')
    return growth
  }

  /** Waits for the plan and all that a player needs for its first picture. */
  function findPlayable(asked: Asked): Promise<Growth | null> {
    let seen: number | null = null
    const look = async () => {
      const version = await counter(asked)
      if (version === null || version === seen) return null
      const growth = await findGrowth(asked)
      if (!growth) return null
      await growth.learn(firstChunks(growth.plan))
      seen = version
      return firstChance(growth, asked.generation) === null ? null : growth
    }
    return hold(look, holding(asked, firstHoldSeconds))
  }

  async function multivariant(asked: Asked, native: boolean): Promise<string | null> {
    const growth = await findPlayable(asked)
    if (!growth) return null
    if (!native) return growingMultivariant(growth.plan)
    const { rungs } = growth.plan.video
    await growth.learn(rungs.map(({ track }) => ({ track, chunk: 0 })))
    const begun = rungs.filter(rung => growth.chunkOf(rung.track, 0))
    return growingMultivariant(growth.plan, begun, nativeTrackPlaylistName)
  }

  /** The list of a track: the opening's until the whole film is planned, then that of the whole. */
  function followTrack(asked: Asked, begun: Growth, { track, native }: TrackName) {
    const listingOf = (growth: Growth) => {
      const shape = growth.shapeOf(track)
      if (!shape) throw new MillraceError('not-found')
      const { generation } = asked
      return createTrackListing({ growth, chunks, generation, track, shape, borrows: !native })
    }
    let growth = begun
    let listing = listingOf(growth)
    let seen: number | null = null
    return async (version: number): Promise<Listing> => {
      // The counter moves when the whole is planned.
      if (growth.isOpening && version !== seen) {
        const found = await findGrowth(asked)
        if (found && found !== growth) {
          growth = found
          listing = listingOf(growth)
        }
        seen = version
      }
      return listing.list(version, now())
    }
  }

  /** Null when nothing could be listed in time. */
  async function media(
    asked: Asked,
    { track, native, segment }: TrackName & { segment: number | undefined },
  ): Promise<string | Response | null> {
    const growth = await hold(
      async () => ((await counter(asked)) === null ? null : findGrowth(asked)),
      holding(asked, firstHoldSeconds),
    )
    if (!growth) return null
    const list = followTrack(asked, growth, { track, native })
    let last: Listing | null = null
    const lookFor = (least: number) => async () => {
      const version = await counter(asked)
      if (version === null) return null
      last = await list(version)
      return last.whole || last.entries.length >= least ? last : null
    }
    const first = await hold(lookFor(1), holding(asked, firstHoldSeconds))
    if (!first) return null
    if (segment !== undefined && !first.whole && segment >= first.entries.length) {
      if (segment > first.entries.length - 1 + maxAhead) {
        return problem('bad-request', { members: { invalid: ['_HLS_msn'] } })
      }
      const seconds = holdTargetDurations * targetDuration(growth.plan)
      await hold(lookFor(segment + 1), holding(asked, seconds))
    }
    const { entries, whole } = last ?? first
    return mediaPlaylist({
      targetDuration: targetDuration(growth.plan),
      entries,
      uri: growingToMedia,
      kind: 'growing',
      ended: whole,
    })
  }

  function answer(playlist: string | Response | null): Response {
    if (playlist instanceof Response) return playlist
    if (playlist === null) return problem('not-playable', { status: 503 })
    const headers = {
      'content-type': contentTypes['m3u8'] ?? '',
      'cache-control': growingCacheControl,
    }
    return new Response(playlist, { headers })
  }

  async function playlist(c: Context, name: string, track: TrackName, segment?: number) {
    try {
      const asked = await readAsked(c)
      return name === mainPlaylistName || name === nativePlaylistName
        ? answer(await multivariant(asked, name === nativePlaylistName))
        : answer(await media(asked, { ...track, segment }))
    } catch (thrown) {
      if (!(thrown instanceof MillraceError) || thrown.code !== 'not-playable') throw thrown
      // Failed, cancelled, or made in one piece: this address will never play, unlike a video that only can't be opened yet.
      return problem('not-playable', { status: 410, message: thrown.message })
    }
  }

  app.get(
    '/p/:videoId/:attempt{[1-9][0-9]{0,5}}/:generation{[1-9][0-9]{0,5}}/:name',
    query(PlaylistQuery),
    async c => {
      const name = c.req.param('name')
      const [matched, native, track = ''] = trackName.exec(name) ?? []
      if (!matched) throw new MillraceError('not-found')
      const segment = c.req.valid('query')._HLS_msn
      return playlist(c, name, { track, native: native !== undefined }, segment)
    },
  )

  return app
}
