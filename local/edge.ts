// The laptop's CloudFront: picks the behaviour, runs its function, answers from the cache or the origin, adds the headers.
// The same behaviours and function sources as on AWS. Knows no credentials and keeps nothing on disk.
import {
  type Behaviour,
  behaviours as defaultBehaviours,
  type Origin,
  pathMatches,
} from '#domain/delivery.ts'
import { toMillraceError } from '#domain/errors.ts'
import { decorate, problem } from './edge-answers.ts'
import { createEdgeCache } from './edge-cache.ts'
import { createFlights } from './edge-flights.ts'
import {
  createEdgeFunction,
  type EdgeFunction,
  fromFunctionResponse,
  isFunctionResponse,
  toFunctionRequest,
} from './edge-function.ts'
import { cacheKey, createServe } from './edge-serve.ts'
import { type App, fromApp, type ObjectOrigin, passTo, type Viewer } from './origins.ts'

export interface EdgeOptions {
  /** A function is an app, which gets requests of uncached behaviours as they are; the others give objects. */
  origins: Readonly<Record<Origin, { app: App } | { objects: ObjectOrigin }>>
  gateSource: string
  portalSource: string
  /** Where presigned part URLs point (scheme, host, port): the portal may connect to it. */
  storeOrigin: string
  behaviours?: readonly Behaviour[]
  /** Milliseconds. */
  now?: () => number
  cacheBytes?: number
  /** Longer answers pass through and are not kept. */
  entryBytes?: number
  /** What went wrong behind an answer of 5xx; the answer itself does not say. */
  onError?: (thrown: unknown, path: string) => void
}

export interface Edge {
  /** @param viewer whoever asks. Default: this machine. */
  fetch(request: Request, viewer?: Viewer): Promise<Response>
  /** Forgets everything below a path as origins know it: `/v/<videoId>/`. */
  invalidate(path: string): void
  /** Another gate from now on: keys rotated, or a video revoked. */
  replaceGate(source: string): void
}

const megabytes = 1024 * 1024
/** CloudFront: «GET, HEAD, OPTIONS, PUT, PATCH, POST, DELETE» are all it takes. */
const knownMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'])
const thisMachine: Viewer = { address: '127.0.0.1' }

export function createEdge(options: EdgeOptions): Edge {
  const { now = Date.now, behaviours = defaultBehaviours, origins } = options
  const cache = createEdgeCache(options.cacheBytes ?? 256 * megabytes)
  const flights = createFlights({ maxSharedBytes: options.entryBytes ?? 16 * megabytes })
  const serve = createServe({ cache, flights, now })
  const { storeOrigin } = options
  const functions: Record<'gate' | 'portal', EdgeFunction> = {
    gate: createEdgeFunction(options.gateSource, 'gate.js', now),
    portal: createEdgeFunction(options.portalSource, 'portal.js', now),
  }

  async function answer(request: Request, behaviour: Behaviour, viewer: Viewer): Promise<Response> {
    const { method } = request
    const url = new URL(request.url)
    if (!knownMethods.has(method)) return problem(405, 'bad-request')
    const readOnly = behaviour.methods === 'read'
    if (
      readOnly &&
      method !== 'GET' &&
      method !== 'HEAD' &&
      !(method === 'OPTIONS' && behaviour.cors)
    ) {
      return problem(405, 'bad-request', { allow: 'GET, HEAD' })
    }
    let path = url.pathname
    const { viewerRequest } = behaviour
    // From where a request comes, `passTo` says.
    if (viewerRequest === 'gate' || viewerRequest === 'portal') {
      const run = functions[viewerRequest]
      const ran = await run(toFunctionRequest(request), viewer.address)
      if (isFunctionResponse(ran)) return fromFunctionResponse(ran)
      path = ran.uri
    }
    const origin = origins[behaviour.origin]
    if ('app' in origin && behaviour.cacheSeconds === null) {
      return passTo(origin.app, request, `${path}${url.search}`, viewer)
    }
    if (method !== 'GET' && method !== 'HEAD')
      return problem(405, 'bad-request', { allow: 'GET, HEAD' })
    return serve(
      {
        method,
        headers: request.headers,
        signal: request.signal,
        path,
        search: keptParameters(url.searchParams, behaviour.queryKey),
        behaviour,
      },
      'app' in origin ? fromApp(origin.app) : origin.objects,
    )
  }

  return {
    async fetch(request, viewer = thisMachine) {
      const { pathname } = new URL(request.url)
      const behaviour = behaviours.find(one => pathMatches(one.path, pathname))
      if (!behaviour) return problem(404, 'not-found')
      try {
        return decorate(await answer(request, behaviour, viewer), { behaviour, storeOrigin })
      } catch (thrown) {
        // Whoever asked has gone: nobody reads this.
        if (request.signal.aborted) return new Response(null, { status: 503 })
        options.onError?.(thrown, pathname)
        return decorate(errorFor(thrown), { behaviour, storeOrigin })
      }
    },
    invalidate(path) {
      for (const origin of Object.keys(origins)) cache.remove(cacheKey(origin, path))
    },
    replaceGate(source) {
      functions.gate = createEdgeFunction(source, 'gate.js', now)
    },
  }
}

function errorFor(thrown: unknown): Response {
  const { code } = toMillraceError(thrown)
  return code === 'store-unavailable' ? problem(502, code) : problem(500, 'internal')
}

/** The parameters of the cache key in its order, the first of each; everything else is dropped. */
function keptParameters(given: URLSearchParams, names: readonly string[]): string {
  const kept = new URLSearchParams()
  for (const name of names) {
    const value = given.get(name)
    if (value !== null) kept.set(name, value)
  }
  return kept.size > 0 ? `?${kept}` : ''
}
