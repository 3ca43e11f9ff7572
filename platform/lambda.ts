// The only file that knows Lambda: apps as handlers of HTTP, buffered or streamed, and queue batches one message at a time.
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { Hono } from 'hono'
import { handle, streamHandle } from 'hono/aws-lambda'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { createLog, type Log, logLevels } from './log.ts'

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

/** Epoch seconds, milliseconds as decimals. */
export const systemSeconds = (): number => Date.now() / 1000
