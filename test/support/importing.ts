// The import of files from a website on this machine into a pipeline of its own, one worker's turn at a time, and what came of it.
import type { RequestListener } from 'node:http'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { expect } from 'vitest'
import { noQuota } from '#domain/account.ts'
import { importSentences } from '#domain/import-refused.ts'
import type { ImportTask, Task } from '#domain/task.ts'
import { createAccounts } from '#platform/accounts.ts'
import { soleOwnerId } from '#platform/identity.ts'
import { createLog } from '#platform/log.ts'
import { createQuotas } from '#platform/quota.ts'
import { createApp } from '../../functions/upload/app.ts'
import { createReporter } from '../../transcoder/report.ts'
import { work as workOn } from '../../transcoder/work.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { createPipeline, newVideoId } from './pipeline.ts'
import { scriptedWorker } from './scripted-worker.ts'
import { startWebsite } from './website.ts'

export const mebibyte = 1024 * 1024
export const partBytes = 8 * mebibyte

export type Importing = Awaited<ReturnType<typeof createImporting>>

/** @param ministack inject('ministack') */
export async function createImporting(ministack: string) {
  const lines: string[] = []
  const log = createLog({
    ...{ source: 'transcoder', level: 'debug', format: 'json', now: () => new Date() },
    write: line => void lines.push(line),
  })

  const pipeline = await createPipeline(ministack)
  const accounts = createAccounts(pipeline)
  const quotas = createQuotas({ accounts, list: pipeline.list, defaultQuota: noQuota })
  const app = createApp({ ...pipeline, quotas, limits: { maxBytes: 1e9 }, newVideoId })
  const website = await startWebsite()

  const worker = (scripted: { [Name in keyof WorkerDeps]?: unknown } = {}) =>
    scriptedWorker(pipeline, {
      ...{ fetchPublic: website.fetchPublic, importSilenceSeconds: 10, log, quotas },
      importLeast: { bytes: 0, seconds: 10 },
      limits: { maxBytes: 100 * mebibyte },
      queue: { ...pipeline.queue, ...queue },
      ...scripted,
    })

  let removed = 0
  /** Messages are handed to the worker by the test. */
  const queue = {
    hide: async () => undefined,
    async remove() {
      removed += 1
    },
  }

  const taskOf = (videoId: string): ImportTask => ({
    ...{ kind: 'import', attempt: 1, lane: 'fast' },
    videoId,
  })

  let links = 0
  async function begin(): Promise<ImportTask> {
    links += 1
    const answer = await app.request('/api/imports', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `http://films.example.com/film-${links}.mp4?token=hidden` }),
    })
    const { videoId } = (await answer.json()) as { videoId: string }
    return taskOf(videoId)
  }

  /** As often as its message comes back: a try need not wait for that. */
  async function work(task: Task, deps = worker(), times = 1) {
    for (let turn = 0; turn < times; turn++) {
      const message = { queue: 'fast' as const, receipt: '', receives: 1, task }
      const reporter = createReporter({ ...deps, shard: 'w' })
      await workOn(deps, message, { reporter, stopping: new AbortController().signal })
    }
    const meta = await pipeline.videos.get(task.videoId)
    return { meta, record: await pipeline.tasks.read(task) }
  }

  const fetchOne = async (answer: RequestListener, deps = worker(), times = 1) => {
    website.site.answer = answer
    return work(await begin(), deps, times)
  }

  async function stored(videoId: string): Promise<Buffer> {
    const key = (await pipeline.videos.get(videoId))?.source.key ?? ''
    const pieces: Uint8Array[] = []
    for await (const piece of await pipeline.source.readRange(key, { start: 0, end: 2 ** 40 })) {
      pieces.push(piece as Uint8Array)
    }
    return Buffer.concat(pieces)
  }

  async function openUploads(videoId: string): Promise<number> {
    const Bucket = pipeline.names.sourceBucket
    const { Uploads = [] } = await pipeline.s3.send(new ListMultipartUploadsCommand({ Bucket }))
    return Uploads.filter(({ Key }) => Key?.includes(videoId)).length
  }

  async function expectWhole(task: Task, film: Buffer): Promise<void> {
    const meta = await pipeline.videos.get(task.videoId)
    expect(meta).toMatchObject({
      ...{ state: 'queued', attempt: 1 },
      source: { sizeBytes: film.byteLength },
      import: { receivedBytes: film.byteLength, totalBytes: film.byteLength },
    })
    expect((await stored(task.videoId)).equals(film)).toBe(true)
    expect(await pipeline.tasks.read(task)).toMatchObject({ state: 'done' })
    expect(await openUploads(task.videoId)).toBe(0)
    const inspect = { kind: 'inspect', videoId: task.videoId, attempt: 1 }
    expect(await pipeline.drain('fast')).toContainEqual(inspect)
  }

  async function expectFailed(
    { meta, record }: Awaited<ReturnType<typeof work>>,
    failure: { code: string; message: string | RegExp },
  ): Promise<void> {
    const { code, message } = failure
    expect(meta).toMatchObject({
      state: 'failed',
      failure: {
        code,
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      },
    })
    const { reason } = meta?.failure ?? {}
    expect(reason !== undefined).toBe(code === 'import-refused')
    // With what the website answered.
    const said = meta?.failure?.message.replace(/ \(\d+\)\.$/, '.')
    if (reason) expect(said).toBe(importSentences[reason])
    expect(record?.state).toBe('failed')
    expect(await openUploads(meta?.videoId ?? '')).toBe(0)
    expect(await pipeline.source.head(meta?.source.key ?? '')).toBeNull()
    expect(lines.join()).not.toContain('hidden')
  }

  const profile = { userId: soleOwnerId, email: 'a@b', name: 'A', role: 'user' } as const
  await accounts.create(
    { ...profile, passwordHash: '', createdAt: pipeline.now() },
    { by: 'registration' },
  )
  async function limitTo(bytes: number | null): Promise<void> {
    await accounts.change(soleOwnerId, { quota: { bytes, minutes: null } })
  }

  async function reset(): Promise<void> {
    await pipeline.purge()
    website.site.heard.length = 0
    removed = 0
  }

  return {
    ...{ pipeline, app, website, lines, reset, worker, begin, work, fetchOne, limitTo },
    ...{ openUploads, expectWhole, expectFailed },
    removed: () => removed,
  }
}
