// Reads a finished track from the store, once and in order: its init section, then fragment after fragment. Holds a run of
// bytes and the one after it, and a fragment that is longer than those.
import type { Log } from '#platform/log.ts'
import type { ObjectStore } from '#platform/store.ts'
import { Bytes, boxAt, damaged } from './boxes.ts'
import { type FragmentSamples, type InitFacts, readInit, readSamples } from './fragments.ts'
import { anyEditTicks } from './gate/edit-list.ts'
import { fetchParts, type SourcePart } from './source-fetch.ts'

export interface TrackFragment extends FragmentSamples {
  /** The samples' bytes, one behind the other. */
  data: Uint8Array
}

export interface TrackReader {
  init: InitFacts
  trak: Bytes
  /** Null after the last. */
  next(): Promise<TrackFragment | null>
}

export interface ReadOptions {
  media: Pick<ObjectStore, 'readRange'>
  /** Asked for at a time. */
  runBytes: number
  signal: AbortSignal
  log: Log
}

/** A fragment of seconds: more is a damaged length. */
const maxBoxBytes = 256 * 1024 * 1024

/** @param parts of the track: its init section once, then its fragments. */
export async function readTrack(
  parts: readonly SourcePart[],
  options: ReadOptions,
): Promise<TrackReader> {
  const bytes = createBytesAhead(parts, options)
  let moov = await bytes.box()
  while (moov && moov.type !== 'moov') moov = await bytes.box()
  if (!moov) throw damaged('a track has no moov')
  const init = readInit(moov.whole, anyEditTicks)
  const trak = boxAt(new Bytes(moov.body, 'moov'), 'trak')
  return {
    init,
    trak,
    async next() {
      let samples: FragmentSamples | null = null
      let moofBytes = 0
      for (let box = await bytes.box(); box; box = await bytes.box()) {
        if (box.type === 'moof') {
          samples = readSamples(new Bytes(box.body, 'moof'), init)
          moofBytes = box.whole.byteLength
        } else if (box.type === 'mdat') {
          if (!samples) throw damaged('mdat stands before its moof')
          return { ...samples, data: dataOf(box.whole, samples, moofBytes) }
        }
      }
      if (samples) throw damaged('a moof without its mdat')
      return null
    },
  }
}

function dataOf(mdat: Uint8Array, { dataStart, samples }: FragmentSamples, moofBytes: number) {
  const from = dataStart - moofBytes
  const end = samples.reduce((sum, { size }) => sum + size, from)
  if (from < 8 || end > mdat.byteLength) throw damaged('samples lie outside of their mdat')
  return mdat.subarray(from, end)
}

function createBytesAhead(parts: readonly SourcePart[], options: ReadOptions) {
  const runs = runsOf(parts, options.runBytes)
  let held: Buffer = Buffer.alloc(0)
  let ahead = fetchNext()

  function fetchNext(): Promise<Buffer | null> {
    const run = runs.next()
    const fetched = run.done ? Promise.resolve(null) : readRun(run.value, options)
    // Whoever asks for it hears of its fault; a reader that has stopped does not.
    fetched.catch(() => undefined)
    return fetched
  }

  /** False at the end. @throws MillraceError `check-failed` when it comes in between. */
  async function hold(bytes: number): Promise<boolean> {
    const pieces = [held]
    let length = held.byteLength
    while (length < bytes) {
      const piece = await ahead
      if (!piece) {
        if (length > 0) throw damaged('a track ends inside a box')
        return false
      }
      ahead = fetchNext()
      pieces.push(piece)
      length += piece.byteLength
    }
    if (pieces.length > 1) held = Buffer.concat(pieces, length)
    return true
  }

  return {
    async box(): Promise<{ type: string; whole: Buffer; body: Buffer } | null> {
      if (!(await hold(8))) return null
      const head = new Bytes(held, 'track')
      const short = head.u32(0)
      if (short === 1) await hold(16)
      const size = short === 1 ? new Bytes(held, 'track').u64(8) : short
      const header = short === 1 ? 16 : 8
      if (size < header || size > maxBoxBytes) throw damaged(`a box has size ${size}`)
      await hold(size)
      const whole = held.subarray(0, size)
      held = held.subarray(size)
      return { type: new Bytes(whole, 'box').fourcc(4), whole, body: whole.subarray(header) }
    },
  }
}

function* runsOf(parts: readonly SourcePart[], runBytes: number): Generator<SourcePart> {
  for (const { key, start, end } of parts) {
    for (let from = start; from <= end; from += runBytes) {
      yield { key, start: from, end: Math.min(end, from + runBytes - 1) }
    }
  }
}

async function readRun(run: SourcePart, { media, signal, log }: ReadOptions): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(run.end + 1 - run.start)
  const deps = { readRange: media.readRange, counts: { requests: 0, bytes: 0 }, log }
  let read = 0
  for await (const piece of fetchParts(deps, [run], { start: 0, end: bytes.byteLength, signal })) {
    bytes.set(piece, read)
    read += piece.byteLength
  }
  return bytes
}
