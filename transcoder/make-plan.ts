// From the stored source to a plan: opened, sniffed and probed, whole or its opening alone.
import { MillraceError } from '#domain/errors.ts'
import type { Meta } from '#domain/item.ts'
import type { Plan } from '#domain/plan.ts'
import { sniffContainer, sniffedBytes } from '#domain/sniff.ts'
import type { Task } from '#domain/task.ts'
import { type AttemptFacts, planAttempt } from './plan-attempt.ts'
import { planOpening } from './plan-opening.ts'
import { type ProbeRequest, probeOpening, probeSource } from './probe.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type InspectRun = TaskRun<Extract<Task, { kind: 'inspect' }>>

/** @param opening what the attempt was begun with: the whole goes on in its way */
export function makePlan(
  deps: WorkerDeps,
  run: InspectRun,
  meta: Meta,
  opening?: Plan,
): Promise<Plan> {
  return withSource(deps, run, meta, async (request, facts) => {
    const probe = await probeSource(request)
    return planAttempt({
      ...facts,
      engine: opening?.engine ?? facts.engine,
      probe,
    })
  })
}

/**
 * The plan that a source begins with when reading all of it would keep a viewer waiting; null where nobody waits or it would
 * not help.
 */
export async function makeOpening(
  deps: WorkerDeps,
  run: InspectRun,
  meta: Meta,
): Promise<Plan | null> {
  const { source, liveAttempt } = meta
  // A video that plays already can wait, and one whose opening was wrong is not opened again.
  if (run.task.attempt !== liveAttempt + 1 || liveAttempt > 0) return null
  if ((meta.engine ?? deps.engine) !== 'ffmpeg' || source.sizeBytes <= deps.readFirstBytes) {
    return null
  }
  return withSource(deps, run, meta, async (request, facts) => {
    // The scan will say what is wrong with it.
    const opening = await probeOpening(request).catch(thrown => {
      if (run.signal.aborted || (thrown instanceof MillraceError && thrown.retryable)) throw thrown
      return null
    })
    return opening && planOpening({ ...facts, ...opening })
  })
}

async function withSource<T>(
  deps: WorkerDeps,
  { task, signal }: InspectRun,
  meta: Meta,
  look: (request: ProbeRequest, facts: Omit<AttemptFacts, 'probe' | 'saidSeconds'>) => Promise<T>,
): Promise<T> {
  const { key } = meta.source
  const object = await deps.source.head(key)
  if (!object) throw new MillraceError('source-gone')
  if (object.sizeBytes === 0) throw new MillraceError('source-empty')
  const source = { key, etag: object.etag, sizeBytes: object.sizeBytes }
  const opened = deps.sources.open(source)
  try {
    const head = await opened.read(0, Math.min(sniffedBytes, source.sizeBytes))
    const demuxer = sniffContainer(head)
    const request: ProbeRequest = {
      input: opened.url,
      read: opened.read,
      sizeBytes: source.sizeBytes,
      demuxer,
      ffmpeg: deps.ffmpeg,
      limits: deps.limits,
      signal,
    }
    return await look(request, {
      videoId: task.videoId,
      attempt: task.attempt,
      engine: meta.engine ?? deps.engine,
      encoder: await deps.ffmpeg.version(),
      source: { ...source, demuxer },
      limits: deps.limits,
      copyLane: deps.copyLane,
      uncopyable: meta.uncopyable,
    })
  } catch (thrown) {
    throw opened.failure() ?? thrown
  } finally {
    opened.close()
  }
}
