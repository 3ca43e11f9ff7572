// The library API: list, search, read, rename, delete, follow; what is used; and what runs.
import type { Context, Hono } from 'hono'
import { ChangeVideo, EventsQuery, ListQuery, OembedQuery } from '#domain/api.ts'
import { listStates, searchWords } from '#domain/listing.ts'
import type { VideoView } from '#domain/video.ts'
import type { VideoRecords } from '#domain/view.ts'
import { type DeleteDeps, deleteVideo } from '#platform/delete-video.ts'
import { createGuardedApp } from '#platform/guarded-app.ts'
import {
  asking,
  findVideo,
  mayChange,
  requireAction,
  requireShown,
  requireVideo,
} from '#platform/identity.ts'
import { jsonBody, query, videoIdOf } from '#platform/json-body.ts'
import { problem, unstored } from '#platform/problem.ts'
import type { VideoAccess } from '#platform/video-access.ts'
import type { VideoList } from '#platform/video-list.ts'
import { docsPage, docsPolicy } from './docs-page.ts'
import { answerEvents, type EventsDeps } from './events.ts'
import { openApi } from './openapi.ts'
import { addOperations, type OperationsDeps } from './operations.ts'
import { addRerun } from './rerun.ts'
import {
  isFoundBySearch,
  oembed,
  readAddress,
  type Shown,
  shareIn,
  sharePage,
  sharePolicy,
} from './share.ts'
import { addShares, type ShareDeps } from './shares.ts'

export interface StatusDeps extends EventsDeps, DeleteDeps, ShareDeps, OperationsDeps {
  list: VideoList
  access: VideoAccess
  /** Where people open the portal, as `https://video.example.com`; null: it is not known, and nothing absolute is said. */
  publicOrigin: string | null
}

/** RFC 9110 §13.1.2: weak comparison with any tag of the list. */
function matches(header: string | undefined, etag: string): boolean {
  const bare = (tag: string) => tag.trim().replace(/^W\//, '')
  return (header ?? '').split(',').some(tag => tag.trim() === '*' || bare(tag) === bare(etag))
}

export function createApp(deps: StatusDeps): Hono {
  const { videos, list, access, views, revoke } = deps
  const app = createGuardedApp(deps)

  async function answerVideo(
    c: Context,
    records: VideoRecords,
    { canChange, until = null }: { canChange: boolean; until?: number | null },
  ): Promise<Response> {
    const view = await views.viewOf(records, canChange, until)
    const headers = { etag: views.etagOf(records, view, until), 'cache-control': 'no-cache' }
    if (c.req.method === 'GET' && matches(c.req.header('if-none-match'), headers.etag)) {
      return c.body(null, 304, headers)
    }
    return c.json(view, 200, headers)
  }

  app.get('/api/videos', query(ListQuery), async c => {
    const { cursor = null, limit, q = '', state, sort } = c.req.valid('query')
    const states = listStates.filter(name => state?.split(',').includes(name))
    const { userId: ownerId } = await requireAction(deps, c.req.raw, 'list-own')
    const page = await list.page(ownerId, { words: searchWords(q), states, sort, limit, cursor })
    const records = await videos.recordsOfAll(page.videos)
    const found = await Promise.all(records.map(known => views.viewOf(known, true)))
    return c.json({ videos: found, cursor: page.cursor }, 200, unstored)
  })

  app.get('/api/usage', async c => {
    const { userId } = await requireAction(deps, c.req.raw, 'list-own')
    const usage = await list.usage(userId)
    return c.json(usage, 200, unstored)
  })

  app.get('/api/videos/:videoId', async c => {
    const records = await videos.records(videoIdOf(c))
    const who = await asking(deps, c.req.raw, 'read')
    const { meta, until } = await requireShown(deps, who, records?.meta ?? null)
    const known = records ?? (await videos.recordsOf(meta))
    return answerVideo(c, known, { canChange: mayChange(who.actor, meta), until })
  })

  app.patch('/api/videos/:videoId', jsonBody(ChangeVideo), async c => {
    const who = await asking(deps, c.req.raw, 'change')
    const meta = await requireVideo(deps, who, await videos.get(videoIdOf(c)))
    const changes = c.req.valid('json')
    const changed = await requireVideo(deps, who, await access.change(meta, changes))
    // Also where nothing has changed: an earlier call may have been cut off before the gate was told.
    if (changes.visibility === 'private' && changed.epoch) {
      await revoke(changed.videoId, changed.epoch)
    }
    return answerVideo(c, await videos.recordsOf(changed), { canChange: true })
  })

  app.delete('/api/videos/:videoId', async c => {
    const who = await asking(deps, c.req.raw, 'delete')
    const meta = await findVideo(deps, who, await videos.get(videoIdOf(c)))
    if (!meta) return c.body(null, 204)
    await deleteVideo(deps, meta)
    return c.body(null, 202)
  })

  addShares(app, deps)
  addRerun(app, deps)

  app.get('/api/videos/:videoId/events', c => answerEvents(c, deps, [videoIdOf(c)]))

  app.get('/api/events', query(EventsQuery), c => {
    const ids = new Set(c.req.valid('query').videos.split(','))
    return answerEvents(c, deps, [...ids])
  })

  /** Null for what is not there, or has nothing to be shown yet. */
  async function readShown(request: Request, { videoId, share }: Shown): Promise<VideoView | null> {
    const records = await videos.records(videoId)
    const who = await asking(deps, request, 'read', share)
    const { meta, until } = await requireShown(deps, who, records?.meta ?? null)
    const view = await views.viewOf(records ?? (await videos.recordsOf(meta)), false, until)
    return view.playable ? view : null
  }

  app.get('/api/oembed', query(OembedQuery), async c => {
    const { url, maxwidth, maxheight, format } = c.req.valid('query')
    // oEmbed §2.2: «501 Not Implemented» where the format is not offered, «404 Not Found» where there is nothing for the URL.
    if (format !== undefined && format !== 'json') return c.body(null, 501)
    const shown = deps.publicOrigin === null ? null : readAddress(url, deps.publicOrigin)
    const view = shown && (await readShown(c.req.raw, shown))
    if (!view || deps.publicOrigin === null) return problem('not-found')
    const bounds = {
      ...(maxwidth === undefined ? {} : { width: maxwidth }),
      ...(maxheight === undefined ? {} : { height: maxheight }),
    }
    // Any page may ask on behalf of its writer.
    const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' }
    return c.json(oembed(view, shown.share, deps.publicOrigin, bounds), 200, headers)
  })

  app.get('/api/share/:videoId', async c => {
    const share = shareIn(new URL(c.req.url))
    const view = await readShown(c.req.raw, { videoId: videoIdOf(c), share })
    if (!view) return problem('not-found')
    const headers = {
      'content-security-policy': sharePolicy,
      'cache-control': 'no-store',
      ...(isFoundBySearch(view) ? {} : { 'x-robots-tag': 'noindex' }),
    }
    return c.html(sharePage(view, share, deps.publicOrigin), 200, headers)
  })

  app.get('/api/openapi.json', c => c.json(openApi(deps.version)))

  app.get('/api/docs', c =>
    c.html(docsPage(deps.version), 200, { 'content-security-policy': docsPolicy }),
  )

  addOperations(app, deps)

  app.get('/health', c => c.json({ status: 'ok' }, 200, unstored))

  return app
}
