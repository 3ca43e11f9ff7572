// Collects the samples of one track, fragment by fragment, and writes the sample table of a whole MP4 (ISO/IEC 14496-12 §8.6,
// §8.7). Times and offsets are kept in runs: hours of film take a few bytes a sample. Pure.
import { boxPieces, fullBoxPieces, u32, u32List, u64List } from './box-writing.ts'
import { damaged } from './boxes.ts'
import type { FragmentSamples } from './fragments.ts'

export interface SampleTable {
  /** @param offset where the fragment's samples begin in the file, counted from where those of all tracks begin */
  add(fragment: FragmentSamples, offset: number): void
  readonly samples: number
  readonly firstTicks: number
  /** From the first sample to the end of the last. */
  readonly ticks: number
  /** When the last one to be shown has been shown, counted from the first: later than the end by the reorder delay. */
  readonly shownTicks: number
  /** The pieces of its box. @param dataStart where the samples of all tracks begin */
  write(sampleDescription: Uint8Array, dataStart: number, wide: boolean): Uint8Array[]
}

/** Bytes a sample takes in the table: size, composition offset, keyframe. Sound has its size alone. */
const tableBytes = { video: 4 + 8 + 4, audio: 4 }

/** At least what the table will take of so many samples: room is left for it before any of them is known. */
export const mostTableBytes = (kind: 'video' | 'audio', samples: number): number =>
  tableBytes[kind] * samples

const nonSync = 0x10000

interface Entries {
  length: number
  pieces(): Buffer[]
}

const blockBytes = 64 * 1024

/** Numbers as they will stand in the file, in blocks: a list that grew would be copied again and again. */
function createList() {
  const blocks: Buffer[] = []
  let length = 0
  return {
    get length() {
      return length
    },
    /** Negative values in two's complement. */
    push(value: number): void {
      const at = (4 * length) % blockBytes
      if (at === 0) blocks.push(Buffer.allocUnsafeSlow(blockBytes))
      blocks.at(-1)?.writeUInt32BE(value >>> 0, at)
      length += 1
    },
    pieces(): Buffer[] {
      const last = (4 * length) % blockBytes || blockBytes
      return blocks.map((block, at) => (at === blocks.length - 1 ? block.subarray(0, last) : block))
    },
  }
}

/** Runs of equal values as pairs of count and value. */
function createRuns() {
  const closed = createList()
  let count = 0
  let last = 0
  let hasNegative = false
  return {
    add(value: number): void {
      hasNegative ||= value < 0
      if (count > 0 && value !== last) {
        closed.push(count)
        closed.push(last)
        count = 0
      }
      last = value
      count += 1
    },
    get hasNegative() {
      return hasNegative
    },
    get only(): number | null {
      return closed.length === 0 && count > 0 ? last : null
    },
    get length() {
      return closed.length / 2 + (count > 0 ? 1 : 0)
    },
    pieces: (): Buffer[] => [...closed.pieces(), ...(count > 0 ? [u32(count, last)] : [])],
  }
}

export function createSampleTable(): SampleTable {
  const durations = createRuns()
  const compositions = createRuns()
  const sizes = createList()
  const keyframes = createList()
  const offsets: number[] = []
  /** first_chunk, samples_per_chunk, sample_description_index, where the number of samples changes. */
  const chunks: number[] = []
  let firstTicks: number | null = null
  let ticks = 0
  let shownTicks = 0

  return {
    get samples() {
      return sizes.length
    },
    get firstTicks() {
      return firstTicks ?? 0
    },
    get ticks() {
      return ticks
    },
    get shownTicks() {
      return shownTicks
    },
    add({ startTicks, samples }, offset) {
      firstTicks ??= startTicks
      if (startTicks !== firstTicks + ticks) {
        throw damaged(`a fragment begins at ${startTicks}, not at ${firstTicks + ticks}`)
      }
      offsets.push(offset)
      if (chunks.at(-2) !== samples.length) chunks.push(offsets.length, samples.length, 1)
      for (const sample of samples) {
        durations.add(sample.duration)
        compositions.add(sample.compositionOffset)
        sizes.push(sample.size)
        if ((sample.flags & nonSync) === 0) keyframes.push(sizes.length)
        ticks += sample.duration
        shownTicks = Math.max(shownTicks, ticks + sample.compositionOffset)
      }
    },
    write(sampleDescription, dataStart, wide) {
      // Version 1 has signed offsets.
      const version = compositions.hasNegative ? 1 : 0
      const places = offsets.map(offset => dataStart + offset)
      const list = (type: string, { length, pieces }: Entries, version = 0) =>
        fullBoxPieces(type, { version }, u32(length), ...pieces())
      return boxPieces(
        'stbl',
        sampleDescription,
        ...list('stts', durations),
        ...(compositions.only === 0 ? [] : list('ctts', compositions, version)),
        // «If the sync sample box is not present, every sample is a sync sample» (§8.6.2).
        ...(keyframes.length === sizes.length ? [] : list('stss', keyframes)),
        ...fullBoxPieces('stsc', {}, u32(chunks.length / 3), u32List(chunks)),
        ...fullBoxPieces('stsz', {}, u32(0, sizes.length), ...sizes.pieces()),
        ...(wide
          ? fullBoxPieces('co64', {}, u32(places.length), u64List(places))
          : fullBoxPieces('stco', {}, u32(places.length), u32List(places))),
      )
    },
  }
}
