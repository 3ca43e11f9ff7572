// Asks a stage's edge as a browser would; where an emulator stands in for AWS, it answers at its endpoint by the host's name.
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'

export interface EdgeAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** At most the first so many bytes. */
  body: string
}

export type AskEdge = (
  path: string,
  options?: { method?: string; headers?: Readonly<Record<string, string>>; json?: unknown },
) => Promise<EdgeAnswer>

/** A growing playlist may be held for half as long. */
const timeoutMilliseconds = 60_000
const keptBytes = 256 * 1024

/** @param endpoint where AWS's services answer, if not on AWS */
export function createAskEdge(address: string, endpoint: string | undefined): AskEdge {
  const { host } = new URL(address)
  const base = new URL(endpoint ?? address)
  // An emulator speaks plain http: it is told what the viewer came by.
  const viewer = endpoint ? { 'x-forwarded-proto': 'https' } : {}
  const request = base.protocol === 'https:' ? httpsRequest : httpRequest
  return (path, { method = 'GET', headers = {}, json } = {}) =>
    new Promise((resolve, reject) => {
      const body = json === undefined ? undefined : Buffer.from(JSON.stringify(json))
      const typed = body
        ? { 'content-type': 'application/json', 'content-length': body.byteLength }
        : {}
      const options = {
        hostname: base.hostname,
        port: base.port,
        // As it is: a URL would resolve its dots.
        path,
        method,
        headers: { ...headers, ...typed, ...viewer, host },
        // The certificate is that of whoever answers, not of the host that is asked for.
        servername: isIP(base.hostname) ? 'localhost' : base.hostname,
        signal: AbortSignal.timeout(timeoutMilliseconds),
      }
      const sent = request(options, answer => {
        let kept = Buffer.alloc(0)
        answer.on('data', (piece: Buffer) => {
          if (kept.byteLength < keptBytes) kept = Buffer.concat([kept, piece])
        })
        answer.on('error', reject)
        answer.on('end', () => {
          const pairs = Object.entries(answer.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ])
          resolve({
            status: answer.statusCode ?? 0,
            headers: Object.fromEntries(pairs),
            body: kept.toString(),
          })
        })
      })
      sent.on('error', reject)
      sent.end(body)
    })
}
