// Every function as Lambda runs it: its handler made from the environment alone, called with the events of its trigger.
import { beforeAll, expect, inject, it, onTestFinished, vi } from 'vitest'
import { type Task, writeTask } from '#domain/task.ts'
import { createIdentifyByEnv } from '#platform/identify-by-env.ts'
import { complete } from '../support/job-events.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: inject('ministack'),
    VIDEOS_TABLE: pipeline.names.table,
    SOURCE_BUCKET: pipeline.names.sourceBucket,
    MEDIA_BUCKET: pipeline.names.mediaBucket,
    FAST_QUEUE_URL: pipeline.urls.fast,
    BULK_QUEUE_URL: pipeline.urls.bulk,
    PLAYBACK_SECRET: 'a-secret-of-tests-with-32-bytes-and-more',
    LOG_LEVEL: 'error',
    ACCOUNTS: 'off',
  })
})

/** An HTTP API's event, payload version 2.0. */
function httpEvent(method: string, path: string, body?: unknown) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host: 'example.test' },
    requestContext: {
      accountId: '1',
      apiId: 'a',
      domainName: 'example.test',
      domainPrefix: 'example',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'r',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    isBase64Encoded: false,
  } as never
}

const answer = (result: unknown) => {
  const { statusCode, body } = result as { statusCode: number; body: string }
  return { statusCode, body: body ? JSON.parse(body) : null }
}

/** What a function says to CloudWatch. */
function hearLines() {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  return write
}

it('who forgets to say whether people sign in serves nobody', async () => {
  const env = { ...process.env, ACCOUNTS: '' }
  const deps = { call: async () => '', table: pipeline.table, now: pipeline.now }
  expect(() => createIdentifyByEnv(env, deps)).toThrow('Set ACCESS_PUBLIC_KEYS_ARN')
})

it('upload begins', async () => {
  hearLines()
  const { handler } = await import('../../functions/upload/handler.ts')
  const body = { name: 'a.mp4', size: 5, type: '', fingerprint: 'f' }
  const begun = answer(await handler(httpEvent('POST', '/api/uploads', body)))
  expect(begun).toMatchObject({ statusCode: 201, body: { partCount: 1 } })
})

it('sign refuses what is not there', async () => {
  const { handler } = await import('../../functions/sign/handler.ts')
  const path = `/api/videos/${newVideoId()}/playback`
  expect(answer(await handler(httpEvent('POST', path)))).toMatchObject({
    statusCode: 404,
    body: { code: 'video-not-found' },
  })
})

it('status lists, and says that it cannot stream where the runtime cannot', async () => {
  const { handler, stream } = await import('../../functions/status/handler.ts')
  const listed = answer(await handler(httpEvent('GET', '/api/videos')))
  expect(listed).toMatchObject({ statusCode: 200, body: { videos: [{ title: 'a' }] } })
  await expect((stream as () => Promise<unknown>)()).rejects.toThrow()
})

it('playlist refuses what is not there', async () => {
  const { handler } = await import('../../functions/playlist/handler.ts')
  const path = `/p/${newVideoId()}/1/1/main.m3u8`
  expect(answer(await handler(httpEvent('GET', path)))).toMatchObject({ statusCode: 404 })
})

it('intake takes an arrival in', async () => {
  const { handler } = await import('../../functions/intake/handler.ts')
  await pipeline.source.put('drop/film.mov', 'film', { contentType: 'video/mp4' })
  const { etag } = (await pipeline.source.head('drop/film.mov')) ?? {}
  const object = { key: 'drop/film.mov', size: 4, etag, sequencer: '1' }
  const event = {
    source: 'aws.s3',
    'detail-type': 'Object Created',
    detail: { bucket: { name: pipeline.names.sourceBucket }, object },
  }
  expect(await handler(event)).toBe('started')
  expect(await pipeline.drain('fast')).toHaveLength(1)
})

it('mediaconvert leaves the jobs of others alone, and refuses what is no event of a job', async () => {
  const { handler } = await import('../../functions/mediaconvert/handler.ts')
  expect(await handler(complete({ jobId: '1', userMetadata: { guid: '1' } }))).toBe('ignored')
  await expect(handler({ source: 'aws.s3' })).rejects.toMatchObject({ code: 'message-unreadable' })
})

it('the reaper finds nothing to do', async () => {
  hearLines()
  const { handler } = await import('../../functions/reaper/handler.ts')
  expect(await handler()).toMatchObject({ resent: 0, failed: 0 })
})

it('the dead-letter function gives back only what fails', async () => {
  const { handler } = await import('../../functions/dead-letter/handler.ts')
  const videoId = newVideoId()
  await pipeline.videos.create(metaOf(videoId, { state: 'queued', attempt: 1 }), null)
  const task: Task = { kind: 'inspect', videoId, attempt: 1 }
  const Records = [
    { messageId: '1', body: writeTask(task) },
    { messageId: '2', body: 'not a task' },
  ]
  const write = hearLines()
  expect(await handler({ Records } as never)).toEqual({ batchItemFailures: [] })
  const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)))
  expect(lines).toMatchObject([
    { VideosBuried: 1 },
    { source: 'dead-letter', level: 'error', video: videoId },
    { source: 'dead-letter', level: 'error', code: 'message-unreadable' },
  ])
  expect((await pipeline.videos.get(videoId))?.state).toBe('failed')
})
