// A server and a store for one upload at a time, standing at the network boundary of the engine: HTTP requests and part PUTs.
import { createApi, type Request } from '../../../web/src/api/client.ts'
import { Problem } from '../../../web/src/api/problem.ts'
import type { EngineDeps } from '../../../web/src/upload/engine.ts'
import { createGate } from '../../../web/src/upload/gate.ts'
import type { Patience } from '../../../web/src/upload/patience.ts'
import type { SendPart } from '../../../web/src/upload/send-part.ts'
import type { SourceFile } from '../../../web/src/upload/send-parts.ts'

export const partSize = 10

/** A file whose content is never held: only its slices' sizes count. */
export function fakeFile(size: number, more: Partial<SourceFile> = {}): SourceFile {
  return {
    name: 'lake.mp4',
    size,
    type: 'video/mp4',
    lastModified: 1_700_000_000_000,
    slice: (start, end) => new Blob([new Uint8Array(end - start)]),
    ...more,
  }
}

export interface Put {
  partNumber: number
  signature: number
  bytes: number
}

export function createWorld() {
  const videoId = 'v_0123456789abcdefghijkL'
  const world = {
    videoId,
    begun: false,
    completed: false,
    held: new Map<number, { size: number; etag: string }>(),
    calls: [] as string[],
    signedAsked: [] as number[][],
    puts: [] as Put[],
    inFlight: 0,
    mostInFlight: 0,
    waits: [] as number[],
    online: true,
    whenOnline: Promise.withResolvers<void>(),
    reachable: true,
    whenReachable: Promise.withResolvers<void>(),
    pings: 0,
    /** Decides what the store does with a PUT; null: it takes it. */
    onPut: (_put: Put): Problem | null => null,
    /** Decides what the server does with a call; null: it answers. */
    onCall: (_call: string): Response | 'dead' | null => null,
    hidesEtags: false,
    /** While set, PUTs wait for it. */
    hold: null as Promise<void> | null,
  }
  let signature = 0

  const request: Request = async (path, init) => {
    const call = `${init?.method ?? 'GET'} ${path}`
    world.calls.push(call)
    const made = world.onCall(call)
    if (made === 'dead') throw new TypeError('Failed to fetch')
    if (made) return made
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : {}
    if (call === 'POST /api/uploads') {
      const status = world.begun ? 200 : 201
      world.begun = true
      return Response.json(
        { videoId, partSize, partCount: Math.ceil(body.size / partSize) },
        { status },
      )
    }
    if (call === `GET /api/uploads/${videoId}/parts`) {
      const parts = [...world.held].map(([partNumber, part]) => ({ partNumber, ...part }))
      return Response.json({ parts })
    }
    if (call === `POST /api/uploads/${videoId}/parts`) {
      world.signedAsked.push(body.partNumbers)
      signature += 1
      const url = (n: number) => `https://store.test/${n}?signature=${signature}`
      const parts = body.partNumbers.map((partNumber: number) => ({
        partNumber,
        url: url(partNumber),
        size: partSize,
      }))
      return Response.json({ parts })
    }
    if (call === `POST /api/uploads/${videoId}/complete`) {
      const numbers = body.parts.map((part: { partNumber: number }) => part.partNumber)
      const missing = [...world.held.keys()].filter(n => !numbers.includes(n))
      const wrong = body.parts.some(
        (part: { partNumber: number; etag: string }) =>
          world.held.get(part.partNumber)?.etag !== part.etag,
      )
      if (missing.length > 0 || wrong) return refusal(409, 'upload-incomplete')
      world.completed = true
      return Response.json({ videoId, state: 'queued', version: 1 }, { status: 202 })
    }
    if (call === `DELETE /api/uploads/${videoId}`) return new Response(null, { status: 204 })
    return refusal(404, 'not-found')
  }

  const sendPart: SendPart = async (url, body, onSent, signal) => {
    const { pathname, searchParams } = new URL(url)
    const partNumber = Number(pathname.slice(1))
    const put = { partNumber, signature: Number(searchParams.get('signature')), bytes: body.size }
    world.puts.push(put)
    world.inFlight += 1
    world.mostInFlight = Math.max(world.mostInFlight, world.inFlight)
    try {
      onSent(Math.floor(body.size / 2))
      await Promise.race([world.hold ?? tick(), aborted(signal)])
      signal.throwIfAborted()
      if (!world.online) throw new Problem('network')
      const refused = world.onPut(put)
      if (refused) throw refused
      onSent(body.size)
      const etag = `"${partNumber}-${put.signature}"`
      world.held.set(partNumber, { size: body.size, etag })
      return world.hidesEtags ? null : etag
    } finally {
      world.inFlight -= 1
    }
  }

  const patience: Patience = {
    wait: async ms => {
      world.waits.push(ms)
      await tick()
    },
    isOnline: () => world.online,
    whenOnline: () => world.whenOnline.promise,
    untilReached: async (signal, onDown) => {
      world.pings += 1
      if (world.reachable) return true
      onDown()
      await Promise.race([world.whenReachable.promise, aborted(signal)])
      signal.throwIfAborted()
      return false
    },
    random: () => 1,
  }
  const api = createApi(request)
  const deps: EngineDeps & { api: typeof api } = {
    api,
    sendPart,
    gate: createGate(4),
    patience,
    width: 4,
  }
  return { world, deps }
}

export function refusal(status: number, code: string, detail = code): Response {
  return Response.json({ code, detail }, { status })
}

export const tick = () => new Promise<void>(resolve => setTimeout(resolve, 0))

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Lets everything that is ready run, until `done` or a second has passed. */
export async function until(done: () => boolean) {
  for (let i = 0; i < 1000 && !done(); i++) await new Promise(resolve => setTimeout(resolve, 1))
  if (!done()) throw new Error('it did not come to that')
}
