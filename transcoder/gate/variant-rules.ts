// Rules over what the multivariant playlist promises of each variant: codecs, picture, frame rate, and that its groups are
// there. Pure. Sections are of RFC 8216.
import type { InitFacts } from '../fragments.ts'
import type { Finding, Findings, Report } from './finding.ts'
import type { Variant } from './m3u8.ts'
import {
  initsOf,
  isWhole,
  kindOf,
  lengthOf,
  type Presentation,
  type Rendition,
} from './rendition.ts'

export function checkVariants(presentation: Presentation, findings: Findings): void {
  const { multivariant, renditions } = presentation
  for (const rendition of renditions) {
    const report = findings.about(rendition.path)
    for (const init of initsOf(rendition)) checkInit(init, report)
    for (const variant of rendition.variants) {
      // While a list grows, a rung may stand in for another one.
      const level = isWhole(rendition) ? 'fault' : 'warning'
      const inits = initsOf(rendition)
      const video = inits.filter(({ kind }) => kind === 'video')
      checkCodecs(variant, inits, report, level)
      if (video.length > 0) checkResolution(variant, video, report, level)
      if (kindOf(rendition) === 'video') checkFrameRate(variant, rendition, report, level)
    }
  }
  for (const variant of multivariant?.variants ?? []) {
    const path = renditions.find(({ url }) => url === variant.url)?.path ?? presentation.path
    const report = findings.about(path)
    const id = variant.attributes.get('AUDIO')
    if (id === undefined) continue
    const sounds = renditions.filter(({ group }) => group === id)
    const isNamed = multivariant?.groups.some(group => group.type === 'AUDIO' && group.id === id)
    if (!isNamed) report('group', `names the group "${id}", which no EXT-X-MEDIA has`)
    for (const sound of sounds) checkCodecs(variant, initsOf(sound), report, 'fault')
  }
}

/** What the boxes say of a picture, and what its decoder is told. */
function checkInit({ sps, codec, width, height }: InitFacts, report: Report): void {
  if (!sps) return
  if (codec !== `avc1.${sps.profileLevel}`) {
    report('codecs', `the init section says ${codec}, its SPS avc1.${sps.profileLevel}`)
  }
  if (sps.width !== width || sps.height !== height) {
    const says = `the init section says ${width}x${height}, its SPS ${sps.width}x${sps.height}`
    report('resolution', says)
  }
}

/** AAC with SBR may be told by its core (ISO/IEC 14496-3 §1.6.6.1): the string may say more than the init section. */
const namesCodec = (listed: string, found: string) =>
  listed.toLowerCase() === found.toLowerCase() ||
  (found === 'mp4a.40.2' && /^mp4a\.40\.(5|29)$/.test(listed))

/** «every media format … present in one or more of the Renditions specified by the Variant Stream MUST be in the CODECS». */
function checkCodecs(
  { attributes }: Variant,
  inits: readonly InitFacts[],
  report: Report,
  level: Finding['level'],
): void {
  const codecs = attributes.get('CODECS')
  if (codecs === undefined) {
    report('codecs', 'its variant has no CODECS', { level: 'warning' })
    return
  }
  const listed = codecs.split(',').map(codec => codec.trim())
  for (const { codec } of inits) {
    if (!listed.some(own => namesCodec(own, codec))) {
      report('codecs', `CODECS is "${codecs}", the init section is ${codec}`, { level })
    }
  }
}

function checkResolution(
  { attributes }: Variant,
  inits: readonly InitFacts[],
  report: Report,
  level: Finding['level'],
): void {
  const listed = attributes.get('RESOLUTION')
  // Optional, «but is recommended if the Variant Stream includes video».
  if (listed === undefined) {
    report('resolution', 'its variant has no RESOLUTION', { level: 'warning' })
    return
  }
  for (const { sps, width, height } of inits) {
    const coded = sps ?? { width, height, pixelAspect: 1 }
    const shown = Math.round(coded.width * coded.pixelAspect)
    const allowed = [`${coded.width}x${coded.height}`, `${shown}x${coded.height}`]
    if (!allowed.includes(listed)) {
      report('resolution', `RESOLUTION is ${listed}, the picture is ${allowed[0]}`, { level })
    }
  }
}

/** «rounded to three decimal places»; packagers round to two. */
const rateTolerance = 0.006
/** Fewer frames tell nothing of a variable rate. */
const leastFrames = 2

/** «the maximum frame rate for all the video in the Variant Stream» */
function checkFrameRate(
  { attributes }: Variant,
  rendition: Rendition,
  report: Report,
  level: Finding['level'],
): void {
  const listed = attributes.get('FRAME-RATE')
  const rates = rendition.segments.flatMap(segment =>
    segment.fragment && segment.fragment.samples >= leastFrames
      ? segment.fragment.samples / lengthOf(segment)
      : [],
  )
  if (listed === undefined || rates.length === 0) return
  const most = Math.max(...rates)
  const isConstant = most - Math.min(...rates) < rateTolerance
  const off = Number(listed) - most
  if (off < -rateTolerance || (isConstant && off > rateTolerance)) {
    report('frame-rate', `FRAME-RATE is ${listed}, the segments have ${most.toFixed(3)}`, { level })
  }
}
