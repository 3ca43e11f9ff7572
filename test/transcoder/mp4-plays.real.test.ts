// The MP4 people download in a real browser, at its beginning, at its end and after a jump: as it is written, and with most of
// its samples behind the first 4 GiB of the file.
import { createReadStream } from 'node:fs'
import { open, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { attemptPrefix } from '#domain/keys.ts'
import { silentLog } from '#platform/log.ts'
import { joinTracks, partsOf } from '../../transcoder/mp4.ts'
import { writeHead } from '../../transcoder/mp4-movie.ts'
import { readTrack } from '../../transcoder/mp4-reader.ts'
import { createHeadedWriter } from '../../transcoder/mp4-writer.ts'
import { createSampleTable } from '../../transcoder/sample-table.ts'
import { parseRange } from '../../transcoder/source-server.ts'
import { openBrowser } from '../support/browser.ts'
import { ffprobe, makeSource, mediaFolder, planSource } from '../support/media.ts'
import { type Finished, finishedPresentation } from '../support/presentation.ts'

const folder = mediaFolder()
afterAll(folder.remove)

const seconds = 7
const rung = '240p'
const { signal } = new AbortController()
let film: Finished
let written: string

beforeAll(async () => {
  const path = await makeSource(join(folder.path, 'source.mp4'), [
    ...['-f', 'lavfi', '-i', `testsrc2=s=320x240:r=25:d=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=d=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ])
  film = await finishedPresentation(await planSource(path, 'mov'), folder.path)
  written = join(folder.path, 'video.mp4')
  const writer = createHeadedWriter({
    ...{ partBytes: 64 * 1024 * 1024, room: 500_000 },
    begin: () => Promise.reject(new Error('it is one piece')),
    put: body => writeFile(written, body),
  })
  const parts = [rung, ...film.plan.audio.map(({ track }) => track)].map(partsOfTrack)
  await joinTracks({ media: store(), log: silentLog }, signal, { plan: film.plan, parts, writer })
})

const partsOfTrack = (track: string) => partsOf(film.tracks.get(track) ?? [])

/** The film's objects, from memory. */
function store() {
  const { plan, files } = film
  const prefix = attemptPrefix(plan.videoId, plan.attempt)
  return {
    readRange: async (key: string, { start, end }: { start: number; end: number }) =>
      Readable.from([files.get(key.slice(prefix.length))?.subarray(start, end + 1)]),
  } as never
}

/** The picture alone: its first fragment at the beginning, all others behind so many bytes of nothing. */
async function withGap(path: string, gap: number): Promise<void> {
  const options = { media: store(), runBytes: 1024 * 1024, signal, log: silentLog }
  const { init, trak, next } = await readTrack(partsOfTrack(rung), options)
  const table = createSampleTable()
  const room = 100_000
  const file = await open(path, 'w')
  let dataBytes = 0
  for (let fragment = await next(); fragment; fragment = await next()) {
    table.add(fragment, dataBytes)
    await file.write(fragment.data, 0, fragment.data.byteLength, room + dataBytes)
    dataBytes += fragment.data.byteLength + (dataBytes === 0 ? gap : 0)
  }
  const head = writeHead({ tracks: [{ init, trak, language: null, table }], dataBytes }, room)
  await file.write(head, 0, room, 0)
  await file.close()
}

/** A page with the file in a player; ranges are answered as an edge does. */
async function servePlayer(path: string): Promise<string> {
  const { size } = await stat(path)
  const server = createServer((request, response) => {
    if (request.url !== '/video.mp4') {
      response.setHeader('content-type', 'text/html')
      response.end('<!doctype html><video muted preload="auto" src="/video.mp4"></video>')
      return
    }
    const range = parseRange(request.headers.range, size)
    if (range === 'unsatisfiable') return void response.writeHead(416).end()
    const { start, end } = range ?? { start: 0, end: size }
    response.writeHead(range ? 206 : 200, {
      ...{ 'accept-ranges': 'bytes', 'content-type': 'video/mp4', 'content-length': end - start },
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
    })
    const body = createReadStream(path, { start, end: end - 1 })
    body.pipe(response).once('close', () => body.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return `http://127.0.0.1:${address.port}/`
}

/** What a viewer who begins, jumps to near the end and waits for it has seen. */
async function watch(path: string) {
  const browser = await openBrowser()
  const page = await browser.newPage()
  await page.goto(await servePlayer(path))
  return page.evaluate(async jump => {
    const video = document.querySelector('video') as HTMLVideoElement
    const until = (event: string) =>
      new Promise<void>((resolve, reject) => {
        video.addEventListener(event, () => resolve(), { once: true })
        video.addEventListener('error', () => reject(new Error(video.error?.message)))
      })
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) await until('loadeddata')
    const began = video.currentTime
    const moved = until('timeupdate')
    await video.play()
    await moved
    const jumped = until('seeked')
    video.currentTime = jump
    await jumped
    if (!video.ended) await until('ended')
    return {
      ...{ began, ended: video.currentTime, seconds: video.duration },
      frames: video.getVideoPlaybackQuality().totalVideoFrames,
      height: video.videoHeight,
    }
  }, seconds - 2)
}

const packetsOf = async (path: string, entries: string) =>
  (
    await ffprobe([
      ...['-v', 'error', '-select_streams', 'v', '-show_data_hash', 'md5'],
      ...['-show_entries', `packet=${entries}`, '-of', 'csv=p=0', path],
    ])
  )
    .trim()
    .split('\n')

it('plays in a browser from its beginning, and from where a viewer jumps to', async () => {
  const seen = await watch(written)
  expect(seen.began).toBe(0)
  expect(seen.ended).toBeCloseTo(seconds, 1)
  expect(seen.height).toBe(240)
  expect(seen.frames).toBeGreaterThan(30)
})

it('is read and played where its samples lie behind 4 GiB', async () => {
  const path = join(folder.path, 'long.mp4')
  await withGap(path, 2 ** 32)
  expect((await stat(path)).size).toBeGreaterThan(2 ** 32)
  const packets = await packetsOf(path, 'dts_time,size,data_hash')
  expect(packets).toEqual(await packetsOf(written, 'dts_time,size,data_hash'))
  expect(Number((await packetsOf(path, 'pos')).at(-1))).toBeGreaterThan(2 ** 32)
  const seen = await watch(path)
  expect(seen.ended).toBeCloseTo(seconds, 1)
  expect(seen.frames).toBeGreaterThan(30)
})
