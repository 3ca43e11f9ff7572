// Arrivals in the source bucket: double, late, out of order, of uploads and of the drop folder.
import { createHash } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { sourceKey } from '#domain/keys.ts'
import {
  type Arrival,
  dropVideoId,
  type IntakeDeps,
  readArrival,
  takeIn,
} from '../../functions/intake/intake.ts'
import { createPipeline, metaOf, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let deps: IntakeDeps

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  deps = { ...pipeline, dropOwnerId: 'owner' }
})
beforeEach(() => pipeline.purge())

let sequence = 0
async function put(key: string, body = 'some bytes'): Promise<Arrival> {
  await pipeline.source.put(key, body, { contentType: 'video/mp4' })
  sequence += 1
  return {
    bucket: pipeline.names.sourceBucket,
    key,
    sizeBytes: body.length,
    etag: createHash('md5').update(body).digest('hex'),
    sequencer: `00${sequence}`,
  }
}

async function begun(sizeBytes: number): Promise<string> {
  const videoId = newVideoId()
  const source = { key: sourceKey(videoId), sizeBytes, uploadId: 'u' }
  await pipeline.videos.create(metaOf(videoId, { source }), null)
  return videoId
}

describe('an upload', () => {
  it('nobody has completed is handed over, once for any number of events', async () => {
    const videoId = await begun(10)
    const arrival = await put(sourceKey(videoId))
    const outcomes = await Promise.all([1, 2, 3].map(() => takeIn(deps, arrival)))
    expect(outcomes).toEqual(['started', 'started', 'started'])
    expect(await pipeline.videos.get(videoId)).toMatchObject({ state: 'queued', attempt: 1 })
    const sent = await pipeline.drain('fast')
    expect(new Set(sent.map(task => JSON.stringify(task)))).toEqual(
      new Set([JSON.stringify({ kind: 'inspect', videoId, attempt: 1 })]),
    )
  })

  it('that is at work already is left alone', async () => {
    const videoId = await begun(10)
    const arrival = await put(sourceKey(videoId))
    await takeIn(deps, arrival)
    await pipeline.videos.step(videoId, 'processing')
    await pipeline.drain('fast')
    expect(await takeIn(deps, arrival)).toBe('ignored')
    expect(await pipeline.drain('fast')).toEqual([])
  })

  it('of another size than begun is not', async () => {
    const videoId = await begun(11)
    expect(await takeIn(deps, await put(sourceKey(videoId)))).toBe('ignored')
    expect((await pipeline.videos.get(videoId))?.state).toBe('uploading')
  })

  it('nobody knows any more is removed', async () => {
    const videoId = newVideoId()
    expect(await takeIn(deps, await put(sourceKey(videoId)))).toBe('removed')
    expect(await pipeline.source.head(sourceKey(videoId))).toBeNull()
  })
})

describe('the drop folder', () => {
  it('makes a video of an arrival, once for any number of events', async () => {
    const arrival = await put('drop/2026/Öl & Wasser.mov')
    await Promise.all([1, 2, 3].map(() => takeIn(deps, arrival)))
    const videoId = dropVideoId(arrival)
    expect(await pipeline.videos.get(videoId)).toMatchObject({
      title: 'Öl & Wasser',
      state: 'queued',
      source: { key: arrival.key, sizeBytes: 10 },
    })
    const sent = await pipeline.drain('fast')
    expect(new Set(sent.map(task => JSON.stringify(task))).size).toBe(1)
    expect(await pipeline.source.head(arrival.key)).not.toBeNull()
  })

  it('the same file put there again is another video', async () => {
    const first = await put('drop/again.mov')
    const second = await put('drop/again.mov')
    await takeIn(deps, second)
    await takeIn(deps, first)
    expect(dropVideoId(first)).not.toBe(dropVideoId(second))
    expect(await pipeline.videos.get(dropVideoId(first))).not.toBeNull()
    expect(await pipeline.videos.get(dropVideoId(second))).not.toBeNull()
  })

  it('an event of what has been replaced makes nothing', async () => {
    const older = await put('drop/replaced.mov', 'old bytes')
    const newer = await put('drop/replaced.mov', 'new bytes')
    expect(await takeIn(deps, newer)).toBe('started')
    expect(await takeIn(deps, older)).toBe('ignored')
    expect(await pipeline.videos.get(dropVideoId(older))).toBeNull()
  })

  it('a video deleted meanwhile does not come back', async () => {
    const arrival = await put('drop/deleted.mov')
    await takeIn(deps, arrival)
    await pipeline.videos.step(dropVideoId(arrival), 'deleting')
    await pipeline.drain('fast')
    expect(await takeIn(deps, arrival)).toBe('ignored')
    expect(await pipeline.drain('fast')).toEqual([])
  })

  it.each(['drop/folder/', 'plans/x.json', 'uploads/v_short/source', 'anything'])(
    '%s is not for us',
    async key => {
      expect(await takeIn(deps, await put(key))).toBe('ignored')
    },
  )

  it('nor is another bucket', async () => {
    const arrival = { ...(await put('drop/elsewhere.mov')), bucket: 'other' }
    expect(await takeIn(deps, arrival)).toBe('ignored')
  })
})

describe('the event', () => {
  const event = {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2021-11-12T00:00:00Z',
    region: 'ca-central-1',
    resources: ['arn:aws:s3:::example-bucket'],
    detail: {
      version: '0',
      bucket: { name: 'example-bucket' },
      object: {
        key: 'drop/a b+c.mov',
        size: 5,
        etag: 'b1946ac92492d2347c6235b4d2611184',
        'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
        sequencer: '617f08299329d189',
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '1.2.3.4',
      reason: 'PutObject',
    },
  }

  it('is read', () => {
    expect(readArrival(event)).toEqual({
      bucket: 'example-bucket',
      key: 'drop/a b+c.mov',
      sizeBytes: 5,
      etag: 'b1946ac92492d2347c6235b4d2611184',
      sequencer: '617f08299329d189',
    })
  })

  it.each([null, {}, { ...event, source: 'me' }, { ...event, 'detail-type': 'Object Deleted' }])(
    'of any other form is refused: %j',
    wrong => {
      expect(() => readArrival(wrong)).toThrow(MillraceError)
    },
  )
})
