// Fetches from addresses of the public internet alone. A name is looked up once, each of its answers is checked, and the connection
// goes to what was checked, so that a name can't change its mind in between; where an answer leads on, all of it anew.
import type { LookupAddress, LookupOptions } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, isIPv6 } from 'node:net'
import { MillraceError, toMillraceError } from '#domain/errors.ts'
import { importRefused } from '#domain/import-refused.ts'
import { bareHost, notPublic, refuseUnsafe } from './import-url.ts'
import { isPublicAddress } from './public-address.ts'

export const maxRedirects = 3
/**
 * Until the head of an answer is there, name and handshake included: a byte now and then, or one note after another that it will come,
 * gains no time. How long its body may take is whoever reads it to say.
 */
const usualHeadMilliseconds = 30_000

export interface PublicFetchDeps {
  resolve(host: string): Promise<readonly LookupAddress[]>
  isPublic(address: string): boolean
  /** @throws MillraceError `import-refused` */
  check(url: URL): void
  /** Little in tests. */
  headMilliseconds: number
}

const usual: PublicFetchDeps = {
  resolve: host => lookup(host, { all: true, order: 'verbatim' }),
  isPublic: isPublicAddress,
  check: refuseUnsafe,
  headMilliseconds: usualHeadMilliseconds,
}

export interface PublicAnswer {
  /** Where the last redirect led to. */
  url: URL
  /** The body is not read: whoever does not want it destroys it. */
  response: IncomingMessage
}

export interface PublicRequest {
  headers: Readonly<Record<string, string>>
  signal: AbortSignal
}

export type PublicFetch = (url: URL, request: PublicRequest) => Promise<PublicAnswer>

/** The fetch throws MillraceError `import-refused`, or `import-unreachable` when nobody answers. */
export function createPublicFetch(deps: Partial<PublicFetchDeps> = {}): PublicFetch {
  const { resolve, isPublic, check, headMilliseconds } = { ...usual, ...deps }

  async function addressesOf(url: URL): Promise<readonly LookupAddress[]> {
    const host = bareHost(url)
    if (isIP(host) !== 0) return [{ address: host, family: isIPv6(host) ? 6 : 4 }]
    try {
      return await resolve(host)
    } catch (cause) {
      if (isPassing(cause)) throw unreachable(cause)
      throw importRefused('no-website', { cause, detail: host })
    }
  }

  /** `late` rejects when it has taken too long. */
  async function ask(
    url: URL,
    { headers, signal }: PublicRequest,
    late: Promise<never>,
  ): Promise<IncomingMessage> {
    check(url)
    const addresses = await Promise.race([addressesOf(url), late])
    const inner = addresses.find(({ address }) => !isPublic(address))
    const [first] = addresses
    if (inner || !first) throw notPublic(`${url.hostname} is ${inner?.address ?? 'nowhere'}`)
    const send = url.protocol === 'https:' ? requestHttps : requestHttp
    const { promise, resolve: answer, reject } = Promise.withResolvers<IncomingMessage>()
    const asked = send(url, {
      // A kept connection might be one to an address that was checked for another name.
      ...{ headers, signal, agent: false },
      lookup: (_host, options: LookupOptions, done) => {
        if (options.all) done(null, [...addresses])
        else done(null, first.address, first.family)
      },
    })
    asked.once('response', answer)
    // What is no answer (101) ends the connection without an error.
    asked.once('close', () => reject(new Error('closed without an answer')))
    asked.on('error', reject).end()
    try {
      return await Promise.race([promise, late])
    } catch (thrown) {
      asked.destroy()
      throw signal.aborted ? thrown : unreachable(thrown)
    }
  }

  async function askInTime(url: URL, request: PublicRequest): Promise<IncomingMessage> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    late.catch(() => undefined)
    const timer = setTimeout(
      () => reject(unreachable(new Error('no answer in time'))),
      headMilliseconds,
    )
    return ask(url, request, late).finally(() => clearTimeout(timer))
  }

  return async (url, request) => {
    let at = url
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await askInTime(at, request)
      const onward = whereTo(at, response)
      if (!onward) return { url: at, response }
      response.destroy()
      at = onward
    }
    throw importRefused('redirects-too-many', { detail: at.hostname })
  }
}

const redirects = new Set([301, 302, 303, 307, 308])

/** Where an answer leads on to; null when it is the answer. */
function whereTo(url: URL, { statusCode, headers }: IncomingMessage): URL | null {
  const { location } = headers
  if (!redirects.has(statusCode ?? 0) || location === undefined) return null
  if (!URL.canParse(location, url.href)) {
    throw importRefused('redirect-nowhere', { detail: url.hostname })
  }
  const onward = new URL(location, url)
  if (url.protocol === 'https:' && onward.protocol === 'http:') {
    throw importRefused('redirect-unsafe', { detail: onward.hostname })
  }
  return onward
}

/** The resolver did not know for the moment. */
const isPassing = (thrown: unknown): boolean =>
  thrown instanceof Error && 'code' in thrown && thrown.code === 'EAI_AGAIN'

const unreachable = (thrown: unknown) =>
  new MillraceError('import-unreachable', {
    cause: thrown,
    detail: toMillraceError(thrown).detail ?? '',
  })
