// The task of an attempt that MediaConvert makes: creates its job and hands the lease to it. Asked again, because the job's
// events have stopped, it asks the service what became of it.
import { MillraceError } from '#domain/errors.ts'
import type { ConvertTask } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import type { HandedOver, TaskRun, WorkerDeps } from './worker.ts'

export async function convert(
  deps: Pick<WorkerDeps, 'workerId' | 'tasks' | 'plans' | 'conversions' | 'now'>,
  run: TaskRun<ConvertTask>,
): Promise<Completion | HandedOver> {
  const { task, nonce, log } = run
  const { conversions, tasks } = deps
  if (!conversions) {
    throw new MillraceError('engine-unavailable', { detail: 'this worker has no MediaConvert' })
  }
  const plan = await deps.plans.read(task.videoId, task.attempt)
  const record = await tasks.read(task)
  const known = record?.job ? await conversions.find(record.job.id) : null
  if (known?.complete) return { chunks: [], counted: true }
  if (known?.failure) throw known.failure
  const job = known ?? (await conversions.create(plan, nonce))
  run.mark('job')
  const { id, folder } = job
  // Never completed before it is written down where its objects are.
  const handed = await tasks.handOver(task, `${deps.workerId}.${nonce}`, { id, folder }, deps.now())
  if (!handed) throw new MillraceError('lease-lost')
  log.info(known ? 'the job goes on' : 'a job is created', { job: id })
  return 'handed-over'
}
