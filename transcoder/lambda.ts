// The fast lane: the poller's work on Lambda, with the fast queue as its event source. A viewer does not wait until a container
// has started.
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { createLambdaLog, handleTasks } from '#platform/lambda.ts'
import { createPorts, createWorker, type Worker } from './compose.ts'

/** Stopping FFmpeg takes two seconds at most, giving back the record and the message as long again. */
const handBackSeconds = 10

const log = createLambdaLog('transcoder', process.env['LOG_LEVEL'])
const ports = createPorts(process.env)
let worker: Promise<Worker> | undefined

/** One a process, made by the first event; a failure is tried again by the next. */
function begin(): Promise<Worker> {
  worker ??= createWorker(ports, { log, sendsAhead: true }).then(
    made => {
      log.info('ready for work', { ffmpeg: made.encoder, worker: made.id })
      return made
    },
    thrown => {
      worker = undefined
      throw thrown
    },
  )
  return worker
}

export const handler = handleTasks({
  queue: 'fast',
  // The queue hides a message for six times this function's timeout: one whose worker dies would come back that late.
  hide: message =>
    ports.queue.hide(message, ports.leaseSeconds).catch(thrown => {
      log.warn('a message could not be hidden', { error: toMillraceError(thrown).detail })
    }),
  begin,
  async take(message, stopping) {
    const { task } = message
    if (!(task instanceof MillraceError) && task.kind === 'import') {
      // A slow website would be waited for by the millisecond, and cut off in the end.
      await ports.queue.send({ ...task, lane: 'bulk' })
      return true
    }
    const { work } = await begin()
    // What is removed is done with, and the event source deletes it; whatever else became of it, it must not.
    let removed = false
    const remove = async () => {
      removed = true
    }
    await work(message, stopping, { ...ports.queue, remove })
    return removed
  },
  handBackSeconds,
  log,
})
