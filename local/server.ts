// The one port people open: serves the edge over HTTP, says clearly when it cannot, and closes every connection when stopped.
import type { Server } from 'node:http'
import { createAdaptorServer, type Http2Bindings, type HttpBindings } from '@hono/node-server'
import { MillraceError } from '#domain/errors.ts'
import { problem } from './edge-answers.ts'
import type { Viewer } from './origins.ts'

export interface EdgeServer {
  port: number
  /** From now on answered by this; until then 503. */
  open(fetch: Answer): void
  /** Takes no more requests, lets those under way end for a moment, then closes their connections: streams end here. */
  stop(): Promise<void>
}

type Answer = (request: Request, viewer: Viewer) => Promise<Response>

const drainMilliseconds = 1000

/** Browsers keep connections for a while; a server that closes first makes them stumble. */
const keepAliveMilliseconds = 75_000

/** How long somebody may take to say what they want; a connection that is slower is refused (408) and closed. */
export interface Patience {
  headersMilliseconds: number
  /** Headers and body: none is larger than a few hundred kilobytes, for files go straight to the store. */
  requestMilliseconds: number
  /** Looked after so often. */
  lookMilliseconds: number
}

const usualPatience: Patience = {
  headersMilliseconds: 15_000,
  requestMilliseconds: 60_000,
  lookMilliseconds: 5_000,
}

/** @throws MillraceError `configuration-wrong` when the port or address cannot be had. */
export async function startServer({
  host,
  port,
  patience = usualPatience,
}: {
  host: string
  port: number
  patience?: Patience
}): Promise<EdgeServer> {
  let answer: Answer = async () => problem(503, 'internal', { 'retry-after': '1' })
  const isOurs = hostCheck(host)
  const fetch = async (
    request: Request,
    { incoming }: HttpBindings | Http2Bindings,
  ): Promise<Response> => {
    if (!isOurs(new URL(request.url).hostname)) return problem(421, 'bad-request')
    const { remoteAddress = 'unknown' } = incoming.socket
    // A socket for both versions shows addresses of version 4 as mapped ones (RFC 4291 §2.5.5.2).
    return answer(request, { address: remoteAddress.replace(/^::ffff:(?=.*\.)/, '') })
  }
  // Global Request and Response stay Node's own.
  const server = createAdaptorServer({
    ...{ fetch, overrideGlobalObjects: false },
    serverOptions: {
      headersTimeout: patience.headersMilliseconds,
      requestTimeout: patience.requestMilliseconds,
      connectionsCheckingInterval: patience.lookMilliseconds,
    },
  }) as Server
  server.keepAliveTimeout = keepAliveMilliseconds
  await listen(server, host, port)
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    open(fetch) {
      answer = fetch
    },
    async stop() {
      const closed = new Promise<void>(resolve => server.close(() => resolve()))
      server.closeIdleConnections()
      const drained = setTimeout(() => server.closeAllConnections(), drainMilliseconds)
      await closed
      clearTimeout(drained)
    },
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error => reject(listenError(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function listenError(error: Error, host: string, port: number): MillraceError {
  const code = 'code' in error ? error.code : undefined
  const sentences: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program. Choose another one: PORT=${port + 1} npm start`,
    EACCES: `Port ${port} is reserved on this machine. Choose one from 1024 up: PORT=8080 npm start`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Set HOST to one it has, or leave it out.`,
    ENOTFOUND: `This machine has no address ${host}. Set HOST to one it has, or leave it out.`,
  }
  const message = sentences[String(code)] ?? `Port ${port} cannot be used (${error.message}).`
  return new MillraceError('configuration-wrong', { message, cause: error })
}

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/

/**
 * On loopback, only loopback names are ours: a page of another site that lets its own name point here (DNS rebinding) gets
 * nothing. Whoever serves a network knows its names, and we do not.
 */
function hostCheck(host: string): (name: string) => boolean {
  if (!loopback.test(host) && host !== '::1') return () => true
  return name => loopback.test(name)
}
