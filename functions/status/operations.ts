// What runs, for those who run it: the depths of the queues, the work under way and what has failed, as JSON and as text for
// Prometheus.
import type { Hono } from 'hono'
import type { OperationsView } from '#domain/account.ts'
import { hasSource, isStillFailed } from '#domain/attempts.ts'
import { isoOf } from '#domain/iso-date.ts'
import type { GuardedDeps } from '#platform/guarded-app.ts'
import { requireAction } from '#platform/identity.ts'
import { unstored } from '#platform/problem.ts'
import type { TaskQueue } from '#platform/queue.ts'
import type { ReadNames } from '#platform/read-names.ts'
import type { Videos } from '#platform/videos.ts'

export interface OperationsDeps extends GuardedDeps {
  videos: Videos
  queue: TaskQueue
  readNames: ReadNames
  version: string
}

/** The text format of Prometheus, version 0.0.4. */
const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

export function addOperations(app: Hono, deps: OperationsDeps): void {
  const { videos, queue, readNames, version, now } = deps
  const startedAt = now()
  const uptimeSeconds = () => Math.floor(now() - startedAt)

  const depths = async () => {
    const [fast, bulk] = await Promise.all([queue.depth('fast'), queue.depth('bulk')])
    return { fast, bulk }
  }

  const dead = async () => {
    const [fast, bulk] = await Promise.all([queue.deadLetters('fast'), queue.deadLetters('bulk')])
    return { fast, bulk }
  }

  app.get('/status', async c => {
    const body = { version, uptimeSeconds: uptimeSeconds(), queues: await depths() }
    return c.json(body, 200, unstored)
  })

  app.get('/api/operations', async c => {
    await requireAction(deps, c.req.raw, 'operations')
    const [{ fast, bulk }, lost, working, failures] = await Promise.all([
      depths(),
      dead(),
      videos.working(),
      standingFailures(videos),
    ])
    const names = await readNames([...working, ...failures].map(({ ownerId }) => ownerId))
    const named = <Of extends { ownerId: string }>(of: Of) => ({
      ...of,
      ownerName: names.get(of.ownerId) ?? null,
    })
    const body: OperationsView = {
      version,
      queues: { fast: { ...fast, dead: lost.fast }, bulk: { ...bulk, dead: lost.bulk } },
      working: working.flatMap(({ videoId, ownerId, title, state, attempt, createdAt }) =>
        state === 'queued' || state === 'processing' || state === 'ready'
          ? named({ videoId, ownerId, title, state, attempt, createdAt: isoOf(createdAt) })
          : [],
      ),
      failures: failures.map(named),
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
    lines.push(
      '# HELP millrace_dead_letters Tasks that were given up and lie in a dead-letter queue.',
      '# TYPE millrace_dead_letters gauge',
    )
    for (const [name, count] of Object.entries(await dead())) {
      if (count !== null) lines.push(`millrace_dead_letters{queue="${name}"} ${count}`)
    }
    return c.body(`${lines.join('\n')}\n`, 200, { ...unstored, 'content-type': metricsType })
  })
}

const mostShown = 50
/** Of the newest records some speak of what is gone or was made since. */
const mostRead = 200

async function standingFailures(videos: Videos) {
  const records = await videos.failures(mostRead)
  const metas = await videos.getMany([...new Set(records.map(({ videoId }) => videoId))])
  const known = new Map(metas.map(meta => [meta.videoId, meta]))
  const standing = records.flatMap(({ videoId, attempt, code, message, reason, at }) => {
    const meta = known.get(videoId)
    if (!meta || !isStillFailed(meta, attempt)) return []
    const { ownerId, title } = meta
    const state = meta.state === 'failed' ? ('failed' as const) : ('ready' as const)
    return {
      ...{ videoId, ownerId, title, state, code, message, reason },
      failedAt: isoOf(at),
      canRerun: hasSource(meta),
    }
  })
  return standing.slice(0, mostShown)
}
