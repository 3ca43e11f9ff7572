// Has a video made again: for admins, after what made it has changed, or what it failed of is mended.
import type { Hono } from 'hono'
import { rerunAttempt } from '#domain/attempts.ts'
import { MillraceError } from '#domain/errors.ts'
import type { GuardedDeps } from '#platform/guarded-app.ts'
import { asking, requireVideo } from '#platform/identity.ts'
import { videoIdOf } from '#platform/json-body.ts'
import { unstored } from '#platform/problem.ts'
import type { TaskQueue } from '#platform/queue.ts'
import type { VideoViews } from '#platform/video-views.ts'
import type { Videos } from '#platform/videos.ts'

export interface RerunDeps extends GuardedDeps {
  videos: Videos
  queue: TaskQueue
  views: VideoViews
}

export function addRerun(app: Hono, deps: RerunDeps): void {
  const { videos, queue, views, now } = deps

  app.post('/api/videos/:videoId/rerun', async c => {
    const videoId = videoIdOf(c)
    const who = await asking(deps, c.req.raw, 'rerun')
    const meta = await requireVideo(deps, who, await videos.get(videoId))
    const next = rerunAttempt(meta)
    if (!(await videos.rerun(meta, next, now()))) throw new MillraceError('state-conflict')
    // Its task is recorded: a message that is not sent is sent by the reaper.
    await queue.send({ kind: 'inspect', videoId, attempt: next.attempt })
    const records = await videos.records(videoId)
    if (!records) throw new MillraceError('video-not-found')
    return c.json(await views.viewOf(records, true), 202, unstored)
  })
}
