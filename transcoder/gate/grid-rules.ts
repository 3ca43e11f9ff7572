// Rules across renditions: cut at the same instants, picture and sound from the same instant to the same instant, I-frame
// playlists at the keyframes of segments. Pure.
import type { Findings } from './finding.ts'
import {
  isWhole,
  kindOf,
  lengthOf,
  type Presentation,
  type Rendition,
  shownFrom,
  shownUntil,
  startsOf,
} from './rendition.ts'

export function checkAcross(presentation: Presentation, findings: Findings): void {
  checkGrid(presentation, findings)
  checkEnds(presentation, findings)
  checkIframes(presentation, findings)
}

/** Far less than a frame. */
const gridTolerance = 0.001

/** Where a rendition's own line of time is broken, its grid is, too: that was said. */
const isBroken = (findings: Findings, path: string) =>
  findings.has(path, 'order', 'gap', 'overlap', 'lost-segment', 'duration', 'fragment')

function checkGrid({ renditions }: Presentation, findings: Findings): void {
  const pictures = renditions.filter(
    own => kindOf(own) === 'video' && !isBroken(findings, own.path) && startsOf(own)[0] !== null,
  )
  const [first, ...others] = pictures
  if (!first) return
  const cuts = startsOf(first)
  const isCut = nearAny(cuts)
  const [begin, end] = [cuts[0] ?? 0, cuts.at(-1) ?? 0]
  for (const other of others) {
    // Of lists that grow or slide only what both have can be compared.
    const whole = isWhole(first) && isWhole(other)
    const own = startsOf(other)
    const isOwnCut = nearAny(own)
    const isIn = (cut: number, from: number, to: number) =>
      whole || (cut >= from - gridTolerance && cut <= to + gridTolerance)
    const mine = own.findIndex(cut => cut !== null && isIn(cut, begin, end) && !isCut(cut))
    const [from, to] = [own[0] ?? 0, own.at(-1) ?? 0]
    const missed = cuts.findIndex(cut => cut !== null && isIn(cut, from, to) && !isOwnCut(cut))
    const report = findings.about(other.path)
    if (mine >= 0) {
      const says = `begins at ${own[mine]?.toFixed(4)} s, where ${first.path} is not cut`
      report('grid', says, { segment: mine })
    } else if (missed >= 0) {
      report('grid', `is not cut at ${cuts[missed]?.toFixed(4)} s, as ${first.path} is`)
    }
  }
}

/** Whether one of them is within the tolerance: a film of hours has thousands. */
function nearAny(instants: readonly (number | null)[]): (instant: number) => boolean {
  const sorted = instants.filter(instant => instant !== null).sort((a, b) => a - b)
  return instant => {
    let low = 0
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((sorted[middle] ?? 0) < instant - gridTolerance) low = middle + 1
      else high = middle
    }
    return (sorted[low] ?? Number.POSITIVE_INFINITY) <= instant + gridTolerance
  }
}

/** The longest frame or packet: neither can end in the middle of one. */
function stepOf({ segments }: Rendition): number {
  const steps = segments.flatMap(segment =>
    segment.fragment ? lengthOf(segment) / segment.fragment.samples : [],
  )
  return Math.max(0, ...steps)
}

function checkEnds({ renditions }: Presentation, findings: Findings): void {
  const picture = renditions.find(
    own => kindOf(own) === 'video' && !isBroken(findings, own.path) && isWhole(own),
  )
  if (!picture) return
  const begin = shownFrom(picture)
  const end = shownUntil(picture)
  for (const other of renditions) {
    if (other === picture || kindOf(other) === null || !isWhole(other)) continue
    if (isBroken(findings, other.path)) continue
    const tolerance = Math.max(stepOf(picture), stepOf(other)) + gridTolerance
    const report = findings.about(other.path)
    const [from, until] = [shownFrom(other), shownUntil(other)]
    const compare = (rule: 'start-together' | 'end-together', own: number, seen: number) => {
      const off = own - seen
      if (Math.abs(off) <= tolerance) return
      const how = `${Math.abs(off).toFixed(4)} s ${off < 0 ? 'before' : 'after'} ${picture.path}`
      report(rule, `${rule === 'start-together' ? 'begins' : 'ends'} ${how}`)
    }
    if (from !== null && begin !== null) compare('start-together', from, begin)
    if (until !== null && end !== null) compare('end-together', until, end)
  }
}

/** §4.3.3.6: each range of an I-frame playlist is one I-frame: a segment's bytes up to the end of its first sample. */
function checkIframes({ renditions, iframes }: Presentation, findings: Findings): void {
  const known = new Map(
    renditions.flatMap(({ segments }) =>
      segments.map(({ listed, fragment }): [string, number | null] => [
        `${listed.url} ${listed.range?.start ?? 0}`,
        fragment?.keyframeBytes ?? null,
      ]),
    ),
  )
  for (const { path, segments } of iframes) {
    const report = findings.about(path)
    for (const [segment, { listed }] of segments.entries()) {
      const key = `${listed.url} ${listed.range?.start ?? 0}`
      // Another maker's may lie in files of their own, or inside of segments.
      const bytes = known.get(key)
      if (!listed.range || bytes === undefined || bytes === null) continue
      if (listed.range.bytes < bytes) {
        const says = `lists ${listed.range.bytes} bytes, the I-frame ends after ${bytes}`
        report('iframes', says, { segment })
      }
    }
  }
}
