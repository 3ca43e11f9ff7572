// Which segments are decoded, and their bytes as one small file: init section and segment. Who decodes them is injected.
import type { Findings } from './finding.ts'
import { eachOf, type Reader } from './reader.ts'
import { initsOf, type Rendition, type SegmentFacts } from './rendition.ts'

/** What the decoder complains of; null when it has nothing to say. */
export type Decode = (file: Uint8Array) => Promise<string | null>

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

export async function checkDecoding(
  reader: Reader,
  renditions: readonly Rendition[],
  findings: Findings,
  { decode, atOnce, every = false }: { decode: Decode; atOnce: number; every?: boolean },
): Promise<number> {
  const samples = renditions
    .filter(rendition => initsOf(rendition).length > 0)
    .flatMap((rendition, index) => {
      const { length } = rendition.segments
      const wanted = every ? [...rendition.segments.keys()] : sampledSegments(length, index)
      return wanted.map(segment => ({ rendition, segment }))
    })
    .filter(({ rendition, segment }) => isReadable(rendition.segments[segment]))
  await eachOf(samples, atOnce, async ({ rendition, segment }) => {
    const { listed, bytes } = rendition.segments[segment] ?? blank
    if (!listed.map || bytes === null) return
    const mapBytes = listed.map.range?.bytes ?? (await reader.size(listed.map.url)) ?? 0
    const [init, body] = await Promise.all([
      reader.read(listed.map.url, listed.map.range?.start ?? 0, mapBytes),
      reader.read(listed.url, listed.range?.start ?? 0, bytes),
    ])
    const file = new Uint8Array(init.byteLength + body.byteLength)
    file.set(init)
    file.set(body, init.byteLength)
    const says = await decode(file)
    if (says !== null) findings.about(rendition.path)('decode', says, { segment })
  })
  return samples.length
}
