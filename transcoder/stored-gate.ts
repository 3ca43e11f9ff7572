// The gate before `ready`: playlists as they will be written, objects as they stand in the store. Reads the heads of each
// object's first and last fragment and decodes a few segments: every fragment was checked before its record was written.
import { attemptPrefix, mainPlaylistName } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import type { ObjectStore } from '#platform/store.ts'
import { createDecode } from './gate/ffmpeg-decode.ts'
import { lineOf } from './gate/finding.ts'
import type { Reader } from './gate/reader.ts'
import { verify } from './gate/verify.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

const requestsAtOnce = 16
/**
 * Of a rendition, spread over its length; of all others the size: each was checked before its record was written, and the wait for
 * `ready` must not grow with the film.
 */
const mostObjects = 40
/** It runs beside the chunks of other videos. */
const decodesAtOnce = 2

const base = 'media:///'
const keyOf = (url: string) => url.slice(base.length)

export function storeReader(
  media: Pick<ObjectStore, 'head' | 'readRange'>,
  texts: ReadonlyMap<string, string>,
  signal?: AbortSignal,
  /** Of what was listed; anything else is asked for. */
  sizes: ReadonlyMap<string, number> = new Map(),
): Reader {
  return {
    text: async url => texts.get(keyOf(url)) ?? null,
    size: async url => sizes.get(keyOf(url)) ?? (await media.head(keyOf(url)))?.sizeBytes ?? null,
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

/** The first fault in words; null when there is none. */
export async function findingAtGate(
  deps: Pick<WorkerDeps, 'media' | 'ffmpeg' | 'scratch'>,
  { signal, log }: Pick<TaskRun, 'signal' | 'log'>,
  { videoId, attempt }: Pick<Plan, 'videoId' | 'attempt'>,
  playlists: readonly [name: string, text: string][],
): Promise<string | null> {
  const prefix = attemptPrefix(videoId, attempt)
  const texts = new Map(playlists.map(([name, text]) => [`${prefix}${name}`, text]))
  const { findings, ...counts } = await verify(
    storeReader(deps.media, texts, signal, await deps.media.sizes(prefix)),
    `${base}${prefix}${mainPlaylistName}`,
    {
      fragments: 'ends',
      mostObjects,
      atOnce: requestsAtOnce,
      decode: createDecode(deps, signal, 'thrown'),
      decodesAtOnce,
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
