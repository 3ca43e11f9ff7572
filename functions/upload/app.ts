// The upload API: begin, sign parts, list parts, complete, abort; and the begin of an import. Bytes go straight to the store; keys are made here alone.
import { setTimeout as wait } from 'node:timers/promises'
import type { Hono } from 'hono'
import { BeginImport, BeginUpload, CompleteUpload, SignParts } from '#domain/api.ts'
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import { partRange } from '#domain/parts.ts'
import { partUrlSeconds } from '#domain/timing.ts'
import { createGuardedApp, type GuardedDeps } from '#platform/guarded-app.ts'
import { asking, findVideo, requireAction, requireVideo } from '#platform/identity.ts'
import { jsonBody, videoIdOf } from '#platform/json-body.ts'
import type { Log } from '#platform/log.ts'
import { madeOnce } from '#platform/made-once.ts'
import type { HeldPart } from '#platform/multipart.ts'
import { problem } from '#platform/problem.ts'
import { requestIdOf } from '#platform/request-id.ts'
import type { VideoViews } from '#platform/video-views.ts'
import { type BeginDeps, beginUpload, partsOf } from './begin.ts'
import { cancelUpload } from './cancel.ts'
import { type CompleteDeps, completeUpload } from './complete.ts'
import { beginImport } from './import.ts'
import type { Warm } from './warm.ts'

export interface UploadDeps extends BeginDeps, CompleteDeps, GuardedDeps {
  views: VideoViews
  /** Wakes what the upload will need. Never rejects. */
  warm?: Warm
  log: Log
}

/** Beside the begin itself, which takes about as long, waking costs nothing. */
const warmGraceMilliseconds = 100

/** 10,000 parts of 60 characters each, and room. */
const completeBodyBytes = 1024 * 1024

export function createApp(deps: UploadDeps): Hono {
  const { videos, multipart, source, views } = deps
  const app = createGuardedApp(deps)

  /** @throws MillraceError `upload-not-found` */
  async function find(request: Request, videoId: string): Promise<Meta> {
    const who = await asking(deps, request, 'change')
    const meta = await requireVideo(deps, who, await videos.get(videoId), 'upload-not-found')
    // Its parts are sent by a worker alone.
    if (meta.import) throw new MillraceError('upload-not-found')
    return meta
  }

  async function findOpen(request: Request, videoId: string) {
    const meta = await find(request, videoId)
    const { key, uploadId } = meta.source
    if (meta.state !== 'uploading' || !uploadId) throw new MillraceError('upload-not-found')
    return { meta, upload: { key, uploadId } }
  }

  /** The store has joined the parts, but nobody has said so yet: all of them are there. */
  async function partsOfJoined(meta: Meta): Promise<HeldPart[]> {
    const object = await source.head(meta.source.key)
    if (object?.sizeBytes !== meta.source.sizeBytes) throw new MillraceError('upload-not-found')
    const plan = partsOf(meta)
    return Array.from({ length: plan.partCount }, (_, index) => {
      const { start, end } = partRange(meta.source.sizeBytes, index + 1, plan)
      return { partNumber: index + 1, size: end - start, etag: object.etag }
    })
  }

  app.post('/api/uploads', jsonBody(BeginUpload), madeOnce(deps), async c => {
    const { userId: ownerId } = await requireAction(deps, c.req.raw, 'upload')
    const warmed = deps.warm?.()
    const { created, upload } = await beginUpload(deps, ownerId, c.req.valid('json'))
    // A function is frozen with its answer: what is still on its way gets a moment, not more.
    if (warmed) await Promise.race([warmed, wait(warmGraceMilliseconds)])
    const { videoId: video } = upload
    deps.log.info('upload begun', { video, created, request: requestIdOf(c) })
    return c.json(upload, created ? 201 : 200)
  })

  app.post('/api/imports', jsonBody(BeginImport), madeOnce(deps), async c => {
    const { userId: ownerId } = await requireAction(deps, c.req.raw, 'import')
    await deps.quotas?.require(ownerId, 0)
    const meta = await beginImport(deps, ownerId, c.req.valid('json'))
    // Without its address, which may hold a secret.
    deps.log.info('import begun', { video: meta.videoId, request: requestIdOf(c) })
    return c.json(await views.viewOf(await videos.recordsOf(meta), true), 202)
  })

  app.post('/api/uploads/:videoId/parts', jsonBody(SignParts), async c => {
    const { meta, upload } = await findOpen(c.req.raw, videoIdOf(c))
    const { partNumbers } = c.req.valid('json')
    const plan = partsOf(meta)
    const beyond = partNumbers.filter(partNumber => partNumber > plan.partCount)
    if (beyond.length > 0) {
      return problem('bad-request', {
        message: `This upload has ${plan.partCount} parts.`,
        members: { invalid: ['partNumbers'] },
      })
    }
    const parts = await Promise.all(
      partNumbers.map(async partNumber => {
        const { start, end } = partRange(meta.source.sizeBytes, partNumber, plan)
        const size = end - start
        const url = await multipart.signPart(upload, { partNumber, size }, partUrlSeconds)
        return { partNumber, url, size }
      }),
    )
    return c.json({ parts })
  })

  app.get('/api/uploads/:videoId/parts', async c => {
    const { meta, upload } = await findOpen(c.req.raw, videoIdOf(c))
    const parts = (await multipart.listParts(upload)) ?? (await partsOfJoined(meta))
    return c.json({ parts })
  })

  app.post(
    '/api/uploads/:videoId/complete',
    jsonBody(CompleteUpload, completeBodyBytes),
    async c => {
      const meta = await find(c.req.raw, videoIdOf(c))
      const completed = await completeUpload(deps, meta, c.req.valid('json').parts)
      if (completed.outcome !== 'started') {
        const { outcome, partNumbers } = completed
        return problem(outcome, { members: { partNumbers } })
      }
      deps.log.info('upload complete', { video: meta.videoId, request: requestIdOf(c) })
      return c.json(await views.viewOf(await videos.recordsOf(completed.meta), true), 202)
    },
  )

  app.delete('/api/uploads/:videoId', async c => {
    const who = await asking(deps, c.req.raw, 'delete')
    const meta = await findVideo(deps, who, await videos.get(videoIdOf(c)))
    // One that is being deleted as a video is swept by its task.
    if (!meta || (meta.state === 'deleting' && meta.attempt > 0)) return c.body(null, 204)
    await cancelUpload(deps, meta)
    return c.body(null, 204)
  })

  return app
}
