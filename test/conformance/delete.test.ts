// Deleting leaves nothing but a tombstone: no object, no record, no unfinished upload of the video, whether it was ready, at work
// or still arriving. Its links end at once, its watchers are told, and its neighbours stay as they are.

import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createStoreClient } from '#platform/clients.ts'
import { fetchOwned } from '../../bench/owner.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call, upload } from '../../bench/upload.ts'
import { openPlayback, untilReady, untilVideo } from '../support/contract.ts'
import { record } from '../support/event-source.ts'
import { makeSource, mediaFolder } from '../support/media.ts'

const region = 'us-east-1'
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
const folder = mediaFolder()
const film = `${folder.path}/film.mp4`
const clip = `${folder.path}/clip.mp4`
let stack: Stack

beforeAll(async () => {
  await makeSource(film, [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=24:d=20', '-f', 'lavfi', '-i', 'sine=d=20'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ])
  await makeSource(clip, ['-i', film, '-t', '2', '-c', 'copy'])
  // A worker hears at its next heartbeat, a third of its lease, that its video is gone.
  stack = await startStack({ LOG_LEVEL: 'warn', LEASE_SECONDS: '3' })
})

afterAll(async () => {
  await stack?.stop()
  await folder.remove()
})

/** Everything the stack holds that names the video: objects, unfinished uploads, records. */
async function heldOf(videoId: string): Promise<string[]> {
  const { endpoint } = stack
  const s3 = createStoreClient({
    region,
    endpoint,
    s3: { region, endpoint, forcePathStyle: true, credentials },
  })
  const held: string[] = []
  for (const Bucket of ['millrace-source', 'millrace-media']) {
    const uploads = await s3.send(new ListMultipartUploadsCommand({ Bucket }))
    for (const { Key } of uploads.Uploads ?? []) held.push(`upload ${Key}`)
    let ContinuationToken: string | undefined
    do {
      const next = ContinuationToken ? { ContinuationToken } : {}
      const page = await s3.send(new ListObjectsV2Command({ Bucket, ...next }))
      for (const { Key } of page.Contents ?? []) held.push(`object ${Key}`)
      ContinuationToken = page.NextContinuationToken
    } while (ContinuationToken)
  }
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ region, endpoint, credentials }))
  for await (const { Items } of paginateScan({ client }, { TableName: 'millrace-videos' })) {
    for (const item of Items ?? []) {
      const named = JSON.stringify(item).includes(videoId)
      // That it was deleted, and by whom, stays.
      const isEntry = String(item['pk']).startsWith('AUDIT#')
      if (named && !isEntry) held.push(`record ${item['pk']} ${item['sk']} ${videoId}`)
    }
  }
  return held.filter(one => one.includes(videoId)).sort()
}

const tombstone = (videoId: string) => [`record VIDEO#${videoId} META ${videoId}`]

const untilHeld = (videoId: string, wanted: string[]) =>
  expect.poll(() => heldOf(videoId), { timeout: 40_000, interval: 250 }).toEqual(wanted)

const send = (method: string, path: string) => fetchOwned(`${stack.origin}${path}`, { method })
const statusOf = async (address: string) => {
  const answer = await fetch(address)
  await answer.body?.cancel()
  return answer.status
}

/** Waits until no worker has or waits for a message. */
const untilIdle = () =>
  expect
    .poll(
      async () => {
        const { queues } = await call<{ queues: Record<string, Record<string, number>> }>(
          `${stack.origin}/status`,
        )
        return Object.values(queues).flatMap(depth => Object.values(depth))
      },
      { timeout: 60_000, interval: 250 },
    )
    .toSatisfy((counts: number[]) => counts.every(count => count === 0))

const eventsOf = (videoId: string, lastEventId?: string) =>
  fetchOwned(`${stack.origin}/api/videos/${videoId}/events`, {
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  })

const gone = (videoId: string) => [
  { event: 'gone', id: undefined, data: { videoId } },
  { event: 'done', id: '0', data: {} },
]

/** Deletes while somebody watches: links open nothing once the call has answered, and every watcher is told. */
async function deleteWatched(videoId: string, links: string[]): Promise<void> {
  const watcher = record(await eventsOf(videoId))
  await watcher.until(1)
  for (const link of links) expect(await statusOf(link)).toBe(200)
  expect((await send('DELETE', `/api/videos/${videoId}`)).status).toBe(202)
  for (const link of links) expect([link, await statusOf(link)]).toEqual([link, 403])
  expect((await send('GET', `/api/videos/${videoId}`)).status).toBe(404)
  expect((await send('POST', `/api/videos/${videoId}/playback`)).status).toBe(404)
  expect((await eventsOf(videoId)).status).toBe(404)
  const listed = await call<{ videos: { videoId: string }[] }>(`${stack.origin}/api/videos`)
  expect(listed.videos.map(video => video.videoId)).not.toContain(videoId)
  await watcher.ended
  const [first] = watcher.events
  const wasFinal = watcher.events[1]?.event === 'done'
  if (!wasFinal) expect(watcher.events.slice(-2)).toEqual(gone(videoId))
  const again = record(await eventsOf(videoId, first?.id))
  await again.ended
  expect(again.events).toEqual(gone(videoId))
  expect((await eventsOf(videoId, '0')).status).toBe(204)
}

async function uploadHalf(): Promise<string> {
  const size = 9_000_000
  const { videoId } = await call<{ videoId: string }>(`${stack.origin}/api/uploads`, {
    method: 'POST',
    json: { name: 'half.mp4', size, type: 'video/mp4', fingerprint: `half-${Math.random()}` },
  })
  const { parts } = await call<{ parts: { url: string; size: number }[] }>(
    `${stack.origin}/api/uploads/${videoId}/parts`,
    { method: 'POST', json: { partNumbers: [2] } },
  )
  const [part] = parts
  const body = new Uint8Array(part?.size ?? 0)
  expect((await fetch(part?.url ?? '', { method: 'PUT', body })).status).toBe(200)
  expect(await heldOf(videoId)).toHaveLength(3)
  return videoId
}

it('a ready video goes, its neighbour stays', async () => {
  const [{ videoId }, { videoId: neighbour }] = [
    await upload(stack.origin, clip),
    await upload(stack.origin, clip),
  ]
  await untilReady(stack, videoId)
  await untilReady(stack, neighbour)
  await untilIdle()
  const before = await heldOf(neighbour)
  const { address, posterUrl } = await openPlayback(stack, videoId)
  const links = [address, `${stack.origin}${posterUrl}`]
  const neighbourLink = (await openPlayback(stack, neighbour)).address

  await deleteWatched(videoId, links)
  await untilHeld(videoId, tombstone(videoId))
  expect(await heldOf(neighbour)).toEqual(before)
  expect(await statusOf(neighbourLink)).toBe(200)
  // Again, by somebody whose answer was lost.
  expect((await send('DELETE', `/api/videos/${videoId}`)).status).toBe(202)
})

it('a video at work goes, and no worker brings anything back', async () => {
  const { videoId } = await upload(stack.origin, film)
  const { address } = await openPlayback(stack, videoId)
  await untilVideo(stack, videoId, ({ state, playable }) => state === 'processing' && playable)
  const list = new URL('240p.m3u8', address).href
  await deleteWatched(videoId, [address, list])
  await untilIdle()
  // What a worker was just storing while it was cut off is left to the second sweep; a second call sends one.
  const objects = (await heldOf(videoId)).filter(one => one.startsWith('object v/'))
  expect(await heldOf(videoId)).toEqual([...objects, ...tombstone(videoId)])
  expect((await send('DELETE', `/api/videos/${videoId}`)).status).toBe(202)
  await untilHeld(videoId, tombstone(videoId))
})

it('an unfinished upload goes without a trace', async () => {
  const videoId = await uploadHalf()
  expect((await send('DELETE', `/api/uploads/${videoId}`)).status).toBe(204)
  expect(await heldOf(videoId)).toEqual([])
  expect((await send('GET', `/api/uploads/${videoId}/parts`)).status).toBe(404)
  expect((await send('DELETE', `/api/uploads/${videoId}`)).status).toBe(204)
})

it('an unfinished upload deleted as a video goes too', async () => {
  const videoId = await uploadHalf()
  await deleteWatched(videoId, [])
  await untilHeld(videoId, tombstone(videoId))
})
