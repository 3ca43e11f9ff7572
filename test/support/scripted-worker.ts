// A worker over real records and queues whose FFmpeg and source do as they are told: for what it does with a task, however that ends.
import type { Task } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import { createPlans } from '../../transcoder/plans.ts'
import { createReporter } from '../../transcoder/report.ts'
import { work } from '../../transcoder/work.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import type { Pipeline } from './pipeline.ts'

/** @param scripted in place of what a worker has */
export const scriptedWorker = (
  pipeline: Pipeline,
  scripted: { [Name in keyof WorkerDeps]?: unknown },
): WorkerDeps =>
  ({
    ...pipeline,
    ...{ workerId: 'w', plans: createPlans(pipeline), leaseSeconds: 30, log: silentLog },
    sources: { open: () => ({ url: 'http://127.0.0.1/', failure: () => null, close() {} }) },
    scratch: { use: (within: (folder: string) => unknown) => within('.') },
    fault: async () => undefined,
    ...scripted,
  }) as unknown as WorkerDeps

/** Sends a task on the fast queue, and works what comes from there. */
export async function workOnce(pipeline: Pipeline, deps: WorkerDeps, task: Task): Promise<void> {
  await pipeline.queue.send(task)
  const [message] = await pipeline.queue.receive('fast', { max: 1, waitSeconds: 1 })
  if (!message) throw new Error('no message')
  const reporter = createReporter({ ...deps, shard: 'w' })
  await work(deps, message, { reporter, stopping: new AbortController().signal })
}
