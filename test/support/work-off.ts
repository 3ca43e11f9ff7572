// Works off everything that waits, and what that makes due, in the test's own process.
import { join } from 'node:path'
import type { Task } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import { createPorts, createWorker, type Worker } from '../../transcoder/compose.ts'
import { makeSource } from './media.ts'
import type { Pipeline } from './pipeline.ts'
import { transcoderEnvironment } from './transcoder.ts'

/** A worker in this process, and a film of five seconds with sound for it. */
export async function composeWorker(
  pipeline: Pipeline,
  folder: string,
  env: Record<string, string> = {},
): Promise<{ worker: Worker; source: string }> {
  const ports = createPorts({ ...transcoderEnvironment(pipeline), LEASE_SECONDS: '30', ...env })
  const worker = await createWorker(ports, { log: silentLog })
  const source = await makeSource(join(folder, 'source.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25:d=5', '-f', 'lavfi', '-i', 'sine=d=5'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ])
  return { worker, source }
}

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
