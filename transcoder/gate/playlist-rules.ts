// Rules over a media playlist as text, and where its ranges lie. Pure. Sections are of RFC 8216.
import type { Findings } from './finding.ts'
import type { MediaPlaylist } from './m3u8.ts'
import type { Presentation, Rendition } from './rendition.ts'

export function checkPlaylists(presentation: Presentation, findings: Findings): void {
  for (const rendition of [...presentation.renditions, ...presentation.iframes]) {
    const { playlist } = rendition
    const report = findings.about(rendition.path)
    for (const says of playlist.unreadable) report('playlist', says)
    if (playlist.segments.length === 0) report('playlist', 'lists no segments')
    checkVersion(playlist, says => report('version', says))
    checkTarget(playlist, (says, segment) =>
      report('target-duration', says, segment === undefined ? {} : { segment }),
    )
    if (!playlist.ended) {
      // §4.3.3.5: VOD «means that the Media Playlist file cannot change».
      if (playlist.type === 'VOD') report('endlist', 'is VOD and has no EXT-X-ENDLIST')
      else report('live', 'still grows: what it lists so far was looked at', { level: 'note' })
    }
  }
  checkAllEnded(presentation, findings)
  for (const rendition of presentation.renditions) checkOverlap(rendition, findings)
}

/** §6.2.4: the renditions of one presentation are of one content; one that ends while another ends not is missing its end. */
function checkAllEnded({ renditions }: Presentation, findings: Findings): void {
  const open = renditions.filter(({ playlist }) => !playlist.ended)
  if (open.length === 0 || open.length === renditions.length) return
  for (const { path, playlist } of open) {
    if (playlist.type !== 'VOD') {
      findings.about(path)('endlist', 'has no EXT-X-ENDLIST, and other renditions have ended')
    }
  }
}

/** §7: what each tag asks of EXT-X-VERSION. */
function checkVersion(playlist: MediaPlaylist, say: (says: string) => void): void {
  const { segments, iframesOnly, version } = playlist
  const wanted: [boolean, number, string][] = [
    [segments.some(({ map }) => map) && !iframesOnly, 6, 'EXT-X-MAP'],
    [segments.some(({ map }) => map) && iframesOnly, 5, 'EXT-X-MAP'],
    [segments.some(({ range }) => range), 4, 'EXT-X-BYTERANGE'],
    [segments.some(({ decimals }) => decimals > 0), 3, 'decimals in EXTINF'],
  ]
  const found = wanted.find(([uses, least]) => uses && version < least)
  if (found) say(`is of version ${version}, and ${found[2]} needs ${found[1]}`)
}

/** §4.3.3.1: «The EXTINF duration of each Media Segment …, when rounded to the nearest integer, MUST be less than or equal». */
function checkTarget(
  { targetDuration, segments, iframesOnly }: MediaPlaylist,
  say: (says: string, segment?: number) => void,
): void {
  if (targetDuration === null || !Number.isFinite(targetDuration)) {
    say('has no EXT-X-TARGETDURATION')
    return
  }
  if (iframesOnly) return
  for (const [at, { seconds }] of segments.entries()) {
    if (Math.round(seconds) > targetDuration) {
      say(`lasts ${seconds} s, and EXT-X-TARGETDURATION is ${targetDuration}`, at)
    }
  }
}

/** No byte is listed twice, nor as an init section and a segment. */
function checkOverlap({ playlist, path }: Rendition, findings: Findings): void {
  const report = findings.about(path)
  const listed = new Map<string, { start: number; bytes: number; at: number }[]>()
  const ends = new Map<string, number>()
  for (const [at, { url, range, map }] of playlist.segments.entries()) {
    if (map?.range) {
      const end = map.range.start + map.range.bytes
      ends.set(map.url, Math.max(end, ends.get(map.url) ?? 0))
    }
    if (!range) continue
    const own = listed.get(url)
    if (own) own.push({ ...range, at })
    else listed.set(url, [{ ...range, at }])
  }
  for (const [url, own] of listed) {
    let end = ends.get(url) ?? 0
    const sorted = own.sort((a, b) => a.start - b.start)
    for (const { start, bytes, at } of sorted) {
      if (start < end) {
        const says = `begins at byte ${start}, and what is listed before it ends at ${end}`
        report('range-overlap', says, { segment: at })
      }
      end = Math.max(end, start + bytes)
    }
  }
}
