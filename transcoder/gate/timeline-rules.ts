// Rules over the time line of one rendition: every segment once, in order, as long as it says, without a gap, from a keyframe
// on. Pure.
import type { Findings, Report } from './finding.ts'
import {
  kindOf,
  lengthOf,
  type Presentation,
  type Rendition,
  type SegmentFacts,
} from './rendition.ts'

export function checkTimelines(presentation: Presentation, findings: Findings): void {
  const promised = presentation.multivariant?.independent ?? false
  for (const rendition of presentation.renditions) {
    const report = findings.about(rendition.path)
    for (const [at, segment] of rendition.segments.entries()) checkLength(segment, at, report)
    checkJoints(rendition, report)
    checkKeyframes(rendition, promised || rendition.playlist.independent, report)
  }
}

/** EXTINF is rounded to the digits it has; packagers count milliseconds. */
const lengthTolerance = (decimals: number) => Math.max(0.001, 10 ** -decimals)

function checkLength(segment: SegmentFacts, at: number, report: Report): void {
  const { listed, fragment } = segment
  if (!fragment) return
  const seconds = lengthOf(segment)
  if (Math.abs(seconds - listed.seconds) > lengthTolerance(listed.decimals)) {
    report('duration', `EXTINF is ${listed.seconds}, its samples last ${seconds.toFixed(6)} s`, {
      segment: at,
    })
  }
}

/** A rounding of the packager's clock; a frame is thirty times as long. */
const jointTolerance = 0.0005

function checkJoints({ segments }: Rendition, report: Report): void {
  /** Where the next one must begin; null: anywhere. `slack` grows with what only EXTINF tells. */
  let next: number | null = null
  let slack = 0
  let latest = Number.NEGATIVE_INFINITY
  let ordered = true
  const jumps: { at: number; by: number; lost: boolean }[] = []
  for (const [at, segment] of segments.entries()) {
    const { listed, init, fragment } = segment
    if (listed.discontinuity) {
      next = null
      latest = Number.NEGATIVE_INFINITY
    }
    const start: number | null = fragment && init ? fragment.startTicks / init.timescale : next
    if (fragment && start !== null) {
      if (start < latest) {
        ordered = false
        report(
          'order',
          `begins at ${start.toFixed(3)} s, one before it at ${latest.toFixed(3)} s`,
          {
            segment: at,
          },
        )
      }
      latest = Math.max(latest, start)
      const by = next === null ? 0 : start - next
      if (Math.abs(by) > jointTolerance + slack) {
        jumps.push({ at, by, lost: by > 0 && skipsBytes(segments[at - 1], segment) })
      }
      slack = 0
    } else {
      slack += 10 ** -listed.decimals
    }
    // A segment that is known not to be there is no gap in what is there.
    next = start === null || listed.absent ? null : start + lengthOf(segment)
  }
  // Where segments stand in another order, every one of them jumps: that they do was said.
  if (!ordered) return
  for (const { at, by, lost } of jumps) {
    const by_ = `${Math.abs(by).toFixed(4)} s`
    if (lost)
      report('lost-segment', `${by_} of the object before it are not listed`, { segment: at })
    else if (by > 0) report('gap', `begins ${by_} after the one before it ends`, { segment: at })
    else report('overlap', `begins ${by_} before the one before it ends`, { segment: at })
  }
}

/** True where bytes of one object lie between two segments, listed by neither. */
function skipsBytes(before: SegmentFacts | undefined, after: SegmentFacts): boolean {
  const a = before?.listed
  const b = after.listed
  if (!a?.range || !b.range || a.url !== b.url) return false
  return b.range.start > a.range.start + a.range.bytes
}

/** §4.3.5.1: EXT-X-INDEPENDENT-SEGMENTS «indicates that all media samples in a Media Segment can be decoded without» others. */
function checkKeyframes(rendition: Rendition, promised: boolean, report: Report): void {
  if (kindOf(rendition) !== 'video') return
  for (const [segment, { fragment }] of rendition.segments.entries()) {
    if (!fragment || fragment.startsWithKeyframe) continue
    report('keyframe', 'does not begin with a keyframe', {
      segment,
      level: promised ? 'fault' : 'warning',
    })
  }
}
