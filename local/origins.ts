// What the edge asks its origins for: objects by key, with ranges. An app that answers requests can stand in for a store.
import { viewerAddressHeader } from '#platform/viewer-address.ts'

export interface ObjectRequest {
  method: 'GET' | 'HEAD'
  /** As on the edge after its functions ran: absolute and still encoded. */
  path: string
  /** Only the parameters of the cache key, with its question mark, or empty. */
  search: string
  /** One range as RFC 9110 writes it, or null for the whole. An origin may answer the whole all the same. */
  range: string | null
  /** Entity tag of a copy the edge holds, or null. */
  ifNoneMatch: string | null
  signal: AbortSignal
}

export interface ObjectAnswer {
  /** 200, 206, 304, 416 or an error. */
  status: number
  /** content-type, etag, last-modified, content-range, content-length, cache-control, retry-after; nothing else is read. */
  headers: Headers
  body: ReadableStream<Uint8Array> | null
}

/** Rejects with a MillraceError (`store-unavailable`) when the origin does not answer. */
export type ObjectOrigin = (request: ObjectRequest) => Promise<ObjectAnswer>

export type App = (request: Request) => Response | Promise<Response>

/** Apps never learn under which name they were asked: nothing they answer may depend on it. */
const appBase = 'http://edge.internal'

/**
 * A request whose signal is the one given. A signal handed to the constructor is only followed while the request itself is
 * held: an app that keeps the signal alone would never hear that its viewer has left.
 */
function appRequest(target: string, init: RequestInit, signal: AbortSignal): Request {
  const request = new Request(`${appBase}${target}`, init)
  return Object.defineProperty(request, 'signal', { value: signal })
}

/** An app as an origin of objects. It is asked with GET always, so that a HEAD can be answered from what it gives. */
export function fromApp(app: App): ObjectOrigin {
  return async ({ path, search, ifNoneMatch, signal }) => {
    const headers = new Headers({ accept: '*/*' })
    if (ifNoneMatch !== null) headers.set('if-none-match', ifNoneMatch)
    const answer = await app(appRequest(`${path}${search}`, { headers }, signal))
    return { status: answer.status, headers: answer.headers, body: answer.body }
  }
}

// RFC 9110 §7.6.1, and what a proxy in front could claim about the viewer. `host` is the edge's own.
const notPassed =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|forwarded|x-forwarded-.*|x-real-ip|via|x-millrace-edge)$/

const passable = (from: Headers): Headers => {
  const headers = new Headers(from)
  for (const name of [...headers.keys()]) if (notPassed.test(name)) headers.delete(name)
  return headers
}

/** Whoever asks, as the network shows them. */
export interface Viewer {
  address: string
}

/**
 * Fetch Metadata is sent to trustworthy addresses alone; over plain HTTP in a local network the two names are compared here, for the
 * apps never learn theirs.
 */
function isOwnPage(request: Request): boolean {
  const origin = request.headers.get('origin')
  return origin !== null && origin === new URL(request.url).origin
}

/** Hands a request on as it is, body and end of connection included; the answer comes back unbuffered. */
export async function passTo(
  app: App,
  request: Request,
  target: string,
  viewer: Viewer,
): Promise<Response> {
  const { method, signal } = request
  const headers = passable(request.headers)
  // The edge answers uncompressed and compresses itself, where it does.
  headers.delete('accept-encoding')
  headers.set(viewerAddressHeader, viewer.address)
  if (!headers.has('sec-fetch-site') && isOwnPage(request))
    headers.set('sec-fetch-site', 'same-origin')
  const body = method === 'GET' || method === 'HEAD' ? null : request.body
  const init = { method, headers, ...(body ? { body, duplex: 'half' as const } : {}) }
  const answer = await app(appRequest(target, init, signal))
  return new Response(method === 'HEAD' ? null : answer.body, {
    status: answer.status,
    headers: passable(answer.headers),
  })
}
