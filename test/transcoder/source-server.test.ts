// The loopback range server over a store in memory that cuts, fails, changes and waits as told.
import { afterEach, describe, expect, test } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import { silentLog } from '#platform/log.ts'
import { blockBytes } from '../../transcoder/source-blocks.ts'
import type { ReadRange } from '../../transcoder/source-fetch.ts'
import {
  createSourceServer,
  parseRange,
  type SourceServer,
} from '../../transcoder/source-server.ts'
import { fakeStore, megabyte, pattern } from '../support/range-store.ts'

let server: SourceServer | undefined
afterEach(() => server?.close())

async function serve(store: { readRange: ReadRange }) {
  server = await createSourceServer({ readRange: store.readRange, log: silentLog })
  return server
}

const open = (from: SourceServer, object: Buffer, etag = '"1"') =>
  from.open({ key: 'film', etag, sizeBytes: object.length })

const get = (url: string, range?: string, method = 'GET') =>
  fetch(url, { method, headers: range ? { range } : {} })

const body = async (response: Response) => Buffer.from(await response.arrayBuffer())

describe('ranges', () => {
  test.each([
    [undefined, null],
    ['bytes=0-', { start: 0, end: 100 }],
    ['bytes=10-19', { start: 10, end: 20 }],
    ['bytes=90-500', { start: 90, end: 100 }],
    ['bytes=-7', { start: 93, end: 100 }],
    ['bytes=-700', { start: 0, end: 100 }],
    ['bytes=100-', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=20-10', null],
    ['bytes=0-1,5-6', null],
    ['bytes=-', null],
    ['lines=1-2', null],
  ])('%s of 100 bytes', (header, expected) => {
    expect(parseRange(header, 100)).toEqual(expected)
  })

  test('whole, open, closed and last bytes come as HTTP says', async () => {
    const object = pattern(3 * blockBytes + 11)
    const { url } = open(await serve(fakeStore({ film: object })), object)
    const whole = await get(url)
    expect(whole.status).toBe(200)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect((await body(whole)).equals(object)).toBe(true)
    const rest = await get(url, `bytes=${blockBytes - 3}-`)
    expect(rest.status).toBe(206)
    expect(rest.headers.get('content-range')).toBe(
      `bytes ${blockBytes - 3}-${object.length - 1}/${object.length}`,
    )
    expect((await body(rest)).equals(object.subarray(blockBytes - 3))).toBe(true)
    expect((await body(await get(url, 'bytes=5-9'))).equals(object.subarray(5, 10))).toBe(true)
    expect((await body(await get(url, 'bytes=-4'))).equals(object.subarray(-4))).toBe(true)
    const beyond = await get(url, `bytes=${object.length}-`)
    expect(beyond.status).toBe(416)
    expect(beyond.headers.get('content-range')).toBe(`bytes */${object.length}`)
  })

  test('HEAD says the size and fetches nothing', async () => {
    const object = pattern(1000)
    const store = fakeStore({ film: object })
    const { url } = open(await serve(store), object)
    const response = await get(url, undefined, 'HEAD')
    expect(response.headers.get('content-length')).toBe('1000')
    expect(store.asked).toEqual([])
  })

  test('an address nobody was given, and one that was closed, lead nowhere', async () => {
    const object = pattern(1000)
    const source = open(await serve(fakeStore({ film: object })), object)
    expect((await get(new URL('/film', source.url).href)).status).toBe(404)
    expect((await get(source.url, undefined, 'POST')).status).toBe(405)
    source.close()
    expect((await get(source.url)).status).toBe(404)
  })
})

describe('what the store is asked for', () => {
  test('a reader that looks and leaves costs one short request', async () => {
    const object = pattern(40 * megabyte)
    const store = fakeStore({ film: object })
    const source = open(await serve(store), object)
    const response = await get(source.url, 'bytes=9000000-')
    const reader = response.body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await new Promise(resolve => setTimeout(resolve, 200))
    // What the sockets hold on their way may ask for one more run, never for the rest of the film.
    expect(source.counts().bytes).toBeLessThan(8 * megabyte)
  })

  test('a straight read is fetched once, in growing runs', async () => {
    const object = pattern(24 * megabyte)
    const store = fakeStore({ film: object })
    const source = open(await serve(store), object)
    expect((await body(await get(source.url))).equals(object)).toBe(true)
    expect(source.counts().bytes).toBe(object.length)
    expect(source.counts().requests).toBeLessThan(14)
    const lengths = store.asked.map(({ start, end }) => end - start + 1)
    expect(lengths[0]).toBe(megabyte)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(8 * megabyte)
  })

  test('heads and tails are kept for whoever opens the same source next', async () => {
    const object = pattern(6 * megabyte)
    const store = fakeStore({ film: object })
    const from = await serve(store)
    const first = open(from, object)
    await body(await get(first.url, 'bytes=0-70000'))
    await body(await get(first.url, 'bytes=-70000'))
    const before = store.asked.length
    first.close()
    const second = open(from, object)
    expect((await body(await get(second.url, 'bytes=-50'))).equals(object.subarray(-50))).toBe(true)
    expect(Buffer.from(await second.read(3, 9)).equals(object.subarray(3, 9))).toBe(true)
    expect(store.asked.length).toBe(before)
    // Another version of the object is another source.
    await open(from, object, '"2"').read(0, 10)
    expect(store.asked.length).toBe(before + 1)
  })

  test('two readers of the same block share one request', async () => {
    const object = pattern(200_000)
    const store = fakeStore({ film: object })
    const source = open(await serve(store), object)
    const [one, other] = await Promise.all([source.read(0, 100_000), get(source.url).then(body)])
    expect(one.length).toBe(100_000)
    expect(other.equals(object)).toBe(true)
    expect(store.asked.length).toBe(1)
  })
})

describe('faults of the store', () => {
  test('a cut stream goes on from the byte where it broke off', async () => {
    const object = pattern(3 * megabyte)
    const store = fakeStore({ film: object }, (_, count) => (count < 3 ? 131_072 : undefined))
    const source = open(await serve(store), object)
    expect((await body(await get(source.url))).equals(object)).toBe(true)
    expect(source.failure()).toBeNull()
    expect(store.asked.some(({ start }) => start === 131_072)).toBe(true)
    expect(source.counts().bytes).toBe(object.length)
  })

  test('a store that stays broken cuts the connection: never a short but happy end', async () => {
    const object = pattern(megabyte)
    const store = fakeStore({ film: object }, ({ start }) => (start >= 131_072 ? 0 : 131_072))
    const source = open(await serve(store), object)
    await expect(get(source.url).then(body)).rejects.toThrow()
    expect(source.failure()?.code).toBe('store-unavailable')
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'store-unavailable' })
    expect(store.asked.length).toBe(3)
  })

  test.each([
    ['source-changed', 'source-changed'],
    ['not-found', 'source-gone'],
  ] as const)('%s is final at once', async (thrown, code) => {
    const object = pattern(megabyte)
    const store = fakeStore({ film: object }, () => {
      throw new MillraceError(thrown)
    })
    const source = open(await serve(store), object)
    await expect(get(source.url).then(body)).rejects.toThrow()
    expect(source.failure()?.code).toBe(code)
    expect(store.asked.length).toBe(1)
  })

  test('the ETag goes with every request', async () => {
    const object = pattern(1000)
    const etags: (string | undefined)[] = []
    const { readRange } = fakeStore({ film: object })
    const source = open(
      await serve({
        readRange: (key, range) => {
          etags.push(range.etag)
          return readRange(key, range)
        },
      }),
      object,
      '"abc"',
    )
    await source.read(0, 1000)
    expect(etags).toEqual(['"abc"'])
  })

  test('closing a source stops what is under way', async () => {
    const object = pattern(megabyte)
    const signals: (AbortSignal | undefined)[] = []
    const source = open(
      await serve({
        readRange: async (_key, { signal }) => {
          signals.push(signal)
          await new Promise((_, reject) =>
            signal?.addEventListener('abort', () => reject(new Error('aborted'))),
          )
          return (async function* () {})()
        },
      }),
      object,
    )
    const reading = source.read(0, 100)
    const failed = expect(reading).rejects.toMatchObject({ code: 'cancelled' })
    await new Promise(resolve => setTimeout(resolve, 20))
    source.close()
    await failed
    expect(signals[0]?.aborted).toBe(true)
    expect(source.failure()).toBeNull()
  })
})
