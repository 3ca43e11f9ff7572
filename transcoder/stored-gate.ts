// The gate before `ready`: playlists as they will be written, objects as they stand in the store. Each must be the one whose
// fragments were checked before its record was written, by its ETag; of a sample the heads of the first and the last fragment are
// read, and of a few segments every picture decoded, unless that was done when they came.
import type { Chunk } from '#domain/item.ts'
import { attemptPrefix, mainPlaylistName } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { fragmentOffset } from '#domain/playlist.ts'
import type { ObjectFacts, ObjectStore } from '#platform/store.ts'
import { createDecode } from './gate/ffmpeg-decode.ts'
import { lineOf } from './gate/finding.ts'
import { eachOf, type Reader } from './gate/reader.ts'
import { verify } from './gate/verify.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

const requestsAtOnce = 16
/**
 * Objects of a rendition whose heads are read, spread over its length: each was checked before its record was written, and the wait
 * for `ready` must not grow with the film. Where no ETag says that all of them still are what was checked, it is more.
 */
const mostObjects = { known: 12, unknown: 40 }
/** It runs beside the chunks of other videos. */
const decodesAtOnce = 2

const base = 'media:///'
const keyOf = (url: string) => url.slice(base.length)
/** An object's address for the reader. */
export const mediaUrl = (key: string) => `${base}${key}`

export function storeReader(
  media: Pick<ObjectStore, 'head' | 'readRange'>,
  texts: ReadonlyMap<string, string>,
  signal?: AbortSignal,
  /** Of what was listed; anything else is asked for. */
  known: ReadonlyMap<string, ObjectFacts> = new Map(),
): Reader {
  return {
    text: async url => texts.get(keyOf(url)) ?? null,
    async size(url) {
      const facts = known.get(keyOf(url)) ?? (await media.head(keyOf(url)))
      return facts?.sizeBytes ?? null
    },
    async read(url, start, bytes) {
      if (bytes <= 0) return new Uint8Array()
      const range = { start, end: start + bytes - 1, ...(signal ? { signal } : {}) }
      const pieces: Uint8Array[] = []
      for await (const piece of await media.readRange(keyOf(url), range)) {
        pieces.push(piece as Uint8Array)
      }
      return Buffer.concat(pieces)
    },
  }
}

/** Stores differ in whether a list quotes it. */
const bare = (etag: string) => etag.replace(/^W\/|"/g, '')

/**
 * The first chunk whose object is not the one its record tells of, in words. A record without an ETag says nothing; an object
 * that is not there the gate will miss.
 */
export async function changedObject(
  media: Pick<ObjectStore, 'head'>,
  chunks: readonly Pick<Chunk, 'track' | 'index' | 'key' | 'etag'>[],
  known: ReadonlyMap<string, Pick<ObjectFacts, 'etag'>>,
): Promise<string | null> {
  const isOther = ({ etag }: Pick<Chunk, 'etag'>, found: string | undefined) =>
    etag && found && bare(found) !== bare(etag)
  const doubtful = chunks.filter(chunk => isOther(chunk, known.get(chunk.key)?.etag))
  const changed = new Set<unknown>()
  // There are stores that list another ETag of what they have encrypted than the object itself is given with.
  await eachOf(doubtful, requestsAtOnce, async chunk => {
    if (isOther(chunk, (await media.head(chunk.key))?.etag)) changed.add(chunk)
  })
  const first = doubtful.find(chunk => changed.has(chunk))
  return first ? `${first.track}, chunk ${first.index}: not the object that was checked` : null
}

/** Addresses and first bytes of the segments that were decoded when they came. */
const decodedBefore = (chunks: readonly Chunk[]): ReadonlySet<string> =>
  new Set(
    chunks.flatMap(chunk =>
      (chunk.etag ? (chunk.decoded ?? []) : []).map(
        position => `${mediaUrl(chunk.key)} ${fragmentOffset(chunk, position)}`,
      ),
    ),
  )

/** The first fault in words; null when there is none. @param chunks none of what another engine has made */
export async function findingAtGate(
  deps: Pick<WorkerDeps, 'media' | 'ffmpeg' | 'scratch'>,
  { signal, log }: Pick<TaskRun, 'signal' | 'log'>,
  { videoId, attempt }: Pick<Plan, 'videoId' | 'attempt'>,
  {
    playlists,
    chunks,
  }: { playlists: readonly [name: string, text: string][]; chunks: readonly Chunk[] },
): Promise<string | null> {
  const prefix = attemptPrefix(videoId, attempt)
  const texts = new Map(playlists.map(([name, text]) => [`${prefix}${name}`, text]))
  const known = await deps.media.facts(prefix)
  const changed = await changedObject(deps.media, chunks, known)
  if (changed !== null) return changed
  const decoded = decodedBefore(chunks)
  const isKnown = chunks.length > 0 && chunks.every(({ etag }) => etag)
  const { findings, ...counts } = await verify(
    storeReader(deps.media, texts, signal, known),
    `${base}${prefix}${mainPlaylistName}`,
    {
      fragments: 'ends',
      mostObjects: isKnown ? mostObjects.known : mostObjects.unknown,
      atOnce: requestsAtOnce,
      decode: createDecode(deps, signal, 'thrown'),
      decodesAtOnce,
      isDecoded: ({ url, range }) => decoded.has(`${url} ${range?.start ?? 0}`),
    },
  )
  log.debug('looked at the whole', counts)
  for (const finding of findings) log.warn('the gate found', { finding: lineOf(finding) })
  // All that stands here was to be H.264 and AAC: of anybody's it may be something else, of ours it is no media.
  const fault = findings.find(({ level, rule }) => level === 'fault' || rule === 'not-checked')
  if (!fault) return null
  const { path, segment, says, rule } = fault
  return `${path}${segment === null ? '' : `, segment ${segment}`}: ${says} (${rule})`
}
