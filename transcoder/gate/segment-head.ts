// The facts of one segment from its moofs alone: hops from box to box by range reads and leaves the samples where they are.
import { MillraceError } from '#domain/errors.ts'
import { Bytes, boxesOf, damaged } from '../boxes.ts'
import { type FragmentFacts, type InitFacts, type MoofFacts, readMoof } from '../fragments.ts'

/** Bytes of the segment, counted from its start. */
export type ReadSegment = (start: number, bytes: number) => Promise<Uint8Array>

/** A moof of a hundred samples takes two kilobytes, and lies in the kept head of an object that begins with it. */
const windowBytes = 4096
/** A segment has one fragment as we write it; low-latency packagers write a few dozen. */
const maxBoxes = 2000

interface Part {
  moof: MoofFacts
  /** Where the moof stands. */
  start: number
}

/** @throws MillraceError `check-failed` when the boxes do not fill the segment or its samples lie outside of it. */
export async function readSegmentHead(
  read: ReadSegment,
  segmentBytes: number,
  init: InitFacts,
): Promise<FragmentFacts> {
  const parts: Part[] = []
  let window = { start: 0, bytes: await read(0, Math.min(windowBytes, segmentBytes)) }
  const need = async (start: number, bytes: number) => {
    const end = window.start + window.bytes.byteLength
    if (start < window.start || start + bytes > end) {
      const wanted = Math.min(Math.max(bytes, windowBytes), segmentBytes - start)
      window = { start, bytes: await read(start, wanted) }
    }
    const from = start - window.start
    return new Bytes(window.bytes.subarray(from, from + bytes), 'segment')
  }
  let at = 0
  for (let count = 0; at < segmentBytes; count++) {
    if (count > maxBoxes) throw damaged('segment has too many boxes')
    if (segmentBytes - at < 8) throw damaged('segment ends inside a box')
    const header = await need(at, Math.min(16, segmentBytes - at))
    const type = header.fourcc(4)
    const size = header.u32(0) === 1 ? header.u64(8) : header.u32(0)
    const name = /^[\w ]{4}$/.test(type) ? type : '????'
    if (size < 8) throw damaged(`box ${name} has size ${size}`)
    if (at + size > segmentBytes) {
      throw damaged(`box ${name} goes on ${at + size - segmentBytes} bytes after the segment`)
    }
    if (type === 'moof') {
      const [moof] = boxesOf(await need(at, size))
      if (moof) parts.push({ moof: readMoof(moof.body, init), start: at })
    } else if (type === 'mdat') {
      checkData(parts.at(-1), at, size)
    }
    at += size
  }
  return joined(parts, segmentBytes)
}

function checkData(part: Part | undefined, at: number, size: number): void {
  if (!part) throw damaged('mdat stands before its moof')
  if (part.start + part.moof.dataStart < at + 8) throw damaged('samples begin before the mdat')
  const over = part.start + part.moof.dataEnd - at - size
  if (over > 0) throw damaged(`samples end ${over} bytes after the mdat`)
}

function joined(parts: readonly Part[], bytes: number): FragmentFacts {
  const [first] = parts
  if (!first) throw damaged('segment has no moof')
  const { startTicks, startsWithKeyframe } = first.moof
  let ticks = 0
  for (const { moof } of parts) {
    if (moof.startTicks !== startTicks + ticks) {
      throw damaged(`a fragment begins at ${moof.startTicks}, not at ${startTicks + ticks}`)
    }
    ticks += moof.ticks
  }
  return {
    ...{ startTicks, startsWithKeyframe, ticks, bytes },
    samples: parts.reduce((sum, { moof }) => sum + moof.samples, 0),
    keyframeBytes: first.start + first.moof.firstSampleEnd,
    compositionStart: Math.min(...parts.map(({ moof }) => moof.compositionStart)),
    compositionEnd: Math.max(...parts.map(({ moof }) => moof.compositionEnd)),
  }
}

/** What a thrown `check-failed` says; anything else is the ground's and goes on. */
export function findingOf(thrown: unknown): string {
  if (thrown instanceof MillraceError && thrown.code === 'check-failed') {
    return thrown.detail ?? thrown.message
  }
  throw thrown
}
