// Small origins for tests of the edge: objects in memory that count what they are asked, and a signed way to ask for them.
import { SignJWT } from 'jose'
import { buildGate, buildPortal } from '../../infra/edge/build.ts'
import { createEdge, type EdgeOptions } from '../../local/edge.ts'
import type { App, ObjectOrigin, ObjectRequest } from '../../local/origins.ts'
import { contentRange, readRange, resolveRange } from '../../local/ranges.ts'

export const secret = 'a-secret-of-more-than-thirty-two-bytes'
export const video = 'v_0123456789abcdefghijAB'
export const startMs = 1_800_000_000_000

export interface StoredObject {
  bytes: Uint8Array<ArrayBuffer>
  type: string
  etag?: string
}

export interface MemoryOrigin {
  objects: Map<string, StoredObject>
  asked: ObjectRequest[]
  /** Streams given up before their end. */
  cancelled: number
  /** While set, no body goes on past its first chunk. */
  hold: Promise<void> | null
  answer: ObjectOrigin
}

/** Honours ranges and tags as a store does; bodies come in chunks of 64 KiB as they are read. */
export function memoryOrigin(objects: Record<string, StoredObject>): MemoryOrigin {
  const origin: MemoryOrigin = {
    objects: new Map(Object.entries(objects)),
    asked: [],
    cancelled: 0,
    hold: null,
    async answer(request) {
      origin.asked.push(request)
      const object = origin.objects.get(request.path)
      if (!object) return { status: 404, headers: new Headers(), body: null }
      const size = object.bytes.length
      const headers = new Headers({ 'content-type': object.type })
      if (object.etag) headers.set('etag', object.etag)
      if (request.ifNoneMatch && request.ifNoneMatch === object.etag) {
        return { status: 304, headers, body: null }
      }
      const range = readRange(request.range)
      const span = range ? resolveRange(range, size) : { start: 0, end: size - 1 }
      if (span === null) {
        headers.set('content-range', `bytes */${size}`)
        return { status: 416, headers, body: null }
      }
      if (range) headers.set('content-range', contentRange(span, size))
      headers.set('content-length', String(span.end + 1 - span.start))
      if (request.method === 'HEAD') return { status: 200, headers, body: null }
      const body = chunked(object.bytes.subarray(span.start, span.end + 1), origin)
      return { status: range ? 206 : 200, headers, body }
    },
  }
  return origin
}

function chunked(bytes: Uint8Array<ArrayBuffer>, origin: MemoryOrigin): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (at > 0 && origin.hold) await origin.hold
        const part = bytes.slice(at, at + 65_536)
        at += part.length
        if (part.length > 0) controller.enqueue(part)
        if (at >= bytes.length) controller.close()
      },
      cancel() {
        origin.cancelled++
      },
    },
    { highWaterMark: 0 },
  )
}

export const pattern = (length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255)

const silent: App = () => new Response('nobody', { status: 500 })

export const signToken = (): Promise<string> =>
  new SignJWT({ e: 0, v: video, exp: startMs / 1000 + 400 * 24 * 3600 })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))

export interface TestEdge {
  get(path: string, init?: RequestInit): Promise<Response>
  /** Below `/t/<token>/v/<videoId>/`. */
  media(name: string, init?: RequestInit): Promise<Response>
  growing(name: string, init?: RequestInit): Promise<Response>
  edge: ReturnType<typeof createEdge>
  clock: { ms: number }
}

/** An edge over the origins given, with a clock that stands still until moved. */
export async function testEdge(
  origins: { media?: MemoryOrigin; portal?: MemoryOrigin; apps?: Record<string, App> },
  options: Partial<EdgeOptions> = {},
): Promise<TestEdge> {
  const clock = { ms: startMs }
  const { media = memoryOrigin({}), portal = memoryOrigin({}), apps = {} } = origins
  const edge = createEdge({
    origins: {
      media: { objects: media.answer },
      portal: { objects: portal.answer },
      playlist: { app: apps['playlist'] ?? silent },
      stream: { app: apps['stream'] ?? silent },
      api: { app: apps['api'] ?? silent },
    },
    gateSource: buildGate({ secrets: [secret] }),
    portalSource: buildPortal(),
    storeOrigin: 'http://127.0.0.1:4566',
    now: () => clock.ms,
    ...options,
  })
  const token = await signToken()
  const get = (path: string, init?: RequestInit) =>
    edge.fetch(new Request(`http://localhost:8080${path}`, init))
  return {
    get,
    media: (name, init) => get(`/t/${token}/v/${video}/${name}`, init),
    growing: (name, init) => get(`/t/${token}/p/${video}/${name}`, init),
    edge,
    clock,
  }
}
