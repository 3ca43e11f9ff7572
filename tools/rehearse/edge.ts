// A viewer's browser at the deployed distribution: requests by its host's name to where the emulator answers, bodies as bytes.
import { request } from 'node:https'

export interface Answer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: Buffer
}

export interface Ask {
  method?: string
  headers?: Readonly<Record<string, string>>
  json?: unknown
}

export type Edge = (path: string, options?: Ask) => Promise<Answer>

const timeoutMilliseconds = 60_000

export function createEdge(address: string, endpoint: string): Edge {
  const { host } = new URL(address)
  const base = new URL(endpoint)
  return (path, { method = 'GET', headers = {}, json } = {}) =>
    new Promise((resolve, reject) => {
      const body = json === undefined ? undefined : JSON.stringify(json)
      const sent = request(
        {
          hostname: base.hostname,
          port: base.port,
          // As it is: a URL would resolve its dots.
          path,
          method,
          headers: {
            ...headers,
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            // What CloudFront would have seen.
            'x-forwarded-proto': 'https',
            host,
          },
          // The certificate is the emulator's.
          servername: 'localhost',
          signal: AbortSignal.timeout(timeoutMilliseconds),
        },
        answer => {
          const pieces: Buffer[] = []
          answer.on('data', (piece: Buffer) => pieces.push(piece))
          answer.on('error', reject)
          answer.on('end', () => {
            const pairs = Object.entries(answer.headers).map(([name, value]) => [
              name,
              Array.isArray(value) ? value.join(', ') : (value ?? ''),
            ])
            resolve({
              status: answer.statusCode ?? 0,
              headers: Object.fromEntries(pairs),
              body: Buffer.concat(pieces),
            })
          })
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
}

/** @throws Error that names the request, when the answer is another one. */
export function expectStatus(answer: Answer, wanted: number, what: string): void {
  if (answer.status === wanted) return
  const said = answer.body.toString().slice(0, 500)
  throw new Error(`${what}: ${answer.status} in place of ${wanted}: ${said}`)
}

export function readJson<T>(answer: Answer, wanted: number, what: string): T {
  expectStatus(answer, wanted, what)
  return JSON.parse(answer.body.toString())
}
