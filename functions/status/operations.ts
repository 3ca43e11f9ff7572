// What runs, for those who run it: the depths of the queues and the work under way, as JSON and as text for Prometheus.
import type { Hono } from 'hono'
import type { OperationsView } from '#domain/account.ts'
import type { GuardedDeps } from '#platform/guarded-app.ts'
import { requireAction } from '#platform/identity.ts'
import { unstored } from '#platform/problem.ts'
import type { TaskQueue } from '#platform/queue.ts'
import type { Videos } from '#platform/videos.ts'

export interface OperationsDeps extends GuardedDeps {
  videos: Videos
  queue: TaskQueue
  version: string
}

/** The text format of Prometheus, version 0.0.4. */
const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

export function addOperations(app: Hono, deps: OperationsDeps): void {
  const { videos, queue, version, now } = deps
  const startedAt = now()
  const uptimeSeconds = () => Math.floor(now() - startedAt)

  const depths = async () => {
    const [fast, bulk] = await Promise.all([queue.depth('fast'), queue.depth('bulk')])
    return { fast, bulk }
  }

  app.get('/status', async c => {
    const body = { version, uptimeSeconds: uptimeSeconds(), queues: await depths() }
    return c.json(body, 200, unstored)
  })

  app.get('/api/operations', async c => {
    await requireAction(deps, c.req.raw, 'operations')
    const [queues, working] = await Promise.all([depths(), videos.working()])
    const body: OperationsView = {
      ...{ version, queues },
      working: working.flatMap(({ videoId, ownerId, title, state, attempt, createdAt }) =>
        state === 'queued' || state === 'processing'
          ? {
              ...{ videoId, ownerId, title, state, attempt },
              createdAt: new Date(createdAt * 1000).toISOString(),
            }
          : [],
      ),
    }
    return c.json(body, 200, unstored)
  })

  app.get('/metrics', async c => {
    await requireAction(deps, c.req.raw, 'operations')
    const lines = [
      '# HELP millrace_info What runs.',
      '# TYPE millrace_info gauge',
      `millrace_info{version="${version.replace(/[\\"\n]/g, '_')}"} 1`,
      '# HELP millrace_uptime_seconds Since this process started.',
      '# TYPE millrace_uptime_seconds gauge',
      `millrace_uptime_seconds ${uptimeSeconds()}`,
      '# HELP millrace_queue_messages Tasks in a queue, by whether a worker holds them.',
      '# TYPE millrace_queue_messages gauge',
    ]
    for (const [name, depth] of Object.entries(await depths())) {
      for (const [state, count] of Object.entries(depth)) {
        lines.push(`millrace_queue_messages{queue="${name}",state="${state}"} ${count}`)
      }
    }
    return c.body(`${lines.join('\n')}\n`, 200, { ...unstored, 'content-type': metricsType })
  })
}
