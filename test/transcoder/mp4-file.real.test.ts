// The MP4 people download, from the records and objects of a film: the same packets and the same decoded pictures and sound as
// the tracks it was made of, its index first, in the order in which it is played.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attemptPrefix } from '#domain/keys.ts'
import { silentLog } from '#platform/log.ts'
import { Bytes, boxesOf } from '../../transcoder/boxes.ts'
import { joinTracks, partsOf } from '../../transcoder/mp4.ts'
import { createHeadedWriter } from '../../transcoder/mp4-writer.ts'
import { ffmpeg, ffprobe, makeSource, mediaFolder, planSource } from '../support/media.ts'
import { type Finished, finishedPresentation } from '../support/presentation.ts'

const folder = mediaFolder()
afterAll(folder.remove)

let film: Finished
beforeAll(async () => {
  const path = await makeSource(join(folder.path, 'source.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=30000/1001:d=7'],
    ...['-f', 'lavfi', '-i', 'sine=f=300:d=7:r=44100', '-f', 'lavfi', '-i', 'sine=f=500:d=7'],
    ...['-map', '0', '-map', '1', '-map', '2'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ])
  film = await finishedPresentation(await planSource(path, 'mov'), folder.path)
  const [, second] = film.plan.audio
  if (second) second.language = 'fra'
})

const rung = '240p'
const trackNames = () => [rung, ...film.plan.audio.map(({ track }) => track)]

/** Reads from memory; the file as the store would have it, and how it was sent. */
async function joined(options: { partBytes: number; room: number }) {
  const { plan, tracks, files } = film
  const prefix = attemptPrefix(plan.videoId, plan.attempt)
  const media = {
    readRange: async (key: string, { start, end }: { start: number; end: number }) =>
      Readable.from([files.get(key.slice(prefix.length))?.subarray(start, end + 1)]),
  }
  const sent = new Map<number, Buffer>()
  let isComplete = false
  const writer = createHeadedWriter({
    ...options,
    begin: async () => ({
      part: async (number, body) => void sent.set(number, Buffer.from(body)),
      complete: async () => {
        isComplete = true
      },
      abort: async () => undefined,
    }),
    put: async body => {
      sent.set(1, Buffer.from(body))
      isComplete = true
    },
  })
  const parts = trackNames().map(track => partsOf(tracks.get(track) ?? []))
  const deps = { media: media as never, log: silentLog }
  await joinTracks(deps, new AbortController().signal, { plan, parts, writer })
  expect(isComplete).toBe(true)
  const order = [...sent.keys()]
  const pieces = order.toSorted((a, b) => a - b).map(number => sent.get(number) ?? Buffer.alloc(0))
  return { order, pieces, file: Buffer.concat(pieces) }
}

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder.path, name)
  await writeFile(path, bytes)
  return path
}

/** A track's objects as one fragmented file. */
async function trackFile(track: string): Promise<string> {
  const { plan, tracks, files } = film
  const prefix = attemptPrefix(plan.videoId, plan.attempt)
  const pieces = partsOf(tracks.get(track) ?? []).map(({ key, start, end }) =>
    (files.get(key.slice(prefix.length)) ?? Buffer.alloc(0)).subarray(start, end + 1),
  )
  return written(`${track}.mp4`, Buffer.concat(pieces))
}

/** Times, sizes and contents of the packets of a stream; without what stands beside the sound's first one, that it is not heard. */
const packetsOf = async (path: string, stream: string) =>
  (
    await ffprobe([
      ...['-v', 'error', '-select_streams', stream, '-show_data_hash', 'md5'],
      ...['-show_entries', 'packet=pts_time,dts_time,size,data_hash', '-of', 'csv=p=0', path],
    ])
  )
    .split(/[\n,]/)
    .filter(field => field !== '')

/** What every frame is decoded to; their times are those of the packets. */
const decodedOf = async (path: string, stream: string) =>
  (
    await ffmpeg([
      ...['-v', 'error', '-xerror', '-i', path, '-map', `0:${stream}`, '-f', 'framemd5', '-'],
    ])
  ).stdout
    .toString()
    .split('\n')
    .filter(line => !line.startsWith('#'))
    .map(line => line.split(',').at(-1)?.trim())

describe.each([
  ['in one piece', { partBytes: 64 * 1024 * 1024, room: 500_000 }],
  ['in parts', { partBytes: 60_000, room: 30_000 }],
  ['in parts shorter than its head', { partBytes: 20_000, room: 45_000 }],
])('an MP4 %s', (name, options) => {
  it('has the packets, pictures and sound of its tracks, and its index first', async () => {
    const { file } = await joined(options)
    const path = await written(`${name}.mp4`, file)
    const boxes = boxesOf(new Bytes(file, 'file')).map(({ type }) => type)
    expect(boxes.filter(type => type !== 'free')).toEqual(['ftyp', 'moov', 'mdat'])
    for (const [index, track] of trackNames().entries()) {
      const own = await trackFile(track)
      expect(await packetsOf(path, String(index))).toEqual(await packetsOf(own, '0'))
      const decoded = await decodedOf(own, '0')
      // FFmpeg plays the packet that primes the sound from fragments, and leaves it out of a file.
      expect(await decodedOf(path, String(index))).toEqual(index === 0 ? decoded : decoded.slice(1))
    }
    const tags = await ffprobe([
      ...['-v', 'error', '-show_entries', 'stream_tags=language', '-of', 'csv=p=0', path],
    ])
    expect(tags.trim().split('\n')).toContain('fra')
  })
})

it('is sent as it fills up, what holds its head last, in parts of one length', async () => {
  const { order, pieces } = await joined({ partBytes: 60_000, room: 30_000 })
  expect(order.slice(0, 3)).toEqual([2, 3, 4])
  expect(order.slice(-2)).toEqual([1, order.length])
  expect(new Set(pieces.slice(0, -1).map(({ byteLength }) => byteLength))).toEqual(
    new Set([60_000]),
  )
})

it('is not written where its head is longer than the room that was left for it', async () => {
  await expect(joined({ partBytes: 100_000, room: 2000 })).rejects.toThrow(RangeError)
})
