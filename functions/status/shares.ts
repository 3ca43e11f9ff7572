// Share links of a video, for whoever may give them out: listed, made, taken back. Taken back, whoever came by one is shut out at
// the gate at once; other viewers' players ask for new addresses by themselves.
import type { Hono } from 'hono'
import { CreateShare } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
import { isoOf } from '#domain/iso-date.ts'
import type { Share } from '#domain/item.ts'
import { watchPath } from '#domain/pages.ts'
import { type ShareView, writeShareToken } from '#domain/share.ts'
import type { GuardedDeps } from '#platform/guarded-app.ts'
import { asking, requireVideo } from '#platform/identity.ts'
import { jsonBody, videoIdOf } from '#platform/json-body.ts'
import { madeOnce } from '#platform/made-once.ts'
import { unstored } from '#platform/problem.ts'
import type { Revoke } from '#platform/revoke.ts'
import type { Shares } from '#platform/shares.ts'
import type { Videos } from '#platform/videos.ts'

export interface ShareDeps extends GuardedDeps {
  videos: Videos
  shares: Shares
  revoke: Revoke
  /** Epoch seconds. */
  now(): number
}

const shareView = (videoId: string, share: Share): ShareView => ({
  shareId: share.shareId,
  url: watchPath(videoId, writeShareToken(share)),
  label: share.label ?? null,
  createdAt: isoOf(share.createdAt),
  expiresAt: share.expiresAt === undefined ? null : isoOf(share.expiresAt),
})

export function addShares(app: Hono, deps: ShareDeps): void {
  const { videos, shares, revoke, now } = deps
  const find = async (request: Request, videoId: string) =>
    requireVideo(deps, await asking(deps, request, 'share'), await videos.get(videoId))

  app.get('/api/videos/:videoId/shares', async c => {
    const { videoId } = await find(c.req.raw, videoIdOf(c))
    const found = await shares.list(videoId)
    return c.json({ shares: found.map(share => shareView(videoId, share)) }, 200, unstored)
  })

  app.post('/api/videos/:videoId/shares', jsonBody(CreateShare), madeOnce(deps), async c => {
    const { expiresInSeconds, label } = c.req.valid('json')
    const { videoId } = await find(c.req.raw, videoIdOf(c))
    const expiresAt =
      expiresInSeconds === undefined ? {} : { expiresAt: Math.ceil(now() + expiresInSeconds) }
    const share = await shares.create(videoId, { label, ...expiresAt })
    // Deleted at this moment.
    if (!share) throw new MillraceError('video-not-found')
    return c.json(shareView(videoId, share), 201, unstored)
  })

  app.delete('/api/videos/:videoId/shares/:shareId', async c => {
    const { videoId } = await find(c.req.raw, videoIdOf(c))
    const meta = await shares.remove(videoId, c.req.param('shareId'))
    // Also for one that was not there: an earlier call may have been cut off before the gate was told.
    if (meta?.epoch) await revoke(videoId, meta.epoch)
    return c.body(null, 204)
  })
}
