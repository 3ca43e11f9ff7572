// Turns FFmpeg's files into the objects that are stored, one a track and chunk: init section and fragments, with the facts of
// the record. Leaves out what was encoded only to warm the sound encoder up.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Chunk, Fragment } from '#domain/item.ts'
import type { AudioPlan, AudioSpan } from '#domain/plan.ts'
import type { FileRange } from '#platform/file-ranges.ts'
import { isLastSpan, prerollPackets, primingSamples, rawSpanFile } from './audio-args.ts'
import { damaged } from './boxes.ts'
import { trackFile } from './ffmpeg-args.ts'
import { readFragmentFile } from './fragment-file.ts'
import {
  type FragmentFacts,
  type InitFacts,
  readFragment,
  readInit,
  splitObject,
  withEditTicks,
} from './fragments.ts'

/** A finished object on disk and what its record says of it. */
export interface Packed
  extends Pick<
    Chunk,
    'initBytes' | 'initHash' | 'codec' | 'timescale' | 'startTicks' | 'samples' | 'fragments'
  > {
  /** The file its bytes lie in. */
  path: string
  /** Where they lie there, one stretch after the other. */
  ranges: readonly FileRange[]
  bytes: number
  /** What the check looks at besides the record. */
  init: InitFacts
  facts: FragmentFacts[]
}

/**
 * One rung's file is already the object.
 * @throws MillraceError `check-failed` when it is not what the encoder writes.
 */
export async function packVideo(folder: string, track: string): Promise<Packed> {
  const path = join(folder, trackFile(track))
  const { section, init, fragments } = await readFragmentFile(path)
  const facts = fragments.map(({ facts }) => facts)
  const end = facts.reduce((sum, { bytes }) => sum + bytes, section.byteLength)
  return recordOf({ path, ranges: [{ start: 0, end }] }, { section, init }, facts)
}

/** A span without its preroll and look-ahead: whole fragments, so every box stays as the encoder wrote it. */
export async function packAudio(
  folder: string,
  audio: AudioPlan,
  span: AudioSpan,
): Promise<Packed> {
  const raw = splitObject(await readFile(join(folder, rawSpanFile(audio.track))))
  const init = withEditTicks(raw.init, primingSamples)
  const first = prerollPackets(audio, span) > 0 ? 1 : 0
  const fragments = raw.fragments.slice(first, isLastSpan(audio, span) ? undefined : -1)
  return write(join(folder, trackFile(audio.track)), init, fragments)
}

async function write(
  path: string,
  init: Uint8Array,
  fragments: readonly Uint8Array[],
): Promise<Packed> {
  await writeFile(path, Buffer.concat([init, ...fragments]))
  return describe(path, init, fragments)
}

function describe(path: string, initSection: Uint8Array, fragments: readonly Uint8Array[]): Packed {
  const init = readInit(initSection)
  const facts = fragments.map(fragment => readFragment(fragment, init))
  const end = facts.reduce((sum, { bytes }) => sum + bytes, initSection.byteLength)
  return recordOf({ path, ranges: [{ start: 0, end }] }, { section: initSection, init }, facts)
}

/** What is known of an object by the facts of its init section and fragments. */
export function recordOf(
  place: Pick<Packed, 'path' | 'ranges'>,
  { section, init }: { section: Uint8Array; init: InitFacts },
  facts: FragmentFacts[],
): Packed {
  const [first] = facts
  if (!first) throw damaged('object has no fragments')
  const total = (count: (fragment: FragmentFacts) => number) =>
    facts.reduce((sum, fragment) => sum + count(fragment), 0)
  return {
    ...place,
    bytes: section.byteLength + total(({ bytes }) => bytes),
    initBytes: section.byteLength,
    initHash: createHash('sha256').update(section).digest('hex'),
    codec: init.codec,
    timescale: init.timescale,
    startTicks: first.startTicks,
    samples: total(({ samples }) => samples),
    fragments: facts.map(
      ({ ticks, bytes, keyframeBytes }): Fragment => ({ ticks, bytes, keyframeBytes }),
    ),
    init,
    facts,
  }
}
