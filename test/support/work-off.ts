// Works off everything that waits, and what that makes due, in the test's own process.
import type { Task } from '#domain/task.ts'
import type { Worker } from '../../transcoder/compose.ts'
import type { Pipeline } from './pipeline.ts'

/** @param before looks at each task before it is begun, and may have its way */
export async function workOff(
  pipeline: Pipeline,
  worker: Worker,
  before: (task: Task) => Promise<void> = async () => undefined,
): Promise<void> {
  const { signal } = new AbortController()
  for (;;) {
    const [fast, bulk] = await Promise.all(
      (['fast', 'bulk'] as const).map(queue =>
        pipeline.queue.receive(queue, { max: 1, waitSeconds: 0 }),
      ),
    )
    const messages = [...(fast ?? []), ...(bulk ?? [])]
    if (messages.length === 0) return
    for (const message of messages) {
      const { task } = message
      if (!(task instanceof Error)) await before(task)
      await worker.work(message, signal)
    }
  }
}
