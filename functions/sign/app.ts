// Opens playback of a video: signed addresses of its playlists and pictures, final when it is ready, growing before.
import type { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import { OpenPlayback } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
import { isoOf } from '#domain/iso-date.ts'
import type { Count, Meta } from '#domain/item.ts'
import {
  cookiePaths,
  finalPath,
  growingPath,
  mainPlaylistName,
  mp4Name,
  nativePlaylistName,
  playbackCookieName,
  posterName,
  storyboardName,
} from '#domain/keys.ts'
import { networkOf } from '#domain/network.ts'
import type { Engine } from '#domain/plan.ts'
import type { PlaybackView } from '#domain/video.ts'
import { linksEnd, shownAttempt } from '#domain/view.ts'
import type { Chunks } from '#platform/chunks.ts'
import { createGuardedApp, type GuardedDeps } from '#platform/guarded-app.ts'
import { asking, type Found, requireShown } from '#platform/identity.ts'
import { optionalJsonBody, videoIdOf } from '#platform/json-body.ts'
import type { Log } from '#platform/log.ts'
import type { PlaybackGrant, PlaybackSigner } from '#platform/playback-token.ts'
import { unstored } from '#platform/problem.ts'
import type { Tasks } from '#platform/tasks.ts'
import type { Videos } from '#platform/videos.ts'
import { viewerAddress } from '#platform/viewer-address.ts'

export interface SignDeps extends GuardedDeps {
  videos: Videos
  tasks: Tasks
  chunks: Chunks
  signer: PlaybackSigner
  /** Of videos that do not say who makes them. Default: our own workers. */
  engine?: Engine
  /** Whether people reach the portal over TLS. Default: they do. */
  secure?: boolean
  log: Log
  /** Epoch seconds. */
  now(): number
}

type Binding = Pick<PlaybackGrant, 'network' | 'referrer'>
type Wanted = Binding & { byCookie: boolean }

/** @throws MillraceError `bad-request` where nobody has said what the viewer's address is: the wrong one would shut out the right one */
function bindingOf({ bindAddress, referrer }: OpenPlayback, request: Request): Binding {
  const network = bindAddress ? networkOf(viewerAddress(request)) : undefined
  if (network === null) {
    throw new MillraceError('bad-request', {
      message: 'Your network address is not known here, so the link cannot be bound to it.',
    })
  }
  return {
    ...(network === undefined ? {} : { network }),
    ...(referrer === undefined ? {} : { referrer }),
  }
}

export function createApp(deps: SignDeps): Hono {
  const { videos, tasks, chunks, signer, now, secure = true } = deps
  const cookieFacts = { httpOnly: true, sameSite: 'Lax', secure } as const
  const app = createGuardedApp(deps)

  /** Of the two playlists; a ready one has a single list, complete for every player. */
  async function playlists(meta: Meta, attempt: number, token: string | null) {
    const { videoId } = meta
    if (meta.state === 'ready') {
      const url = finalPath(token, videoId, attempt, mainPlaylistName)
      return { url, nativeUrl: url, growing: false }
    }
    const { generation } = await chunks.openGeneration(videoId, attempt, now())
    return {
      url: growingPath(token, videoId, attempt, generation, mainPlaylistName),
      nativeUrl: growingPath(token, videoId, attempt, generation, nativePlaylistName),
      growing: true,
    }
  }

  /** `cookie`: the token that opens the addresses, where it does not stand in them. */
  async function open(
    { meta, until }: Found,
    { byCookie, ...binding }: Wanted,
  ): Promise<{ view: PlaybackView; cookie: string | null }> {
    const attempt = shownAttempt(meta)
    const durationSeconds = meta.facts?.durationSeconds ?? null
    const expiresAt = linksEnd(meta, now(), until)
    const [signed, count] = await Promise.all([
      signer.sign({ videoId: meta.videoId, epoch: meta.epoch ?? 0, expiresAt, ...binding }),
      tasks.readCount(meta.videoId, attempt),
    ])
    const token = byCookie ? null : signed
    const made = (mark: keyof Pick<Count, 'mp4' | 'poster' | 'storyboard'>, name: string) =>
      count?.[mark] ? finalPath(token, meta.videoId, attempt, name) : null
    const view = {
      ...(await playlists(meta, attempt, token)),
      mp4Url: made('mp4', mp4Name),
      posterUrl: made('poster', posterName),
      storyboardUrl: made('storyboard', storyboardName),
      durationSeconds,
      expiresAt: isoOf(expiresAt),
    }
    return { view, cookie: byCookie ? signed : null }
  }

  app.post('/api/videos/:videoId/playback', optionalJsonBody(OpenPlayback), async c => {
    const asked = c.req.valid('json')
    const wanted = { byCookie: asked.as === 'cookie', ...bindingOf(asked, c.req.raw) }
    const who = await asking(deps, c.req.raw, 'watch')
    const found = await requireShown(deps, who, await videos.get(videoIdOf(c)))
    const { meta } = found
    if (meta.state === 'failed') {
      const { message } = meta.failure ?? {}
      throw new MillraceError('not-playable', message ? { message } : {})
    }
    const engine = meta.engine ?? deps.engine
    // What MediaConvert makes does not grow.
    const whole = engine === 'mediaconvert' && meta.state !== 'ready'
    if (meta.state === 'uploading' || whole) throw new MillraceError('not-playable')
    const { view, cookie } = await open(found, wanted)
    if (cookie !== null) {
      const expires = new Date(view.expiresAt)
      for (const path of cookiePaths(meta.videoId)) {
        setCookie(c, playbackCookieName, cookie, { ...cookieFacts, path, expires })
      }
    }
    return c.json(view, 200, unstored)
  })

  return app
}
