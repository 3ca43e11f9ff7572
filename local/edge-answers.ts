// The edge's answers: problems, the headers each behaviour adds, and what may be compressed. Nothing of a request is repeated.
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import {
  apiContentPolicy,
  type Behaviour,
  contentSecurityPolicy,
  mediaCorsHeaders,
  securityHeadersOf,
} from '#domain/delivery.ts'
import { type ErrorCode, errorFacts } from '#domain/errors.ts'

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  416: 'Range Not Satisfiable',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
}

/** RFC 9457 problem details, never kept by anyone. */
export function problem(
  status: number,
  code: ErrorCode,
  extra: Readonly<Record<string, string>> = {},
): Response {
  const body = {
    type: 'about:blank',
    title: titles[status] ?? 'Error',
    status,
    code,
    detail: errorFacts[code].message,
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...extra,
    },
  })
}

export interface DecorateOptions {
  behaviour: Behaviour
  /** Where presigned part URLs point: the portal may connect to it. */
  storeOrigin: string
}

/** Adds what a response-headers policy adds at CloudFront: to every answer of a behaviour, errors and refusals included. */
export function decorate(response: Response, options: DecorateOptions): Response {
  const { behaviour, storeOrigin } = options
  const { headers } = response
  if (behaviour.cors) {
    for (const [name, value] of Object.entries(mediaCorsHeaders)) headers.set(name, value)
  }
  headers.set('x-content-type-options', 'nosniff')
  if (behaviour.origin === 'portal' || behaviour.origin === 'api') {
    for (const [name, value] of Object.entries(securityHeadersOf(behaviour)))
      headers.set(name, value)
  }
  if (behaviour.origin === 'api' && !headers.has('content-security-policy')) {
    headers.set('content-security-policy', apiContentPolicy)
  }
  if (behaviour.origin === 'portal') {
    headers.set('content-security-policy', contentSecurityPolicy(storeOrigin, behaviour))
  }
  return response
}

// As CloudFront: what is shorter gains nothing, what is longer is left alone.
const compressFrom = 1000
const compressTo = 10_000_000
const compressible =
  /^(?:text\/|image\/svg\+xml|application\/(?:javascript|json|wasm|vnd\.apple\.mpegurl|dash\+xml|manifest\+json|problem\+json))/

export function mayCompress(behaviour: Behaviour, headers: Headers, size: number): boolean {
  return (
    behaviour.compress &&
    size >= compressFrom &&
    size <= compressTo &&
    !headers.has('content-encoding') &&
    compressible.test(headers.get('content-type') ?? '')
  )
}

/** RFC 9110 §12.5.3, for gzip alone. */
export function acceptsGzip(header: string | null): boolean {
  for (const item of (header ?? '').split(',')) {
    const [coding = '', ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    if (coding !== 'gzip' && coding !== '*') continue
    const weight = parameters.find(one => one.startsWith('q='))
    return weight === undefined || Number(weight.slice(2)) > 0
  }
  return false
}

const gzipBytes = promisify<Uint8Array, { level: number }, Buffer>(gzip)

export async function compress(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await gzipBytes(bytes, { level: constants.Z_DEFAULT_COMPRESSION }))
}

/** A compressed body is another representation: its tag says the same weakly (RFC 9110 §8.8.1). */
export const weaken = (etag: string): string => (etag.startsWith('W/') ? etag : `W/${etag}`)
