// Reads a finished track from the store, once and in order: its init section, then fragment after fragment. Holds two runs of
// bytes and the one after them, and a fragment that is longer than those.
import type { Log } from '#platform/log.ts'
import type { ObjectStore } from '#platform/store.ts'
import { Bytes, boxAt, boxHead, damaged, headBytes } from './boxes.ts'
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
  /** Null after the last. Its data is gone with the next. */
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
  const section = Buffer.from(moov.whole)
  const init = readInit(section, anyEditTicks)
  const trak = boxAt(new Bytes(section, 'init section'), 'moov', 'trak')
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

/**
 * Both rooms are filled again and again: buffers of their own would pile up faster than the collector comes by. What `box` has
 * returned is therefore gone with the next.
 */
function createBytesAhead(parts: readonly SourcePart[], options: ReadOptions) {
  const runs = runsOf(parts, options.runBytes)
  const fetched = Buffer.allocUnsafeSlow(options.runBytes)
  let room: Buffer = Buffer.allocUnsafeSlow(2 * options.runBytes)
  let start = 0
  let end = 0
  let ahead = fetchNext()

  /** The run in `fetched`; null after the last. */
  function fetchNext(): Promise<Buffer | null> {
    const run = runs.next()
    const read = run.done ? Promise.resolve(null) : readRun(run.value, fetched, options)
    // Whoever asks for it hears of its fault; a reader that has stopped does not.
    read.catch(() => undefined)
    return read
  }

  /** To the start of a room, this one or a larger one. */
  function move(to: Buffer): void {
    room.copy(to, 0, start, end)
    room = to
    end -= start
    start = 0
  }

  /** False at the end. @throws MillraceError `check-failed` when it comes in between. */
  async function hold(bytes: number): Promise<boolean> {
    const most = bytes + options.runBytes
    if (most > room.byteLength) move(Buffer.allocUnsafeSlow(most))
    while (end - start < bytes) {
      const run = await ahead
      if (!run) {
        if (end > start) throw damaged('a track ends inside a box')
        return false
      }
      if (end + run.byteLength > room.byteLength) move(room)
      run.copy(room, end)
      end += run.byteLength
      ahead = fetchNext()
    }
    return true
  }

  return {
    async box(): Promise<{ type: string; whole: Buffer; body: Buffer } | null> {
      if (!(await hold(8))) return null
      const held = () => new Bytes(room.subarray(start, end), 'track')
      await hold(headBytes(held().u32(0)))
      const { type, size, header } = boxHead(held())
      if (size > maxBoxBytes) throw damaged(`a box has size ${size}`)
      await hold(size)
      const whole = room.subarray(start, start + size)
      start += size
      return { type, whole, body: whole.subarray(header) }
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

async function readRun(
  run: SourcePart,
  into: Buffer,
  { media, signal, log }: ReadOptions,
): Promise<Buffer> {
  const length = run.end + 1 - run.start
  const deps = { readRange: media.readRange, counts: { requests: 0, bytes: 0 }, log }
  let read = 0
  for await (const piece of fetchParts(deps, [run], { start: 0, end: length, signal })) {
    into.set(piece, read)
    read += piece.byteLength
  }
  return into.subarray(0, length)
}
