// Rules over BANDWIDTH and AVERAGE-BANDWIDTH: measured again from the bytes and durations of the segments (RFC 8216 §4.1,
// §4.3.4.2), apart from the code that wrote them. Pure.
import type { Findings } from './finding.ts'
import { isWhole, lengthOf, type Presentation, type Rendition } from './rendition.ts'

interface Rates {
  peak: number
  average: number
}

/** Null where not every segment's bytes are known. */
function measure({ segments, playlist }: Rendition): Rates | null {
  const measured = segments.flatMap(segment =>
    segment.bytes === null ? [] : { bits: segment.bytes * 8, seconds: lengthOf(segment) },
  )
  if (measured.length === 0 || measured.length < segments.length) return null
  const target = playlist.targetDuration ?? 0
  let peak = 0
  for (let first = 0; first < measured.length; first++) {
    let bits = 0
    let seconds = 0
    for (let at = first; at < measured.length; at++) {
      const segment = measured[at]
      if (!segment) break
      bits += segment.bits
      seconds += segment.seconds
      // «any contiguous set of segments whose total duration is between 0.5 and 1.5 times the target duration»
      if (seconds > 1.5 * target) break
      if (seconds >= 0.5 * target) peak = Math.max(peak, bits / seconds)
    }
  }
  const bits = measured.reduce((sum, segment) => sum + segment.bits, 0)
  const seconds = measured.reduce((sum, segment) => sum + segment.seconds, 0)
  const average = seconds > 0 ? bits / seconds : 0
  return { peak: Math.max(peak, average), average }
}

/** EXTINF is rounded to microseconds. */
const leastShare = 0.9999
/** A player that is told this much more than there is chooses a lower variant than it could play. */
const mostShare = 1.1

export function checkBandwidths(presentation: Presentation, findings: Findings): void {
  const { renditions, iframes } = presentation
  const rates = new Map([...renditions, ...iframes].map(own => [own, measure(own)]))
  const ofGroup = (id: string | undefined, rate: keyof Rates) => {
    const own = renditions.filter(({ group }) => group !== null && group === id)
    return Math.max(0, ...own.map(rendition => rates.get(rendition)?.[rate] ?? 0))
  }
  for (const [rendition, own] of rates) {
    const report = findings.about(rendition.path)
    for (const { attributes } of rendition.variants) {
      if (!attributes.has('BANDWIDTH')) report('bandwidth', 'its variant has no BANDWIDTH')
      if (!own || !isWhole(rendition)) continue
      const compare = (
        rule: 'bandwidth' | 'average-bandwidth',
        name: string,
        measured: number,
      ): void => {
        const listed = attributes.get(name)
        if (listed === undefined) return
        const says = `${name} is ${listed}, the segments have ${Math.ceil(measured)}`
        if (Number(listed) < measured * leastShare - 2) report(rule, says)
        else if (Number(listed) > measured * mostShare + 2) report(rule, says, { level: 'warning' })
      }
      const group = attributes.get('AUDIO')
      compare('bandwidth', 'BANDWIDTH', own.peak + ofGroup(group, 'peak'))
      compare('average-bandwidth', 'AVERAGE-BANDWIDTH', own.average + ofGroup(group, 'average'))
    }
  }
}
