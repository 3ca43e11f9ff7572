// The gate: what opens a video, and every token found that should not.
import { beforeAll, describe, expect, it } from 'vitest'
import { buildGate, maxFunctionBytes } from '../../infra/edge/build.ts'
import { createEdgeFunction, isFunctionResponse } from '../../local/edge-function.ts'
import {
  ask,
  exp,
  forge,
  gate,
  goodToken,
  nowSeconds,
  olderSecret,
  other,
  secret,
  sign,
  uriAfter,
  video,
} from '../support/gate.ts'

let token: string
beforeAll(async () => {
  token = await goodToken()
})

describe('what passes', () => {
  it.each([
    ['v', '1/main.m3u8'],
    ['v', '12/1080p/7.Ab0.mp4'],
    ['v', '1/storyboard-2.jpg'],
    ['v', '1/720p.iframes.m3u8'],
    ['p', '1/3/native-720p.m3u8'],
  ])('/%s/…/%s, without the token', async (kind, rest) => {
    expect(await uriAfter(`/t/${token}/${kind}/${video}/${rest}`)).toBe(`/${kind}/${video}/${rest}`)
  })

  it('leaves query, method and headers as they are', async () => {
    const request = ask(`/t/${token}/p/${video}/1/1/main.m3u8`, 'HEAD')
    expect(await gate(structuredClone(request))).toEqual({
      ...request,
      uri: `/p/${video}/1/1/main.m3u8`,
    })
  })

  it('a token of the older secret', async () => {
    const older = await sign({ e: 0, v: video, exp }, { key: olderSecret })
    expect(await uriAfter(`/t/${older}/v/${video}/1/a.mp4`)).toBe(`/v/${video}/1/a.mp4`)
  })

  it('a header with typ before alg, claims in any order', async () => {
    const swapped = forge('{"typ":"JWT","alg":"HS256"}', { v: video, exp, e: 0 })
    expect(await uriAfter(`/t/${swapped}/v/${video}/1/a.mp4`)).toBe(`/v/${video}/1/a.mp4`)
  })

  it.each([3, 4])('of a video whose older links were ended, a token of epoch %i', async e => {
    const fresh = await sign({ e, v: other, exp })
    expect(await uriAfter(`/t/${fresh}/v/${other}/1/a.mp4`)).toBe(`/v/${other}/1/a.mp4`)
  })

  it.each([
    ['203.0.113', '203.0.113.200'],
    ['2001:db8:1', '2001:0DB8:0001:2::3'],
    ['2001:db8:0', '2001:db8::7'],
  ])('a token of the network %s for %s', async (a, ip) => {
    const bound = await sign({ a, e: 0, exp, v: video })
    expect(await uriAfter(`/t/${bound}/v/${video}/1/a.mp4`, { ip })).toBe(`/v/${video}/1/a.mp4`)
  })

  it.each([
    ['www.example.com', { referer: 'https://www.example.com/a/page?x=https://evil.example/' }],
    ['www.example.com', { referer: 'https://WWW.Example.com' }],
    ['localhost:3000', { referer: 'http://localhost:3000/' }],
    ['www.example.com', { origin: 'https://www.example.com' }],
  ])('a token of pages of %s for %j', async (r, headers) => {
    const bound = await sign({ e: 0, exp, r, v: video })
    const path = `/t/${bound}/v/${video}/1/a.mp4`
    expect(await uriAfter(path, { headers })).toBe(`/v/${video}/1/a.mp4`)
  })

  it('a preflight, which gets nothing', async () => {
    expect(await uriAfter(`/t/x/v/${video}/1/a.mp4`, { method: 'OPTIONS' })).toBe('204')
  })
})

describe('tokens that open nothing', () => {
  const good = { alg: 'HS256', typ: 'JWT' }
  const claims = { e: 0, v: video, exp }
  const cases: [string, () => string | Promise<string>][] = [
    [
      'alg none without a signature',
      () => `${forge({ alg: 'none', typ: 'JWT' }, claims)}`.replace(/[^.]+$/, ''),
    ],
    ['alg none, signed all the same', () => forge({ alg: 'none', typ: 'JWT' }, claims)],
    ['alg HS512', () => forge({ alg: 'HS512', typ: 'JWT' }, claims)],
    ['alg hs256', () => forge({ alg: 'hs256', typ: 'JWT' }, claims)],
    ['alg ES256, keyed by the secret', () => forge({ alg: 'ES256', typ: 'JWT' }, claims)],
    ['a key in the header', () => forge({ ...good, jwk: { kty: 'oct', k: '' } }, claims)],
    ['alg RS256', () => forge({ alg: 'RS256', typ: 'JWT' }, claims)],
    ['no typ', () => sign(claims, { header: {} })],
    ['a key id', () => sign(claims, { header: { typ: 'JWT', kid: '../../etc' } })],
    ['a critical extension', () => forge({ ...good, crit: ['b64'], b64: false }, claims)],
    ['alg given twice', () => forge('{"alg":"none","alg":"HS256","typ":"JWT"}', claims)],
    ['spaces in the header', () => forge('{"alg": "HS256", "typ": "JWT"}', claims)],
    ['another secret', () => sign(claims, { key: 'b'.repeat(40) })],
    ['an empty secret', () => forge(good, claims, '')],
    ["another video's token", () => sign({ e: 9, v: other, exp })],
    ['an expired token', () => sign({ ...claims, exp: nowSeconds - 1 })],
    ['a token that ends now', () => sign({ ...claims, exp: nowSeconds })],
    ['no end', () => forge(good, { e: 0, v: video })],
    ['an end in words', () => forge(good, { ...claims, exp: String(exp) })],
    ['an end with a fraction', () => forge(good, { ...claims, exp: exp + 0.5 })],
    ['an endless end', () => forge(good, `{"e":0,"v":"${video}","exp":1e999}`)],
    ['an end of null', () => forge(good, { ...claims, exp: null })],
    ['a list of videos', () => forge(good, { ...claims, v: [video] })],
    ['more claims', () => sign({ ...claims, purpose: 'ticket' })],
    ['more claims, bound', () => sign({ ...claims, a: '127.0.0', s: 1 })],
    ['an issue time', () => forge(good, { ...claims, iat: nowSeconds })],
    ['no epoch', () => forge(good, { v: video, exp })],
    ['an epoch below zero', () => forge(good, { ...claims, e: -1 })],
    ['an epoch in words', () => forge(good, { ...claims, e: '9' })],
    ['an epoch with a fraction', () => forge(good, { ...claims, e: 0.5 })],
    ['an endless epoch', () => forge(good, `{"e":1e999,"v":"${video}","exp":${exp}}`)],
    ['a payload that is a list', () => forge(good, [video, exp])],
    ['a payload of null', () => forge(good, 'null')],
    ['a payload that is no JSON', () => forge(good, 'v')],
    [
      'a prototype in the claims',
      () => forge(good, `{"__proto__":{"e":0,"v":"${video}","exp":${exp}}}`),
    ],
    ['a changed byte of the signature', () => flip(token, token.length - 5)],
    ['a changed byte of the payload', () => flip(token, token.indexOf('.') + 5)],
    ['another spelling of the same signature', () => respell(token)],
    ['a signature cut short', () => token.slice(0, -1)],
    ["another token's payload", () => spliced()],
    ['a longer signature', () => `${token}A`],
    ['padding', () => `${token}=`],
    ['a fourth segment', () => `${token}.x`],
    ['two segments', () => token.split('.').slice(0, 2).join('.')],
    ['an empty token', () => ''],
    ['standard base64', () => `${token.slice(0, -2)}+/`],
    ['a token of megabytes', () => token + 'A'.repeat(100_000)],
  ]

  /** Two good tokens of one video: the signature of the shorter on the payload of the longer. */
  async function spliced() {
    const [head, payload] = (await sign({ ...claims, exp: exp + 9999 })).split('.')
    return `${head}.${payload}.${token.split('.')[2]}`
  }

  it.each(cases)('%s', async (_name, make) => {
    const forged = await make()
    expect(forged).not.toBe(token)
    expect(await uriAfter(`/t/${forged}/v/${video}/1/main.m3u8`)).toBe('403')
  })

  it.each([
    ['203.0.113', '203.0.114.1'],
    ['203.0.113', '2001:db8::1'],
    ['2001:db8:0', '2001:db8:1::1'],
    ['2001:db8:0', '203.0.113.1'],
    ['', '203.0.113.1'],
    ['203.0.113.1', '203.0.113.1'],
    [null, '203.0.113.1'],
    [['203.0.113'], '203.0.113.1'],
    [0, '0.0.0.0'],
  ])('one of the network %j, for %s', async (a, ip) => {
    const bound = forge(good, { ...claims, a })
    expect(await uriAfter(`/t/${bound}/v/${video}/1/a.mp4`, { ip })).toBe('403')
  })

  it.each<[unknown, Record<string, string>]>([
    ['www.example.com', {}],
    ['www.example.com', { referer: '' }],
    ['www.example.com', { referer: 'https://example.com/' }],
    ['www.example.com', { referer: 'https://www.example.com.evil.example/' }],
    ['www.example.com', { referer: 'https://evil.example/https://www.example.com/' }],
    ['www.example.com', { referer: 'https://evil.example#https://www.example.com/' }],
    ['www.example.com', { referer: 'https://www.example.com@evil.example/' }],
    ['www.example.com', { referer: 'https://www.example.com:8443/' }],
    ['www.example.com', { referer: 'www.example.com' }],
    ['www.example.com', { referer: 'file://www.example.com/' }],
    ['www.example.com', { origin: 'null' }],
    // A page of another host cannot pass for this one by what it asks across origins with.
    ['www.example.com', { referer: 'https://evil.example/', origin: 'https://www.example.com' }],
    [null, {}],
    ['', { referer: '' }],
    ['null', { origin: 'null' }],
    [['www.example.com'], { referer: 'https://www.example.com/' }],
  ])('one of pages of %j, for %j', async (r, headers) => {
    const bound = forge(good, { ...claims, r })
    expect(await uriAfter(`/t/${bound}/v/${video}/1/a.mp4`, { headers })).toBe('403')
  })

  it('one that is bound twice, where one of the two does not hold', async () => {
    const bound = await sign({ ...claims, a: '203.0.113', r: 'www.example.com' })
    const path = `/t/${bound}/v/${video}/1/a.mp4`
    const headers = { referer: 'https://www.example.com/' }
    expect(await uriAfter(path, { headers, ip: '203.0.113.1' })).toBe(`/v/${video}/1/a.mp4`)
    expect(await uriAfter(path, { headers, ip: '203.0.114.1' })).toBe('403')
    expect(await uriAfter(path, { ip: '203.0.113.1' })).toBe('403')
  })

  it.each([0, 2])('one of epoch %i, where epoch 3 is the lowest that opens', async e => {
    const before = await sign({ e, v: other, exp: exp + 9999 })
    expect(await uriAfter(`/t/${before}/v/${other}/1/a.mp4`)).toBe('403')
  })
})

describe('a refusal', () => {
  it('is a problem no one keeps', async () => {
    const answer = await gate(ask('/t/x/v/y/z'))
    if (!isFunctionResponse(answer)) throw new Error('it passed')
    expect(answer.headers).toEqual({
      'content-type': { value: 'application/problem+json' },
      'cache-control': { value: 'no-store' },
    })
    expect(JSON.parse(String(answer.body))).toMatchObject({ status: 403, code: 'playback-refused' })
  })
})

describe('the build', () => {
  it('writes the keys in, letter by letter', () => {
    expect(buildGate({ secrets: [secret] })).toContain(JSON.stringify(secret))
  })

  it('stays under the quota', () => {
    expect(buildGate({ secrets: [secret, olderSecret] }).length).toBeLessThan(maxFunctionBytes)
  })

  it.each([[[]], [[secret, secret, secret]], [['short']]])('refuses %j', secrets => {
    expect(() => buildGate({ secrets })).toThrow(RangeError)
  })

  it('opens nothing without keys', async () => {
    const { readFileSync } = await import('node:fs')
    const source = readFileSync(new URL('../../infra/edge/gate.js', import.meta.url), 'utf8')
    const bare = createEdgeFunction(source, 'gate.js', () => nowSeconds * 1000)
    const answer = await bare(ask(`/t/${token}/v/${video}/1/main.m3u8`))
    expect(isFunctionResponse(answer) && answer.statusCode).toBe(403)
  })
})

function flip(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`
}

/** The last character of a 32-byte signature holds two unused bits: another character with the same four used ones. */
function respell(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(text.slice(-1))
  return `${text.slice(0, -1)}${alphabet[last ^ 1]}`
}
