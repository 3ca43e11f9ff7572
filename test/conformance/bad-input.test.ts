// What is no video, no whole file or no valid link is refused with a stable code and a sentence, and takes nothing with it: the
// next good upload on the same stack becomes ready.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ErrorCode, errorFacts } from '#domain/errors.ts'
import { maxSourceBytes, planParts } from '#domain/parts.ts'
import { createPlaybackSigner } from '#platform/playback-token.ts'
import { fetchOwned } from '../../bench/owner.ts'
import { type Stack, startStack } from '../../bench/stack.ts'
import { call, upload } from '../../bench/upload.ts'
import { openPlayback, readMedia, untilReady, untilVideo } from '../support/contract.ts'
import { makeSource, mediaFolder } from '../support/media.ts'

const folder = mediaFolder()
const at = (name: string) => join(folder.path, name)
let stack: Stack

beforeAll(async () => {
  const film = [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=24:d=4', '-f', 'lavfi', '-i', 'sine=d=4'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '48', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'aac'],
  ]
  await makeSource(at('film.mp4'), film)
  await makeSource(at('index-first.mp4'), [...film, '-movflags', '+faststart'])
  await writeFile(at('captions.srt'), '1\n00:00:00,500 --> 00:00:03,000\nA dark night\n')
  await makeSource(at('captions.mp4'), ['-i', at('captions.srt'), '-c:s', 'mov_text'])
  await writeFile(at('text.mp4'), 'Dear reader, this is a letter.\n'.repeat(200))
  await writeFile(at('playlist.mp4'), '#EXTM3U\n#EXTINF:2,\nhttp://localhost/secret.ts\n')
  for (const name of ['film', 'index-first']) {
    const whole = await readFile(at(`${name}.mp4`))
    await writeFile(at(`${name}-cut.mp4`), whole.subarray(0, whole.length / 2))
  }
  stack = await startStack({ LOG_LEVEL: 'error' })
})

afterAll(async () => {
  await stack?.stop()
  await folder.remove()
})

const saysOf = (code: ErrorCode) => ({ code, message: errorFacts[code].message })

const post = (path: string, json: unknown) =>
  fetchOwned(`${stack.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(json),
  })

async function expectProblem(answer: Response, status: number, code: ErrorCode, members = {}) {
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.status).toBe(status)
  const detail = errorFacts[code].message
  expect(await answer.json()).toMatchObject({ status, code, detail, ...members })
}

let begun = 0
const wanted = (size: number) => {
  begun += 1
  return { name: 'film.mp4', size, type: 'video/mp4', fingerprint: `bad-input-${begun}` }
}
const begin = (size: number) =>
  call<{ videoId: string; partSize: number; partCount: number }>(`${stack.origin}/api/uploads`, {
    method: 'POST',
    json: wanted(size),
  })

/** The store's answer to a body sent to the address of a part. */
async function sendPart(videoId: string, partNumber: number, body: Uint8Array<ArrayBuffer>) {
  const { parts } = await call<{ parts: { url: string }[] }>(
    `${stack.origin}/api/uploads/${videoId}/parts`,
    { method: 'POST', json: { partNumbers: [partNumber] } },
  )
  const answer = await fetch(parts[0]?.url ?? '', { method: 'PUT', body })
  await answer.body?.cancel()
  return answer.status
}

const heldParts = async (videoId: string) => {
  const answer = await fetchOwned(`${stack.origin}/api/uploads/${videoId}/parts`)
  const { parts } = (await answer.json()) as { parts: { partNumber: number }[] }
  return parts.map(({ partNumber }) => partNumber)
}

describe('files that are no whole video', () => {
  it.each<[name: string, file: string, code: ErrorCode]>([
    ['a letter', 'text.mp4', 'source-not-media'],
    ['a playlist', 'playlist.mp4', 'source-is-playlist'],
    ['captions only', 'captions.mp4', 'no-video'],
    ['the first half, index behind', 'film-cut.mp4', 'source-truncated'],
    ['the first half, index in front', 'index-first-cut.mp4', 'source-truncated'],
  ])('%s fails in words', async (_, file, code) => {
    const { videoId } = await upload(stack.origin, at(file))
    const video = await untilVideo(stack, videoId, ({ state }) => state === 'failed')
    expect(video.failure).toEqual(saysOf(code))
    expect(video.playable).toBe(false)
    const playback = await post(`/api/videos/${videoId}/playback`, {})
    expect(playback.status).toBe(409)
    expect(await playback.json()).toMatchObject({
      code: 'not-playable',
      detail: errorFacts[code].message,
    })
  })
})

describe('uploads that do not add up', () => {
  it('refuses an empty file and one beyond the limit before a byte is sent', async () => {
    await expectProblem(await post('/api/uploads', wanted(0)), 400, 'source-empty')
    const tooLarge = await post('/api/uploads', wanted(maxSourceBytes + 1))
    await expectProblem(tooLarge, 413, 'source-too-large')
  })

  it('the store takes a part in its planned size only', async () => {
    const { videoId } = await begin(1000)
    for (const size of [999, 1001]) {
      expect(await sendPart(videoId, 1, new Uint8Array(size))).toBe(403)
    }
    expect(await heldParts(videoId)).toEqual([])
    expect(await sendPart(videoId, 1, new Uint8Array(1000))).toBe(200)
    expect(await heldParts(videoId)).toEqual([1])
  })

  it('complete names the parts that are missing', async () => {
    const { partBytes } = planParts(1)
    const { videoId, partSize, partCount } = await begin(partBytes + 1000)
    expect([partSize, partCount]).toEqual([partBytes, 2])
    expect(await sendPart(videoId, 2, new Uint8Array(1000))).toBe(200)
    const parts = [
      { partNumber: 1, etag: '"00000000000000000000000000000000"' },
      { partNumber: 2, etag: '' },
    ]
    const answer = await post(`/api/uploads/${videoId}/complete`, { parts })
    await expectProblem(answer, 409, 'upload-incomplete', { partNumbers: [1] })
    expect(await heldParts(videoId)).toEqual([2])
  })
})

describe('after all of that', () => {
  let videoId: string
  let otherId: string

  beforeAll(async () => {
    const uploaded = [await upload(stack.origin, at('film.mp4'))]
    uploaded.push(await upload(stack.origin, at('index-first.mp4')))
    ;[videoId = '', otherId = ''] = uploaded.map(one => one.videoId)
    for (const one of uploaded) await untilReady(stack, one.videoId)
  })

  it('a good upload is ready, and only its own valid link plays it', async () => {
    const kept: unknown = JSON.parse(
      await readFile(join(stack.stateFolder, 'secrets.json'), 'utf8'),
    )
    const secret = String(Object(kept).playbackSecret)
    const now = Math.floor(Date.now() / 1000)
    const { url, address } = await openPlayback(stack, videoId)
    const [, token = '', path = ''] = /^\/t\/([^/]+)(\/v\/.*)$/.exec(url) ?? []
    const { segments } = await readMedia(new URL('240p.m3u8', address).href)
    const segment = new URL(segments[0]?.url ?? '').pathname.slice(`/t/${token}`.length)
    const [head = '', claims = '', signature = ''] = token.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const other = (await openPlayback(stack, otherId)).url.split('/')[2] ?? ''
    const sign = (key: string, endsIn: number) =>
      createPlaybackSigner(key).sign({ videoId, epoch: 0, expiresAt: now + endsIn })
    const links: Record<string, string> = {
      forged: await sign('another secret of thirty-two bytes and more', 3600),
      expired: await sign(secret, -1),
      'of another video': other,
      'with a changed byte': `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      'with other claims': `${head}.${Buffer.from(JSON.stringify({ e: 0, exp: now + 9999, v: videoId })).toString('base64url')}.${signature}`,
      'without a signature': `${none}.${claims}.`,
      'without claims': 'x',
    }
    const wrong = [path, segment].flatMap(one => [
      one,
      one.replace('/v/', '/p/'),
      `/t/${one}`,
      ...Object.values(links).map(link => `/t/${link}${one}`),
    ])
    for (const right of [path, segment]) {
      // Twice, so that the edge holds a copy it could give away.
      for (let times = 0; times < 2; times++) {
        const answer = await fetch(`${stack.origin}/t/${token}${right}`)
        expect(answer.status).toBe(200)
        await answer.arrayBuffer()
      }
    }
    const valid = await sign(secret, 60)
    expect((await fetch(`${stack.origin}/t/${valid}${path}`)).status).toBe(200)
    for (const one of wrong) {
      const answer = await fetch(`${stack.origin}${one}`)
      expect([one, answer.status]).toEqual([one, 403])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toMatchObject({ code: 'playback-refused' })
    }
  })
})
