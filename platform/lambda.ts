// The only file that knows Lambda: apps as handlers of HTTP, buffered or streamed, and queue batches one message at a time.
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Hono } from 'hono'
import { handle, streamHandle } from 'hono/aws-lambda'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import type { QueueName } from '#domain/task.ts'
import type { Environment } from './env.ts'
import { createLog, type Log, logLevels } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { type TaskMessage, toTaskMessage } from './queue.ts'

/** For an HTTP API or a function URL that buffers. */
export const handleHttp = (app: Hono) => handle(app)

/** What Lambda's Node runtime puts there; emulators leave it out, and an import alone must not fail for that. */
const canStream = () => {
  const runtime = 'awslambda' in globalThis ? globalThis.awslambda : null
  return typeof runtime === 'object' && runtime !== null && 'streamifyResponse' in runtime
}

/** For a function URL that streams. Where the runtime cannot stream, each call fails and clients poll instead. */
export function handleStream(app: Hono) {
  if (canStream()) return streamHandle(app)
  return () => Promise.reject(new MillraceError('configuration-wrong', { detail: 'no streaming' }))
}

/** Runs `work` for every message; only those that fail come back. */
export function handleBatch(work: (body: string) => Promise<unknown>, log: Log) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const batchItemFailures: SQSBatchResponse['batchItemFailures'] = []
    for (const { messageId, body } of Records) {
      try {
        await work(body)
      } catch (thrown) {
        const { code, detail } = toMillraceError(thrown)
        log.error('a message failed', { code, detail })
        batchItemFailures.push({ itemIdentifier: messageId })
      }
    }
    return { batchItemFailures }
  }
}

/** What wakes a function before there is anything to do. */
export interface Warming {
  warm: true
}

/**
 * A queue of tasks as a function's event source. `take` says whether the message is done with: the event source then deletes
 * it. One that is not comes back as failed and stays in its queue, hidden for as long as it was told last.
 */
export function handleTasks(deps: {
  queue: QueueName
  /** The first act for a message: its queue hides it for longer than any worker may be silent. */
  hide(message: TaskMessage): Promise<void>
  /** What must stand before anything is taken; a failure is the function's, and its messages stay. */
  begin(): Promise<unknown>
  take(message: TaskMessage, stopping: AbortSignal): Promise<boolean>
  /** So long before Lambda ends the process, `stopping` fires. */
  handBackSeconds: number
  log: Log
}) {
  async function isDone(message: TaskMessage, stopping: AbortSignal): Promise<boolean> {
    try {
      return await deps.take(message, stopping)
    } catch (thrown) {
      const error = toMillraceError(thrown)
      deps.log.error('a message could not be worked on', {
        code: error.code,
        detail: error.detail ?? error.message,
      })
      return false
    }
  }

  return async (
    event: SQSEvent | Warming,
    context: Pick<Context, 'getRemainingTimeInMillis'>,
  ): Promise<SQSBatchResponse> => {
    const messages = ('Records' in event ? event.Records : []).map(record => ({
      id: record.messageId,
      message: toTaskMessage(deps.queue, {
        receipt: record.receiptHandle,
        receives: record.attributes.ApproximateReceiveCount,
        body: record.body,
      }),
    }))
    const stop = new AbortController()
    const milliseconds = context.getRemainingTimeInMillis() - deps.handBackSeconds * 1000
    const timer = setTimeout(() => stop.abort(), Math.max(0, milliseconds))
    try {
      await Promise.all(messages.map(({ message }) => deps.hide(message)))
      await deps.begin()
      const done = await Promise.all(messages.map(({ message }) => isDone(message, stop.signal)))
      return {
        batchItemFailures: messages
          .filter((_, index) => !done[index])
          .map(({ id }) => ({ itemIdentifier: id })),
      }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Lines for CloudWatch. */
export function createLambdaLog(source: string, level: string | undefined): Log {
  return createLog({
    source,
    level: logLevels.find(known => known === level) ?? 'info',
    format: 'json',
    write: line => void process.stdout.write(line),
    now: () => new Date(),
  })
}

/** Metrics for CloudWatch, in the same stream of lines. */
export function createLambdaMetrics(env: Environment): Metrics {
  return createMetrics({
    stage: env['STAGE'] ?? 'none',
    write: line => void process.stdout.write(line),
    now: systemSeconds,
  })
}

/** Epoch seconds, milliseconds as decimals. */
export const systemSeconds = (): number => Date.now() / 1000
