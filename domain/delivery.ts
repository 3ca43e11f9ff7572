// How every path is delivered: origin, caching, cross-origin and security headers. Facts as data, read by the CloudFront
// stack and by the laptop's edge alike. Plain values; must never import anything but domain.

export type Origin = 'media' | 'playlist' | 'stream' | 'api' | 'portal'

/** What the edge sends along to the API, and no viewer sees: whoever comes past the edge does not have it. */
export const edgeSecretHeader = 'x-millrace-edge'

/** What runs on the viewer's request before the cache is asked; `viewer` tells the functions from where it comes. */
export type ViewerRequest = 'gate' | 'portal' | 'viewer' | 'none'

export interface Behaviour {
  /** CloudFront path pattern: `*` matches any run of characters, `/` included. The first match in the list wins. */
  path: string
  origin: Origin
  viewerRequest: ViewerRequest
  methods: 'read' | 'all'
  /** How long the edge keeps an answer; null: it is never kept. */
  cacheSeconds: number | null
  /** Query parameters that belong to the cache key (and are sent on). Everything else is dropped, but for uncached paths. */
  queryKey: readonly string[]
  compress: boolean
  /** Cache-Control the viewer gets; null: what the origin said. */
  cacheControl: string | null
  cors: boolean
  /** Opened by a cookie: its address alone says nothing of who may have it. */
  byCookie?: true
  /** Pages of any site may show it in a frame; else those of its own alone. */
  framedByAnyone?: true
}

const year = 31_536_000
const immutable = `public, max-age=${year}, immutable`
/** What the playlist function says of a growing playlist: the edge and players ask again after a second. */
export const growingCacheControl = 'public, max-age=1'
const media = {
  origin: 'media',
  viewerRequest: 'gate',
  methods: 'read',
  queryKey: [],
  cors: true,
} as const

/** @param prefix what the gate strips */
const gated = (prefix: string): Behaviour[] => [
  ...['m3u8', 'mpd', 'vtt'].map(extension => ({
    ...media,
    path: `${prefix}/v/*.${extension}`,
    cacheSeconds: year,
    compress: true,
    cacheControl: immutable,
  })),
  {
    ...media,
    path: `${prefix}/v/*`,
    cacheSeconds: year,
    compress: false,
    cacheControl: immutable,
  },
  {
    path: `${prefix}/p/*`,
    origin: 'playlist',
    viewerRequest: 'gate',
    methods: 'read',
    cacheSeconds: 1,
    queryKey: ['_HLS_msn', '_HLS_part', '_HLS_skip'],
    compress: true,
    cacheControl: growingCacheControl,
    cors: true,
  },
]

/** Said to browsers of what a cookie opens: they hold it, and ask each time whether they still may. */
export const cookieCacheControl = 'private, no-cache'
/** Pages of other sites cannot send the cookie, so nothing is said to them. */
const byCookie = (behaviour: Behaviour): Behaviour => ({
  ...behaviour,
  cacheControl: cookieCacheControl,
  cors: false,
  byCookie: true,
})

const uncached = {
  cacheSeconds: null,
  queryKey: [],
  compress: false,
  cacheControl: null,
  cors: false,
}

/** `no-cache`: asked for each time, so that a page never names files of another build. */
const pages = {
  origin: 'portal',
  viewerRequest: 'portal',
  methods: 'read',
  cacheSeconds: 0,
  queryKey: [],
  compress: true,
  cacheControl: 'no-cache',
  cors: false,
} as const

export const behaviours: readonly Behaviour[] = [
  ...gated('/t/*'),
  ...gated('/c').map(byCookie),
  { ...uncached, path: '/api/events', origin: 'stream', viewerRequest: 'viewer', methods: 'read' },
  {
    ...uncached,
    path: '/api/videos/*/events',
    origin: 'stream',
    viewerRequest: 'viewer',
    methods: 'read',
  },
  { ...uncached, path: '/api/*', origin: 'api', viewerRequest: 'viewer', methods: 'all' },
  { ...uncached, path: '/health', origin: 'api', viewerRequest: 'none', methods: 'read' },
  { ...uncached, path: '/status', origin: 'api', viewerRequest: 'none', methods: 'read' },
  { ...uncached, path: '/metrics', origin: 'api', viewerRequest: 'viewer', methods: 'read' },
  {
    path: '/assets/*',
    origin: 'portal',
    viewerRequest: 'none',
    methods: 'read',
    cacheSeconds: year,
    queryKey: [],
    compress: true,
    cacheControl: immutable,
    cors: false,
  },
  { ...pages, path: '/embed/*', framedByAnyone: true },
  { ...pages, path: '/*' },
]

/** True when a CloudFront path pattern matches a path (without query). Case counts, as at CloudFront. */
export function pathMatches(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === path
  const last = rest.pop() ?? ''
  if (!path.startsWith(first) || path.length < first.length + last.length) return false
  let from = first.length
  for (const piece of rest) {
    const found = path.indexOf(piece, from)
    if (found < 0) return false
    from = found + piece.length
  }
  return path.endsWith(last) && path.length - last.length >= from
}

/** The behaviour that answers a path. The last one matches everything. */
export function behaviourFor(path: string): Behaviour {
  const found = behaviours.find(behaviour => pathMatches(behaviour.path, path))
  if (!found) throw new RangeError(`no behaviour matches ${path}`)
  return found
}

/** Errors are kept at the edge for at most this long, whatever the origin says. */
export const errorCacheSeconds = 1

/** Set at the edge, never by forwarding Origin: one cached copy serves every site. */
export const mediaCorsHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-allow-headers': 'Range, If-None-Match',
  'access-control-expose-headers': 'Content-Range, Accept-Ranges, Content-Length, ETag, X-Cache',
  'access-control-max-age': '86400',
}

export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
}

/** The security headers of a behaviour. X-Frame-Options knows no «anyone»: a page that anyone may frame has none. */
export function securityHeadersOf({
  framedByAnyone,
}: Pick<Behaviour, 'framedByAnyone'>): Readonly<Record<string, string>> {
  if (!framedByAnyone) return securityHeaders
  return Object.fromEntries(
    Object.entries(securityHeaders).filter(([name]) => name !== 'x-frame-options'),
  )
}

/**
 * The Content-Security-Policy of the portal, or of the page that other sites frame.
 * @param storeOrigin where presigned part URLs point (scheme, host, port)
 */
export function contentSecurityPolicy(
  storeOrigin: string,
  { framedByAnyone }: Pick<Behaviour, 'framedByAnyone'> = {},
): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    // A page that only plays sends nothing to the store.
    framedByAnyone ? "connect-src 'self'" : `connect-src 'self' ${storeOrigin}`,
    "base-uri 'none'",
    "form-action 'self'",
    framedByAnyone ? 'frame-ancestors *' : "frame-ancestors 'self'",
  ].join('; ')
}

/** Of every answer of the API that says no other: nothing in it is shown, run or framed. */
export const apiContentPolicy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

/** CORS rules of the source bucket: browsers PUT parts from the portal's origin and read back each part's ETag. */
export const uploadCors = {
  allowedMethods: ['PUT'],
  allowedHeaders: ['*'],
  exposedHeaders: ['ETag', 'x-amz-checksum-crc64nvme'],
  maxAgeSeconds: 3000,
} as const

/** What the objects in the media bucket are. */
export const contentTypes: Readonly<Record<string, string>> = {
  m3u8: 'application/vnd.apple.mpegurl',
  mpd: 'application/dash+xml',
  vtt: 'text/vtt; charset=utf-8',
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
}

export function contentTypeOf(key: string): string {
  return contentTypes[key.slice(key.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
}

/** Cache-Control stored with every media object: all of them are immutable under their attempt. */
export const mediaCacheControl = immutable
