// Real media through the real edge: ranges, caching, validators and cross-origin headers as any player, proxy or site expects
// them, and bytes equal to the whole whatever part is asked for.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Stack, startStack } from '../../bench/stack.ts'
import { upload } from '../../bench/upload.ts'
import { openPlayback, readMedia, untilReady } from '../support/contract.ts'
import { makeSource, mediaFolder } from '../support/media.ts'

const folder = mediaFolder()
let stack: Stack
/** Of a ready video: its multivariant playlist, and an object of media. */
let main: string
let object: string
/** A playlist that was asked for while it grew. */
let growing: { list: string; playback: string }

beforeAll(async () => {
  const clip = await makeSource(`${folder.path}/film.mp4`, [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=24:d=6', '-f', 'lavfi', '-i', 'sine=d=6'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ])
  stack = await startStack({ LOG_LEVEL: 'warn' })
  const { videoId } = await upload(stack.origin, clip)
  const playback = (await openPlayback(stack, videoId)).address
  growing = { playback, list: new URL('240p.m3u8', playback).href }
  await untilReady(stack, videoId)
  main = (await openPlayback(stack, videoId)).address
  object = (await readMedia(new URL('240p.m3u8', main).href)).segments[0]?.url ?? ''
})

afterAll(async () => {
  await stack?.stop()
  await folder.remove()
})

const year = 'public, max-age=31536000, immutable'

interface Answer {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** With an Origin of another site unless told otherwise: every header it sees is one such a page gets. */
async function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(url, {
    method,
    headers: { origin: 'https://elsewhere.example', ...headers },
  })
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body } as Answer
}

const xCacheOf = ({ headers }: Answer) => headers['x-cache']?.split(' ')[0]

describe('ranges of an object', () => {
  let whole: Buffer
  let size: number

  beforeAll(async () => {
    const answer = await get(object)
    expect(answer.status).toBe(200)
    whole = answer.body
    size = whole.length
    expect(answer.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': String(size),
      'content-type': 'video/mp4',
    })
  })

  it('gives exactly the bytes asked for, and says which', async () => {
    const asked: [range: string, start: number, end: number][] = [
      ['bytes=0-0', 0, 0],
      [`bytes=${size - 1}-${size - 1}`, size - 1, size - 1],
      ['bytes=100-999', 100, 999],
      ['bytes=-500', size - 500, size - 1],
      [`bytes=-${size + 500}`, 0, size - 1],
      ['bytes=1000-', 1000, size - 1],
      [`bytes=1000-${size + 5000}`, 1000, size - 1],
      ['bytes=0-', 0, size - 1],
    ]
    for (const [range, start, end] of asked) {
      const { status, headers, body } = await get(object, { range })
      expect([range, status]).toEqual([range, 206])
      expect(headers).toMatchObject({
        'content-range': `bytes ${start}-${end}/${size}`,
        'content-length': String(end + 1 - start),
        'content-type': 'video/mp4',
        'cache-control': year,
      })
      expect(body.equals(whole.subarray(start, end + 1))).toBe(true)
    }
  })

  it('refuses what lies beyond the end, and ignores what is no range', async () => {
    for (const range of [`bytes=${size}-`, `bytes=${size + 10}-${size + 20}`, 'bytes=-0']) {
      const { status, headers } = await get(object, { range })
      expect([range, status]).toEqual([range, 416])
      expect(headers['content-range']).toBe(`bytes */${size}`)
      expect(headers['cache-control']).toBe('no-store')
    }
    for (const range of ['bytes=9-3', 'bytes=a-b', 'chunks=0-1', 'bytes']) {
      const { status, body } = await get(object, { range })
      expect([range, status]).toEqual([range, 200])
      expect(body.equals(whole)).toBe(true)
    }
  })

  it('answers If-Range by the whole when the object is another one', async () => {
    const { headers } = await get(object)
    const range = 'bytes=0-9'
    expect((await get(object, { range, 'if-range': headers['etag'] ?? '' })).status).toBe(206)
    expect((await get(object, { range, 'if-range': '"another"' })).status).toBe(200)
  })
})

describe('caching', () => {
  it('keeps everything finished for a year and answers again from the edge', async () => {
    const { segments, maps } = await readMedia(new URL('audio0.m3u8', main).href)
    const sound = segments[0]?.url ?? ''
    expect(maps[0]?.url).toBe(sound)
    const iframes = new URL('240p.iframes.m3u8', main).href
    for (const url of [sound, iframes]) {
      const first = await get(url)
      const second = await get(url)
      expect([xCacheOf(first), xCacheOf(second)]).toEqual(['Miss', 'Hit'])
      expect(Number(second.headers['age'])).toBeGreaterThanOrEqual(0)
      for (const { status, headers } of [first, second]) {
        expect(status).toBe(200)
        expect(headers['cache-control']).toBe(year)
      }
      expect(second.body.equals(first.body)).toBe(true)
      const ranged = await get(url, { range: 'bytes=1-9' })
      expect([ranged.status, xCacheOf(ranged)]).toEqual([206, 'Hit'])
      expect(ranged.body.equals(first.body.subarray(1, 10))).toBe(true)
    }
  })

  it('answers 304 to whoever has it already', async () => {
    for (const url of [main, object]) {
      const { headers } = await get(url)
      const etag = headers['etag'] ?? ''
      expect(etag).toMatch(/^(W\/)?".+"$/)
      for (const tags of [etag, `"other", ${etag}`, '*', `W/${etag.replace(/^W\//, '')}`]) {
        const again = await get(url, { 'if-none-match': tags })
        expect([tags, again.status, again.body.length]).toEqual([tags, 304, 0])
        expect(again.headers).toMatchObject({ etag, 'cache-control': year })
      }
      expect((await get(url, { 'if-none-match': '"other"' })).status).toBe(200)
    }
  })

  it('keeps what grows for a second only', async () => {
    for (const url of [growing.playback, growing.list]) {
      const { status, headers } = await get(url)
      expect(status).toBe(200)
      expect(headers['cache-control']).toBe('public, max-age=1')
      expect(headers['content-type']).toBe('application/vnd.apple.mpegurl')
      const again = await get(url)
      expect(['Hit', 'Miss', 'RefreshHit']).toContain(xCacheOf(again))
      expect(Number(again.headers['age'] ?? 0)).toBeLessThanOrEqual(1)
    }
  })

  it('never keeps an answer of the API', async () => {
    const { headers } = await get(`${stack.origin}/api/videos`)
    expect(headers['cache-control']).toBe('no-store')
    expect(headers['x-cache']).toBeUndefined()
  })
})

describe('other sites and other methods', () => {
  it('lets a page of any site play, and read what it needs to', async () => {
    for (const url of [main, object, growing.list]) {
      for (const answer of [await get(url), await get(url, { range: 'bytes=0-0' })]) {
        expect(answer.headers['access-control-allow-origin']).toBe('*')
        const exposed = answer.headers['access-control-expose-headers']?.split(', ')
        expect(exposed).toEqual(
          expect.arrayContaining(['Content-Range', 'Accept-Ranges', 'Content-Length', 'ETag']),
        )
        expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
      }
      const preflight = await get(
        url,
        { 'access-control-request-method': 'GET', 'access-control-request-headers': 'range' },
        'OPTIONS',
      )
      expect(preflight.status).toBe(204)
      expect(preflight.headers['access-control-allow-headers']).toMatch(/\bRange\b/)
    }
  })

  it('HEAD says what GET would, without a body', async () => {
    for (const url of [main, object]) {
      const plain = { 'accept-encoding': 'identity' }
      const whole = await get(url, plain)
      const head = await get(url, plain, 'HEAD')
      expect([head.status, head.body.length]).toEqual([200, 0])
      for (const name of ['content-length', 'content-type', 'etag', 'cache-control']) {
        expect([name, head.headers[name]]).toEqual([name, whole.headers[name]])
      }
      expect(head.headers['content-length']).toBe(String(whole.body.length))
    }
  })

  it('takes no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      expect([method, (await get(object, {}, method)).status]).toEqual([method, 405])
    }
  })
})
