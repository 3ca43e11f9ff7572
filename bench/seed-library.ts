// Fills the table of a running stack with videos that were never uploaded: records of every state, for most of them nothing but the
// record. Some have pictures, so that a page looks and costs as it does in life.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import { type Count, type Meta, newCount, toCountItem, toMetaItem } from '#domain/item.ts'
import {
  mediaKey,
  posterName,
  rungTrack,
  sourceKey,
  storyboardName,
  storyboardSheetName,
} from '#domain/keys.ts'
import { toVideoId, type VideoState } from '#domain/video.ts'
import { createTableClient } from '#platform/clients.ts'
import { readServices } from '#platform/env.ts'
import { soleOwnerId } from '#platform/identity.ts'
import { createTable } from '#platform/table.ts'
import type { Stack } from './stack.ts'

const run = promisify(execFile)
const rungs = [240, 360, 480, 720, 1080]
const subjects = ['Lake', 'Café', 'Žižkov', 'Night train', 'Harbour', 'Interview', 'Rome', 'Garden']
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

export interface SeedOptions {
  videos: number
  /** Of the newest, how many have a poster and a storyboard. */
  pictured: number
  /** Of the newest, how many are being processed. They stay so: nobody works on them. */
  processing?: number
}

const stateOf = (index: number, processing: number): VideoState => {
  if (index < processing) return index % 4 === 0 ? 'queued' : 'processing'
  return index % 23 === 9 ? 'failed' : index % 41 === 7 ? 'uploading' : 'ready'
}

/** Every third stands upright, as a phone's do. */
const isTall = (index: number) => index % 3 === 2

function metaOf(index: number, processing: number): Meta {
  const bytes = Buffer.alloc(24)
  bytes.writeUInt32BE(index + 1, 8)
  const videoId = toVideoId(bytes)
  const state = stateOf(index, processing)
  const planned = state === 'ready' || state === 'processing'
  const [width, height] = isTall(index) ? [1080, 1920] : [1920, 1080]
  return {
    videoId,
    ownerId: soleOwnerId,
    title: `${subjects[index % subjects.length]} ${index + 1}`,
    state,
    attempt: state === 'uploading' ? 0 : 1,
    liveAttempt: state === 'ready' ? 1 : 0,
    version: 3,
    createdAt: Date.now() / 1000 - index * 600,
    source: { key: sourceKey(videoId), sizeBytes: 4_000_000 + ((index * 7919) % 900) * 1_000_000 },
    ...(planned
      ? {
          facts: {
            ...{ durationSeconds: 20 + ((index * 617) % 3600), width, height, rungs },
            ...{ audioTracks: 1, totalWork: 100 },
          },
        }
      : {}),
    ...(state === 'failed'
      ? { failure: { code: 'source-truncated', message: 'The file is incomplete.' } }
      : {}),
  }
}

function countOf(meta: Meta, pictured: boolean): Count {
  const done = meta.state === 'processing' ? 12 : 0
  const count = newCount(rungs.map(rungTrack), 1)
  return {
    ...count,
    seconds: { ...count.seconds, '240p': done * 100, '360p': done },
    firstPicture: true,
    firstSound: true,
    poster: pictured,
    storyboard: pictured,
  }
}

/** A few picture sets; videos share them. */
async function makePictures(
  folder: string,
  tall: boolean,
): Promise<[name: string, body: Buffer][]> {
  const size = tall ? '90x160' : '160x90'
  const picture = tall ? '540x960' : '960x540'
  const poster = join(folder, `poster-${size}.jpg`)
  const sheet = join(folder, `sheet-${size}.jpg`)
  const source = (of: string) => [
    '-f',
    'lavfi',
    '-i',
    `gradients=s=${of}:d=10:r=1:speed=0.1:seed=7`,
  ]
  await run('ffmpeg', ['-y', ...source(picture), '-frames:v', '1', poster])
  await run('ffmpeg', ['-y', ...source(size), '-vf', 'tile=5x2', '-frames:v', '1', sheet])
  const [w = 0, h = 0] = size.split('x').map(Number)
  const clock = (second: number) => `00:00:${String(second).padStart(2, '0')}.000`
  const cues = Array.from({ length: 10 }, (_, i) => {
    const place = `${(i % 5) * w},${Math.floor(i / 5) * h},${w},${h}`
    return `${clock(i * 2)} --> ${clock(i * 2 + 2)}\n${storyboardSheetName(0)}#xywh=${place}\n`
  })
  return [
    [posterName, await readFile(poster)],
    [storyboardSheetName(0), await readFile(sheet)],
    [storyboardName, Buffer.from(`WEBVTT\n\n${cues.join('\n')}`)],
  ]
}

async function putPictures(stack: Stack, metas: readonly Meta[]): Promise<void> {
  if (metas.length === 0) return
  const folder = await mkdtemp(join(tmpdir(), 'millrace-seed-'))
  const s3 = new S3Client({
    ...{ region: 'us-east-1', endpoint: stack.endpoint, forcePathStyle: true, credentials },
  })
  try {
    const [wide, tall] = [await makePictures(folder, false), await makePictures(folder, true)]
    for (const [index, { videoId, attempt }] of metas.entries()) {
      for (const [name, Body] of isTall(index) ? tall : wide) {
        const Key = mediaKey(videoId, attempt, name)
        const facts = { ContentType: contentTypeOf(Key), CacheControl: mediaCacheControl }
        await s3.send(new PutObjectCommand({ Bucket: 'millrace-media', Key, Body, ...facts }))
      }
    }
  } finally {
    s3.destroy()
    await rm(folder, { recursive: true, force: true })
  }
}

const writesAtOnce = 16

/** The newest first. */
export async function seedLibrary(stack: Stack, options: SeedOptions): Promise<Meta[]> {
  const { videos, pictured, processing = 0 } = options
  const env = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: stack.endpoint }
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey
  const client = createTableClient(readServices(env))
  const table = createTable({ client, tableName: 'millrace-videos' })
  const metas = Array.from({ length: videos }, (_, index) => metaOf(index, processing))
  await putPictures(stack, metas.slice(0, pictured))
  const left = metas.entries()
  const writer = async () => {
    for (const [index, meta] of left) {
      const counted = meta.attempt > 0 && meta.state !== 'queued'
      const count = toCountItem(meta.videoId, 1, countOf(meta, index < pictured))
      if (counted) await table.create(count)
      await table.create(toMetaItem(meta))
    }
  }
  await Promise.all(Array.from({ length: writesAtOnce }, writer))
  client.destroy()
  return metas
}
