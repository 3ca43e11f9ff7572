// Gathers the facts of a presentation: playlists, init sections, and the moofs of all segments or of those at the ends of each
// object. What is not there or can't be read is reported here; whether it is right the rules decide.
import { type InitFacts, readInit } from '../fragments.ts'
import { anyEditTicks } from './edit-list.ts'
import type { Findings, Report } from './finding.ts'
import { type MediaPlaylist, type Resource, readPlaylist, type Segment } from './m3u8.ts'
import { eachOf, type Reader } from './reader.ts'
import type { Presentation, Rendition, SegmentFacts } from './rendition.ts'
import { findingOf, readSegmentHead } from './segment-head.ts'

export interface GatherOptions {
  /** `ends`: the first and the last of each object; the ones between stand between two that are right. */
  fragments: 'all' | 'ends'
  /** Objects of a rendition whose fragments are looked at, spread, the first and the last among them; all, where it is left out. */
  mostObjects?: number
  /** Requests. */
  atOnce: number
}

/** A path beside the first playlist's; or the address, when it lies elsewhere. Without query: a token is nobody's business. */
function pathFrom(main: string, url: string): string {
  const folder = main.split(/[?#]/, 1)[0]?.replace(/[^/]*$/, '') ?? ''
  const bare = url.split(/[?#]/, 1)[0] ?? url
  return folder !== '' && bare.startsWith(folder) ? bare.slice(folder.length) : bare
}

export async function gather(
  reader: Reader,
  main: string,
  findings: Findings,
  options: GatherOptions,
): Promise<Presentation> {
  const path = pathFrom(main, main)
  const report = findings.about(path)
  const presentation: Presentation = { path, multivariant: null, renditions: [], iframes: [] }
  const found = await readAt(reader, main, report)
  if (!found) return presentation
  const renditions = new Map<string, Rendition>()
  const add = (url: string, playlist: MediaPlaylist) => {
    const rendition: Rendition = {
      ...{ url, path: pathFrom(main, url), playlist, variants: [], group: null, segments: [] },
    }
    renditions.set(url, rendition)
    return rendition
  }
  if (found.kind === 'media') {
    add(main, found)
  } else {
    presentation.multivariant = found
    const sounds = found.groups.filter(({ type, url }) => type === 'AUDIO' && url)
    const named = [...found.variants.map(({ url }) => url), ...sounds.map(({ url }) => url ?? '')]
    const playlists = new Map<string, MediaPlaylist>()
    await eachOf([...new Set(named)], options.atOnce, async url => {
      const about = findings.about(pathFrom(main, url))
      const read = await readAt(reader, url, about)
      if (read?.kind === 'media') playlists.set(url, read)
      else if (read) about('playlist', 'is a multivariant playlist, named as a media playlist')
    })
    // In the order in which they are named, whatever came first.
    for (const [url, playlist] of named.flatMap((url): [string, MediaPlaylist][] => {
      const playlist = playlists.get(url)
      return playlist && !renditions.has(url) ? [[url, playlist]] : []
    })) {
      const rendition = add(url, playlist)
      rendition.variants = found.variants.filter(variant => variant.url === url)
      rendition.group = sounds.find(group => group.url === url)?.id ?? null
    }
  }
  for (const rendition of renditions.values()) {
    const isIframes = rendition.playlist.iframesOnly || rendition.variants.some(v => v.iframes)
    await (isIframes ? sizesOf : segmentsOf)(
      reader,
      rendition,
      findings.about(rendition.path),
      options,
    )
    ;(isIframes ? presentation.iframes : presentation.renditions).push(rendition)
  }
  return presentation
}

async function readAt(reader: Reader, url: string, report: Report) {
  const text = await reader.text(url)
  if (text === null) {
    report('missing', 'the playlist is not there')
    return null
  }
  const playlist = readPlaylist(text, url)
  if (!playlist) report('playlist', 'does not begin with #EXTM3U')
  return playlist
}

const nameOf = (url: string) => url.split(/[?#]/, 1)[0]?.split('/').at(-1) ?? ''

/** Bytes of a segment that lies inside its object; null when it does not, or the object is not there. */
async function bytesOf(
  reader: Reader,
  resource: Resource,
  say: (rule: 'missing' | 'range-outside', says: string) => void,
): Promise<number | null> {
  const size = await reader.size(resource.url)
  if (size === null) {
    say('missing', `${nameOf(resource.url)} is not there`)
    return null
  }
  if (!resource.range) return size
  const { start, bytes } = resource.range
  if (start + bytes <= size) return bytes
  say(
    'range-outside',
    `bytes ${start} to ${start + bytes - 1} of ${nameOf(resource.url)}, which has ${size}`,
  )
  return null
}

async function sizesOf(
  reader: Reader,
  rendition: Rendition,
  report: Report,
  { atOnce }: GatherOptions,
): Promise<void> {
  const { segments } = rendition.playlist
  const sizes: (number | null)[] = []
  await eachOf(segments, atOnce, async (listed, segment) => {
    sizes[segment] = await bytesOf(reader, listed, (rule, says) => report(rule, says, { segment }))
  })
  rendition.segments = segments.map(
    (listed, at): SegmentFacts => ({
      ...{ listed, init: null, fragment: null, bytes: sizes[at] ?? null },
    }),
  )
}

const keyOf = ({ url, range }: Resource) => `${url} ${range?.start ?? ''} ${range?.bytes ?? ''}`

interface Init {
  facts: InitFacts
  bytes: Uint8Array
}

async function readInitAt(reader: Reader, map: Resource, report: Report): Promise<Init | null> {
  const size = await bytesOf(reader, map, (rule, says) => report(rule, `init section: ${says}`))
  if (size === null) return null
  const bytes = await reader.read(map.url, map.range?.start ?? 0, size)
  try {
    return { facts: readInit(bytes, anyEditTicks), bytes }
  } catch (thrown) {
    const says = `only one track of H.264 or AAC is looked into: ${findingOf(thrown)}`
    report('not-checked', says, { level: 'note' })
    return null
  }
}

/** An object that can be played by itself must begin with the init section its segments are played with. */
async function checkOwnInit(
  reader: Reader,
  { url, map }: Segment,
  init: Init,
  say: (says: string) => void,
) {
  if (map?.range?.start !== 0 || map.url === url) return
  const { bytes } = init
  const size = await reader.size(url)
  if (size === null || size === 0) return
  const own = await reader.read(url, 0, Math.min(bytes.byteLength, size))
  const isEqual = own.every((byte, at) => byte === bytes[at])
  if (isEqual) return
  // Another maker's object need not begin with one.
  if (String.fromCharCode(...own.subarray(4, 8)) !== 'ftyp') return
  say(`${nameOf(url)} begins with another init section than that of EXT-X-MAP`)
}

/** So many of them at most, evenly, from the first to the last. */
export function spread<T>(items: readonly T[], most = items.length): T[] {
  if (items.length <= most) return [...items]
  const step = (items.length - 1) / (most - 1)
  const chosen = new Set(Array.from({ length: most }, (_, index) => Math.round(index * step)))
  return items.filter((_, index) => chosen.has(index))
}

async function segmentsOf(
  reader: Reader,
  rendition: Rendition,
  report: Report,
  { fragments, mostObjects, atOnce }: GatherOptions,
): Promise<void> {
  const { segments } = rendition.playlist
  const inits = new Map<string, Init | null>()
  const maps = new Map(segments.flatMap(({ map }) => (map ? [[keyOf(map), map]] : [])))
  for (const [key, map] of maps) inits.set(key, await readInitAt(reader, map, report))
  noteUnchecked(segments, report)
  const isEnd = (at: number) =>
    fragments === 'all' ||
    segments[at]?.url !== segments[at - 1]?.url ||
    segments[at]?.url !== segments[at + 1]?.url
  // Before its segments, or they would all wait for the same answer.
  const objects = spread([...new Set(segments.map(({ url }) => url))], mostObjects)
  const isLookedAt = new Set(objects)
  await eachOf(objects, atOnce, async url => {
    if ((await reader.size(url)) && maps.size > 0) await reader.read(url, 0, 1)
  })
  const facts: SegmentFacts[] = []
  await eachOf(segments, atOnce, async (listed, at) => {
    const about = { segment: at }
    const own: SegmentFacts = { listed, init: null, fragment: null, bytes: null }
    facts[at] = own
    if (listed.absent) return
    own.bytes = await bytesOf(reader, listed, (rule, says) => report(rule, says, about))
    const init = listed.map ? inits.get(keyOf(listed.map)) : null
    if (!init || listed.encrypted) return
    own.init = init.facts
    if (segments[at - 1]?.url !== listed.url && isLookedAt.has(listed.url)) {
      await checkOwnInit(reader, listed, init, says => report('init', says, about))
    }
    if (own.bytes === null || !isEnd(at) || !isLookedAt.has(listed.url)) return
    const from = listed.range?.start ?? 0
    try {
      own.fragment = await readSegmentHead(
        (start, bytes) => reader.read(listed.url, from + start, bytes),
        own.bytes,
        init.facts,
      )
    } catch (thrown) {
      report('fragment', findingOf(thrown), about)
    }
  })
  rendition.segments = facts
}

function noteUnchecked(segments: readonly Segment[], report: Report): void {
  const note = (says: string) => report('not-checked', says, { level: 'note' })
  if (segments.some(({ map }) => !map))
    note('segments without an init section (MPEG-TS, packed audio, text) are not looked into')
  else if (segments.some(({ encrypted }) => encrypted))
    note('encrypted segments are not looked into')
}
