// The gate: is this presentation what its playlists say? Facts are gathered through a reader, rules judge them, sampled
// segments are decoded. The same over our own output before `ready` and over anybody's address.
import { checkBandwidths } from './bandwidth-rules.ts'
import { checkDecoding, type Decode } from './decode-sample.ts'
import { createFindings, type Finding } from './finding.ts'
import { type GatherOptions, gather } from './gather.ts'
import { checkAcross } from './grid-rules.ts'
import type { Resource } from './m3u8.ts'
import { checkPlaylists } from './playlist-rules.ts'
import { keepHeads, type Reader } from './reader.ts'
import { checkTimelines } from './timeline-rules.ts'
import { checkVariants } from './variant-rules.ts'

export interface VerifyOptions extends GatherOptions {
  /** Null: nothing is decoded. */
  decode: Decode | null
  decodesAtOnce: number
  /** Every segment, not a sample. */
  decodeEvery?: boolean
  /** Segments that need not be decoded again. */
  isDecoded?: (segment: Resource) => boolean
}

export interface Verdict {
  findings: Finding[]
  /** What was looked at. */
  playlists: number
  segments: number
  fragments: number
  decoded: number
}

export async function verify(
  reader: Reader,
  url: string,
  options: VerifyOptions,
): Promise<Verdict> {
  const findings = createFindings()
  const kept = keepHeads(reader)
  const presentation = await gather(kept, url, findings, options)
  checkPlaylists(presentation, findings)
  checkTimelines(presentation, findings)
  checkVariants(presentation, findings)
  checkBandwidths(presentation, findings)
  checkAcross(presentation, findings)
  const { renditions, iframes, multivariant } = presentation
  const decoded = options.decode
    ? await checkDecoding(kept, renditions, findings, {
        decode: options.decode,
        atOnce: options.decodesAtOnce,
        ...(options.decodeEvery ? { every: true } : {}),
        ...(options.isDecoded ? { isDecoded: options.isDecoded } : {}),
      })
    : 0
  const segments = renditions.flatMap(rendition => rendition.segments)
  return {
    findings: findings.all,
    playlists: renditions.length + iframes.length + (multivariant ? 1 : 0),
    segments: segments.length,
    fragments: segments.filter(({ fragment }) => fragment).length,
    decoded,
  }
}
