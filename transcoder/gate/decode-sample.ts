// Which segments are decoded, each as one small file: init section and segment. A few go to the decoder together; where it
// complains each goes alone, so that the one is named. Who decodes them is injected.
import type { Findings } from './finding.ts'
import type { Resource } from './m3u8.ts'
import { eachOf, type Reader } from './reader.ts'
import { initsOf, type Rendition, type SegmentFacts } from './rendition.ts'

/** What the decoder complains of; null when it has nothing to say of any file. */
export type Decode = (files: readonly Uint8Array[]) => Promise<string | null>

/** To start a decoder costs as much as to decode a second of film. As many as a chunk has rungs: no more memory than its check. */
const filesTogether = 6

/** One of five minutes, at most three. */
const segmentsASample = 150
const mostSamples = 3
/** A segment of a thousand megabits is nobody's. */
const mostBytes = 128 * 1024 * 1024

const isReadable = ({ init, bytes, listed }: SegmentFacts | undefined = blank) =>
  init !== null && listed.map !== null && bytes !== null && bytes > 0 && bytes <= mostBytes

const blank: SegmentFacts = {
  init: null,
  fragment: null,
  bytes: null,
  listed: {
    ...{ url: '', range: null, seconds: 0, decimals: 0, map: null },
    ...{ discontinuity: false, absent: true, encrypted: false },
  },
}

/** Spread over the length; another place in every rendition, so that together they see more. */
export function sampledSegments(count: number, rendition: number): number[] {
  const samples = Math.min(mostSamples, 1 + Math.floor(count / segmentsASample))
  const shift = ((rendition * 0.382) % 1) - 0.5
  return Array.from({ length: samples }, (_, n) =>
    Math.min(count - 1, Math.floor(((n + 0.5 + shift * 0.9) / samples) * count)),
  )
}

interface Sample {
  rendition: Rendition
  segment: number
}

/** The first of every rendition, then the second: a decoder has one file of each size. */
function samplesOf(renditions: readonly Rendition[], every: boolean): Sample[] {
  const columns = renditions
    .filter(rendition => initsOf(rendition).length > 0)
    .map((rendition, index) => {
      const { length } = rendition.segments
      const wanted = every ? [...rendition.segments.keys()] : sampledSegments(length, index)
      return wanted.map((segment): Sample => ({ rendition, segment }))
    })
  const longest = columns.reduce((most, { length }) => Math.max(most, length), 0)
  return Array.from({ length: longest }, (_, row) => columns.flatMap(column => column[row] ?? []))
    .flat()
    .filter(({ rendition, segment }) => isReadable(rendition.segments[segment]))
}

/** In their order, a few at a time, and of large ones fewer. */
function batchesOf(samples: readonly Sample[]): Sample[][] {
  const batches: Sample[][] = []
  let bytes = 0
  for (const sample of samples) {
    const own = sample.rendition.segments[sample.segment]?.bytes ?? 0
    const last = batches.at(-1)
    bytes += own
    if (last && last.length < filesTogether && bytes <= mostBytes) {
      last.push(sample)
    } else {
      batches.push([sample])
      bytes = own
    }
  }
  return batches
}

async function fileOf(reader: Reader, { rendition, segment }: Sample): Promise<Uint8Array> {
  const { listed, bytes } = rendition.segments[segment] ?? blank
  const { map } = listed
  if (!map || bytes === null) throw new RangeError('a segment that can be read has both')
  const mapBytes = map.range?.bytes ?? (await reader.size(map.url)) ?? 0
  const [init, body] = await Promise.all([
    reader.read(map.url, map.range?.start ?? 0, mapBytes),
    reader.read(listed.url, listed.range?.start ?? 0, bytes),
  ])
  return Buffer.concat([init, body])
}

export interface DecodeOptions {
  decode: Decode
  /** Processes. */
  atOnce: number
  every?: boolean
  isDecoded?: (segment: Resource) => boolean
}

/** The number of those it has decoded. */
export async function checkDecoding(
  reader: Reader,
  renditions: readonly Rendition[],
  findings: Findings,
  { decode, atOnce, every = false, isDecoded = () => false }: DecodeOptions,
): Promise<number> {
  const samples = samplesOf(renditions, every).filter(
    ({ rendition, segment }) => !isDecoded((rendition.segments[segment] ?? blank).listed),
  )
  await eachOf(batchesOf(samples), atOnce, async batch => {
    const files = await Promise.all(batch.map(sample => fileOf(reader, sample)))
    if ((await decode(files)) === null) return
    for (const [index, { rendition, segment }] of batch.entries()) {
      const says = await decode(files.slice(index, index + 1))
      if (says !== null) findings.about(rendition.path)('decode', says, { segment })
    }
  })
  return samples.length
}
