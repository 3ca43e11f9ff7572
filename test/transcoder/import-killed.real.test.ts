// A worker that is killed in the middle of an import: another goes on, and fetches again no more than what was in memory.
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { expect, inject, it, onTestFinished } from 'vitest'
import { createApp } from '../../functions/upload/app.ts'
import { partBuffers } from '../../transcoder/import-parts.ts'
import { createPipeline, newVideoId } from '../support/pipeline.ts'
import { startTranscoder, until } from '../support/transcoder.ts'
import { filmOf, filmUrl, serving, startWebsite } from '../support/website.ts'

const partBytes = 8 * 1024 * 1024

it('is gone on with by another, from where the store has it', async () => {
  const pipeline = await createPipeline(inject('ministack'))
  const website = await startWebsite()
  const film = filmOf(10 * partBytes + 77)
  const sent = 8 * partBytes
  let asked = 0
  website.site.answer = (request, response) => {
    asked += 1
    if (asked > 1) return serving(film)(request, response)
    // The rest never comes.
    response.writeHead(200, { etag: '"1"', 'content-length': film.byteLength })
    response.write(film.subarray(0, sent))
  }
  const transcoder = startTranscoder(pipeline, {
    entry: 'test/support/importing-transcoder.ts',
    env: { WEBSITE_PORT: String(website.port) },
  })
  onTestFinished(async () => {
    await transcoder.stop()
    website.close()
  })
  const systemNow = () => Date.now() / 1000
  const app = createApp({ ...pipeline, now: systemNow, limits: { maxBytes: 1e9 }, newVideoId })
  const begun = await app.request('/api/imports', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: filmUrl }),
  })
  const { videoId } = (await begun.json()) as { videoId: string }
  const { key, uploadId = '' } = (await pipeline.videos.get(videoId))?.source ?? { key: '' }
  const held = async () => (await pipeline.multipart.listParts({ key, uploadId })) ?? []
  await expect.poll(async () => (await held()).length, { timeout: 60_000 }).toBeGreaterThan(3)
  transcoder.kill()
  await until(pipeline, videoId, ({ meta }) => meta.state !== 'uploading')
  expect(transcoder.starts()).toBe(2)
  const [, first = 0] = /^bytes=(\d+)-$/.exec(website.site.heard[1]?.range ?? '') ?? []
  expect(asked).toBe(2)
  expect(Number(first)).toBeGreaterThanOrEqual(sent - partBuffers * partBytes)
  const task = { kind: 'import', videoId, attempt: 1, lane: 'fast' } as const
  // Queued is said before the task is.
  await expect
    .poll(() => pipeline.tasks.read(task))
    .toMatchObject({ state: 'done', claims: 2, tries: 0 })
  const pieces: Uint8Array[] = []
  for await (const piece of await pipeline.source.readRange(key, { start: 0, end: 2 ** 40 })) {
    pieces.push(piece as Uint8Array)
  }
  expect(Buffer.concat(pieces).equals(film)).toBe(true)
  const { Uploads = [] } = await pipeline.s3.send(
    new ListMultipartUploadsCommand({ Bucket: pipeline.names.sourceBucket }),
  )
  expect(Uploads).toEqual([])
})
