// Asks an origin once for everyone who wants the same at the same time, and stops asking when the last of them has gone.
import { MillraceError } from '#domain/errors.ts'
import type { ObjectAnswer } from './origins.ts'
import { readContentRange, type Validators } from './ranges.ts'
import { type Bytes, type SharedBody, shareBody } from './shared-body.ts'

/** An origin's answer, read as far as is needed to answer a viewer. */
export interface Fetched extends Validators {
  status: number
  headers: Headers
  /** Where its body begins in the object, and how long that is. */
  start: number
  length: number
  body: SharedBody | { solo: ReadableStream<Uint8Array> }
}

export interface Landing {
  fetched: Fetched
  /** The bytes of the object from `start` to `end` (included), which must lie within what was fetched. */
  read(start: number, end: number): ReadableStream<Uint8Array>
  /** All that was fetched; null when that is too long to be held. */
  all: (() => Promise<Bytes>) | null
  /** To be called when nothing was read. */
  leave(): void
}

export interface FlightOptions {
  /** Longer bodies go to one asker alone and are not held. */
  maxSharedBytes: number
}

interface Flight {
  fetched: Promise<Fetched>
  abort: AbortController
  users: number
  soloTaken: boolean
}

/** Bodies of unknown length come from our own apps: lists, never media. */
const maxUnknownBytes = 32 * 1024 * 1024

export interface Flights {
  /**
   * Joins the flight of that key or starts it. Rejects as the origin does, and with the signal's reason when the asker goes.
   * `arrived` runs once a flight, before anyone is answered.
   */
  join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<ObjectAnswer>,
    arrived: (fetched: Fetched) => void,
  ): Promise<Landing>
}

export function createFlights({ maxSharedBytes }: FlightOptions): Flights {
  const flights = new Map<string, Flight>()
  let alone = 0

  function start(
    key: string,
    ask: (signal: AbortSignal) => Promise<ObjectAnswer>,
    arrived: (fetched: Fetched) => void,
  ): Flight {
    const abort = new AbortController()
    const fetched = ask(abort.signal)
      .then(answer => readAnswer(answer, maxSharedBytes))
      .then(read => {
        arrived(read)
        return read
      })
    const flight = { fetched, abort, users: 0, soloTaken: false }
    flights.set(key, flight)
    const over = () => {
      if (flights.get(key) === flight) flights.delete(key)
    }
    fetched.then(({ body }) => ('all' in body ? body.all : undefined)).then(over, over)
    return flight
  }

  const join: Flights['join'] = async (key, signal, ask, arrived) => {
    signal.throwIfAborted()
    const flight = flights.get(key) ?? start(key, ask, arrived)
    flight.users++
    let left = false
    const leave = (complete = false) => {
      if (left) return
      left = true
      flight.users--
      // What has come whole needs no stopping, and its connection can be used again.
      if (flight.users > 0 || complete) return
      if (flights.get(key) === flight) flights.delete(key)
      flight.abort.abort(new MillraceError('cancelled'))
    }
    try {
      const fetched = await orGone(flight.fetched, signal)
      const { body } = fetched
      if ('all' in body) return sharedLanding(fetched, body, leave)
      if (flight.soloTaken) {
        leave()
        return await join(`${key} #${++alone}`, signal, ask, arrived)
      }
      flight.soloTaken = true
      return soloLanding(fetched, body.solo, leave)
    } catch (thrown) {
      leave()
      throw thrown
    }
  }
  return { join }
}

async function orGone<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const gone = Promise.withResolvers<never>()
  const tell = () => gone.reject(signal.reason)
  signal.addEventListener('abort', tell, { once: true })
  try {
    return await Promise.race([promise, gone.promise])
  } finally {
    signal.removeEventListener('abort', tell)
  }
}

type Leave = (complete?: boolean) => void

function sharedLanding(fetched: Fetched, body: SharedBody, quit: Leave): Landing {
  const leave = () => quit(body.complete())
  return {
    fetched,
    read: (start, end) => body.reader(start - fetched.start, end + 1 - fetched.start, leave),
    all: () => body.all.finally(leave),
    leave,
  }
}

function soloLanding(fetched: Fetched, stream: ReadableStream<Uint8Array>, leave: Leave): Landing {
  return {
    fetched,
    read: () => watched(stream, leave),
    all: null,
    leave() {
      leave()
      // The signal has ended it, or this does; nobody is left to hear of a failure.
      stream.cancel().catch(() => {})
    },
  }
}

function watched(stream: ReadableStream<Uint8Array>, leave: Leave): ReadableStream<Uint8Array> {
  const reader = stream.getReader()
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read()
          if (value) controller.enqueue(value)
          if (!done) return
          controller.close()
          leave(true)
        } catch (thrown) {
          leave()
          throw thrown
        }
      },
      async cancel(reason) {
        leave()
        await reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
}

async function readAnswer(answer: ObjectAnswer, maxSharedBytes: number): Promise<Fetched> {
  const { status, headers } = answer
  const range = readContentRange(headers.get('content-range'))
  const stated = headers.get('content-length')
  const length = stated === null ? null : Number(stated)
  const known = {
    status,
    headers,
    etag: headers.get('etag'),
    lastModified: headers.get('last-modified'),
    start: range?.span?.start ?? 0,
  }
  if (answer.body === null) {
    // HEAD, 304 and the like: the length is that of the object, not of what comes.
    const body = shareBody(null, { length: 0, maxBytes: 0 })
    return { ...known, size: range?.size ?? length ?? 0, length: 0, body }
  }
  if (length !== null && length > maxSharedBytes) {
    return { ...known, size: range?.size ?? length, length, body: { solo: answer.body } }
  }
  const body = shareBody(answer.body, { length, maxBytes: maxUnknownBytes })
  const received = length ?? (await body.all).length
  return { ...known, size: range?.size ?? received, length: received, body }
}
