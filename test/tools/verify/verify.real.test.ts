// Other makers' streams: what can be looked at is, what can't be is said, and a fault ends with 1.
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { verifyTarget } from '../../../tools/verify/main.ts'
import { ffmpeg, mediaFolder } from '../../support/media.ts'

const folder = mediaFolder()
const at = (name: string) => join(folder.path, name)

const source = [
  ...['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=30:d=8'],
  ...['-f', 'lavfi', '-i', 'sine=d=8', '-c:v', 'libx264', '-preset', 'ultrafast'],
  ...['-g', '60', '-keyint_min', '60', '-sc_threshold', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
]
const hls = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type']
const fmp4 = ['-hls_segment_type', 'fmp4']

/** Files of the folder with ranges, as a plain server gives them. */
const server = createServer(async (request, response) => {
  const path = at((request.url ?? '').split('?', 1)[0]?.slice(1) ?? '')
  const size = await stat(path).then(
    found => found.size,
    () => null,
  )
  if (size === null) {
    response.writeHead(404).end()
    return
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  if (!range) {
    response.writeHead(200, { 'content-length': size })
    createReadStream(path).pipe(response)
    return
  }
  const [start, end] = [Number(range[1]), Math.min(Number(range[2]), size - 1)]
  response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${size}` })
  createReadStream(path, { start, end }).pipe(response)
})

beforeAll(async () => {
  for (const name of ['files', 'one', 'event', 'ts', 'muxed']) await mkdir(at(name))
  const video = ['-map', '0:v']
  const files = ['-hls_fmp4_init_filename', 'init.mp4']
  await ffmpeg([...source, ...video, ...hls, 'vod', ...fmp4, ...files, at('files/list.m3u8')])
  const single = ['-hls_flags', 'single_file']
  await ffmpeg([...source, ...video, ...hls, 'vod', ...fmp4, ...single, at('one/list.m3u8')])
  const open = ['-hls_flags', 'omit_endlist']
  await ffmpeg([...source, ...video, ...hls, 'event', ...fmp4, ...open, at('event/list.m3u8')])
  await ffmpeg([...source, ...hls, 'vod', at('ts/list.m3u8')])
  await ffmpeg([...source, ...hls, 'vod', ...fmp4, at('muxed/list.m3u8')])
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  server.close()
  await folder.remove()
})

const rules = async (target: string) =>
  (await verifyTarget(target, { decode: 'sample' })).findings.map(
    ({ rule, level }) => `${level} ${rule}`,
  )

it.each([
  ['segments in files of their own', 'files', []],
  ['segments in one file', 'one', []],
  ['a playlist that grows', 'event', ['note live']],
  ['MPEG-TS', 'ts', ['note not-checked']],
  ['picture and sound in one file', 'muxed', ['note not-checked']],
])('%s', async (_, name, expected) => {
  expect(await rules(at(`${name}/list.m3u8`))).toEqual(expected)
})

it('reads addresses by range, and says what is not there', async () => {
  const address = server.address()
  const port = address !== null && typeof address === 'object' ? address.port : 0
  const origin = `http://127.0.0.1:${port}`
  expect(await rules(`${origin}/one/list.m3u8`)).toEqual([])
  expect(await rules(`${origin}/files/list.m3u8?token=x`)).toEqual([])
  expect(await rules(`${origin}/none.m3u8`)).toEqual(['fault missing'])
})

it('ends with 1 for a fault and with 0 without one', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['tools/verify/main.ts', '--no-decode', ...args])
  const list = at('files/list.m3u8')
  expect((await run(list)).stdout).toMatch(/^0 faults, 0 warnings in 1 playlist, 4 segments/)
  const text = await readFile(list, 'utf8')
  await writeFile(at('files/wrong.m3u8'), text.replace('#EXTINF:2.0', '#EXTINF:1.9'))
  await expect(run(at('files/wrong.m3u8'))).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('wrong.m3u8#0  fault  duration  EXTINF is 1.9'),
  })
  await expect(run('--json', at('files/wrong.m3u8'))).rejects.toMatchObject({
    stdout: expect.stringContaining('"rule": "duration"'),
  })
})
