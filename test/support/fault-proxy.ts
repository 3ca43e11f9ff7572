// A proxy before the store and the table that lets a share of their calls fail or wait, by chance from a seed: refused before
// they are done, done with the answer lost, or slow. Queues are left alone: what they lose, they send again by themselves.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

const kinds = ['refused', 'lost', 'slow'] as const
type Kind = (typeof kinds)[number]

export interface FaultProxy {
  endpoint: string
  /** How often each has happened so far. */
  faults: Record<Kind, number>
  calls(): number
  close(): void
}

/** The service as the signature's scope names it (…/us-east-1/s3/aws4_request). */
const serviceOf = ({ headers }: IncomingMessage) =>
  /\/(\w+)\/aws4_request/.exec(headers.authorization ?? '')?.[1]

const slowestMilliseconds = 1500

/** @param share of the calls that something happens to, 0 … 1. */
export async function startFaultProxy(options: {
  target: string
  share: number
  random: () => number
}): Promise<FaultProxy> {
  const { target, share, random } = options
  const { hostname, port } = new URL(target)
  const faults: Record<Kind, number> = { refused: 0, lost: 0, slow: 0 }
  let calls = 0

  function chooseFault(call: IncomingMessage): Kind | null {
    if (!['s3', 'dynamodb'].includes(serviceOf(call) ?? '')) return null
    calls += 1
    if (random() >= share) return null
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'slow'
    faults[kind] += 1
    return kind
  }

  function forward(call: IncomingMessage, answer: ServerResponse, isLost: boolean): void {
    // With the caller's own Host: it is signed.
    const { method, url: path, headers } = call
    const forwarded = request({ hostname, port, method, path, headers }, received => {
      if (isLost) {
        received.resume().once('end', () => call.socket.destroy())
        return
      }
      answer.writeHead(received.statusCode ?? 500, received.rawHeaders)
      received.pipe(answer)
      received.once('error', () => call.socket.destroy())
    })
    forwarded.once('error', () => call.socket.destroy())
    call.pipe(forwarded)
    answer.once('close', () => !answer.writableFinished && !isLost && forwarded.destroy())
  }

  const server = createServer(async (call, answer) => {
    const fault = chooseFault(call)
    if (fault === 'refused') {
      call.resume()
      call.once('end', () => answer.writeHead(503, { 'content-length': 0 }).end())
      return
    }
    if (fault === 'slow') await wait(random() * slowestMilliseconds)
    forward(call, answer, fault === 'lost')
  })
  server.on('connection', socket => socket.on('error', () => undefined))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    faults,
    calls: () => calls,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
