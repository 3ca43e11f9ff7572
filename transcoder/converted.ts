// What MediaConvert has made of an attempt: its playlists checked against the plan and the store, its multivariant one
// published above them, its tracks as byte ranges. Asks the store only; a second look finds the same.
import { convertTask } from '#domain/conversion.ts'
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import { MillraceError } from '#domain/errors.ts'
import {
  attemptPrefix,
  conversionPrefix,
  mainPlaylistName,
  mediaKey,
  parseConversionKey,
} from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { type ByteRange, type Media, moveUris, readMedia, readMultivariant } from './hls-reading.ts'
import type { SourcePart } from './source-fetch.ts'
import type { WorkerDeps } from './worker.ts'

type ConvertedDeps = Pick<WorkerDeps, 'tasks' | 'media'>

function refuse(finding: string): never {
  throw new MillraceError('check-failed', { detail: finding })
}

/** The folder of the job that did it; no record of it is nothing a retry could mend. */
export async function convertedFolder({ tasks }: ConvertedDeps, plan: Plan): Promise<string> {
  const record = await tasks.read(convertTask(plan))
  const folder = record?.job?.folder ?? refuse('no job has made this attempt')
  return conversionPrefix(plan.videoId, plan.attempt, folder)
}

async function readText({ media }: ConvertedDeps, key: string): Promise<string> {
  return (await media.readText(key)) ?? refuse(`${key} is not there`)
}

/** Playlists of the plan's tracks by track: rungs by their picture's size, sound in the order of the job's outputs. */
function trackUris(plan: Plan, main: string): Map<string, string> {
  const { variants, audio } = readMultivariant(main)
  const { rungs } = plan.video
  if (variants.length !== rungs.length || audio.length !== plan.audio.length) {
    refuse(`${variants.length} variants and ${audio.length} sound tracks`)
  }
  const pictures = rungs.map(({ track, pictureWidth, pictureHeight }): [string, string] => {
    const found = variants.find(
      ({ width, height }) => width === pictureWidth && height === pictureHeight,
    )
    return [track, found?.uri ?? refuse(`${track}: no picture of its size`)]
  })
  const sounds = plan.audio.map(({ track }, index): [string, string] => [track, audio[index] ?? ''])
  return new Map([...pictures, ...sounds])
}

/** Shorter by more than a segment: something of the source is missing. */
const missingSeconds = 2.5

function checkTrack(plan: Plan, track: string, { seconds, init }: Media): void {
  if (!init) refuse(`${track}: no init section`)
  if (seconds < plan.durationSeconds - missingSeconds) {
    refuse(`${track}: ${seconds} s of ${plan.durationSeconds}`)
  }
}

/** A track's bytes in the store, in order. @throws MillraceError `check-failed` for one that is not all there */
async function locate(
  { media }: ConvertedDeps,
  prefix: string,
  ranges: readonly ByteRange[],
): Promise<SourcePart[]> {
  const sizes = new Map<string, number>()
  const parts: SourcePart[] = []
  for (const { uri, start, bytes } of ranges) {
    const key = `${prefix}${uri}`
    const size = sizes.get(key) ?? (await media.head(key))?.sizeBytes ?? refuse(`${key} is missing`)
    sizes.set(key, size)
    const from = start ?? 0
    const end = from + (bytes ?? size) - 1
    if (end >= size || end < from) refuse(`${key} has ${size} bytes, and is to have ${end + 1}`)
    const last = parts.at(-1)
    if (last?.key === key && last.end + 1 === from) last.end = end
    else parts.push({ key, start: from, end })
  }
  return parts
}

/** Tracks as byte ranges, their init sections first: for the file people download. */
export async function convertedTracks(
  deps: ConvertedDeps,
  plan: Plan,
  tracks: readonly string[],
): Promise<SourcePart[][]> {
  const prefix = await convertedFolder(deps, plan)
  const uris = trackUris(plan, await readText(deps, `${prefix}${mainPlaylistName}`))
  const found: SourcePart[][] = []
  for (const track of tracks) {
    const media = readMedia(await readText(deps, `${prefix}${uris.get(track)}`))
    found.push(await locate(deps, prefix, media.ranges))
  }
  return found
}

/** A job's presentation as viewers will see it: names are beside the multivariant playlist, which stands above the job's own. */
export interface Converted {
  /** The folder of the job. */
  prefix: string
  main: string
  lists: [name: string, text: string][]
}

/** @throws MillraceError `check-failed` with the finding in its detail. */
export async function readConverted(deps: ConvertedDeps, plan: Plan): Promise<Converted> {
  const prefix = await convertedFolder(deps, plan)
  const folder = prefix.slice(attemptPrefix(plan.videoId, plan.attempt).length)
  const main = await readText(deps, `${prefix}${mainPlaylistName}`)
  const lists: Converted['lists'] = []
  const read = async (uri: string) => {
    const text = await readText(deps, `${prefix}${uri}`)
    lists.push([`${folder}${uri}`, text])
    return readMedia(text)
  }
  for (const [track, uri] of trackUris(plan, main)) {
    const media = await read(uri)
    checkTrack(plan, track, media)
    await locate(deps, prefix, media.ranges)
  }
  for (const uri of readMultivariant(main).iframes) {
    await locate(deps, prefix, (await read(uri)).ranges)
  }
  return { prefix, main: moveUris(main, folder), lists }
}

/** Says which of the attempt's objects nothing points at: those of another job. */
export async function publishConverted(
  { media }: Pick<ConvertedDeps, 'media'>,
  { videoId, attempt }: Pick<Plan, 'videoId' | 'attempt'>,
  { prefix, main }: Converted,
): Promise<(key: string) => boolean> {
  const key = mediaKey(videoId, attempt, mainPlaylistName)
  await media.put(key, main, {
    contentType: contentTypeOf(key),
    cacheControl: mediaCacheControl,
    ifAbsent: true,
  })
  return found => parseConversionKey(found) !== null && !found.startsWith(prefix)
}
