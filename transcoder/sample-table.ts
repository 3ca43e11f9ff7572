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

/** Runs of equal values as pairs of count and value. */
function createRuns() {
  const pairs: number[] = []
  return {
    pairs,
    add(value: number): void {
      const last = pairs.length - 1
      if (last > 0 && pairs[last] === value) pairs[last - 1] = (pairs[last - 1] ?? 0) + 1
      else pairs.push(1, value)
    },
    get only(): number | null {
      return pairs.length === 2 ? (pairs[1] ?? null) : null
    },
  }
}

export function createSampleTable(): SampleTable {
  const durations = createRuns()
  const compositions = createRuns()
  const sizes: number[] = []
  const keyframes: number[] = []
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
      const version = compositions.pairs.some((value, at) => at % 2 === 1 && value < 0) ? 1 : 0
      const places = offsets.map(offset => dataStart + offset)
      const list = (type: string, entries: readonly number[], each: number, version = 0) =>
        fullBoxPieces(type, { version }, u32(entries.length / each), u32List(entries))
      return boxPieces(
        'stbl',
        sampleDescription,
        ...list('stts', durations.pairs, 2),
        ...(compositions.only === 0 ? [] : list('ctts', compositions.pairs, 2, version)),
        // «If the sync sample box is not present, every sample is a sync sample» (§8.6.2).
        ...(keyframes.length === sizes.length ? [] : list('stss', keyframes, 1)),
        ...list('stsc', chunks, 3),
        ...fullBoxPieces('stsz', {}, u32(0, sizes.length), u32List(sizes)),
        ...(wide
          ? fullBoxPieces('co64', {}, u32(places.length), u64List(places))
          : list('stco', places, 1)),
      )
    },
  }
}
