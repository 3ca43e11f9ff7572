// How many videos somebody may have on their way: no number of calls at once gets past, and what has ended makes room.
import { randomUUID } from 'node:crypto'
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Actor } from '#domain/access.ts'
import type { Problem } from '#domain/api.ts'
import { createUnfinished } from '#platform/unfinished.ts'
import { createApp } from '../../functions/upload/app.ts'
import { personOf } from '../support/actors.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>
let actor: Actor
const most = 3

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  const unfinished = createUnfinished({ ...pipeline, most: { imports: most, uploads: most } })
  const identify = () => actor
  app = createApp({ ...pipeline, unfinished, identify, limits: { maxBytes: 1e9 }, newVideoId })
})
beforeEach(() => {
  actor = personOf(`u_${randomUUID().slice(0, 8)}`)
})

const openUploads = async () => {
  const Bucket = pipeline.names.sourceBucket
  const { Uploads = [] } = await pipeline.s3.send(new ListMultipartUploadsCommand({ Bucket }))
  return Uploads.length
}
const post = (path: string, body: object) =>
  app.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const cancel = (videoId: string) => app.request(`/api/uploads/${videoId}`, { method: 'DELETE' })

describe.each([
  [
    'imports',
    (name: string) => post('/api/imports', { url: `https://films.example.com/${name}.mp4` }),
  ],
  [
    'uploads',
    (name: string) =>
      post('/api/uploads', { name: `${name}.mp4`, size: 100, type: '', fingerprint: name }),
  ],
] as const)('%s', (_kind, begin) => {
  async function fill(): Promise<string[]> {
    const begun: string[] = []
    for (let index = 0; index < most; index++) {
      const answer = await begin(`film-${index}`)
      begun.push(((await answer.json()) as { videoId: string }).videoId)
    }
    return begun
  }

  it('beyond so many are refused in words, and nothing is made', async () => {
    await fill()
    const before = await openUploads()
    const refused = await begin('one-more')
    const { code, detail } = (await refused.json()) as Problem
    expect([refused.status, code]).toEqual([409, 'too-many-unfinished'])
    expect(detail).toMatch(/still on their way/)
    expect(await openUploads()).toBe(before)
  })

  it('are so many also when all are begun at once', async () => {
    const before = await openUploads()
    const answers = await Promise.all(
      Array.from({ length: 4 * most }, (_, index) => begin(`at-once-${index}`)),
    )
    const begun = answers.filter(({ status }) => status === 201 || status === 202)
    expect(begun).toHaveLength(most)
    const others = answers.filter(answer => !begun.includes(answer))
    for (const answer of others) {
      expect(((await answer.json()) as Problem).code).toBe('too-many-unfinished')
    }
    expect(await openUploads()).toBe(before + most)
    const { states } = await pipeline.list.usage(actor.userId ?? '')
    expect(states.uploading).toBe(most)
  })

  it('that are gone on with take no second place', async () => {
    const [first] = await fill()
    const again = await begin('film-0')
    expect(((await again.json()) as { videoId: string }).videoId).toBe(first)
  })

  it('make room when they are cancelled, have failed or have arrived', async () => {
    const begun = await fill()
    const [cancelled = '', failed = '', arrived = ''] = begun
    expect((await cancel(cancelled)).status).toBe(204)
    expect((await begin('after-cancel')).ok).toBe(true)
    expect((await begin('too-early')).status).toBe(409)
    await pipeline.videos.step(failed, 'failed')
    expect((await begin('after-failure')).ok).toBe(true)
    const meta = await pipeline.videos.get(arrived)
    if (meta) {
      await pipeline.videos.queue(meta, { kind: 'inspect', videoId: arrived, attempt: 1 }, 0)
    }
    expect((await begin('after-arrival')).ok).toBe(true)
    expect((await begin('too-many')).status).toBe(409)
  })

  it('of one person are no matter to another', async () => {
    await fill()
    actor = personOf('u_other')
    expect((await begin(randomUUID())).ok).toBe(true)
  })
})
