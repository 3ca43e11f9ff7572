// A whole finished presentation in memory, made with the transcoder's own arguments, checks and playlists: what a test may
// break one bit of. Files are named as their playlists name them.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Chunk } from '#domain/item.ts'
import { attemptPrefix, chunkKey, mainPlaylistName } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { anchorArgs, audioArgs, readAnchor } from '../../transcoder/audio-args.ts'
import { checkAudioSpan, checkVideoChunk } from '../../transcoder/check.ts'
import { encodeArgs } from '../../transcoder/ffmpeg-args.ts'
import { finalPlaylists } from '../../transcoder/finish.ts'
import type { Reader } from '../../transcoder/gate/reader.ts'
import { type Packed, packAudio, packVideo } from '../../transcoder/pack.ts'
import { ffmpegUnderTest, ffprobeUnderTest, readPacked, type Source } from './media.ts'

export interface Finished {
  plan: Plan
  tracks: Map<string, Chunk[]>
  files: Map<string, Buffer>
}

const nonce = '0'.repeat(18)

/** Packed objects as they would be stored, their records, and the playlists written from those. */
export async function present(
  plan: Plan,
  packed: ReadonlyMap<string, readonly Packed[]>,
): Promise<Finished> {
  const { videoId, attempt } = plan
  const prefix = attemptPrefix(videoId, attempt)
  const finished: Finished = { plan, tracks: new Map(), files: new Map() }
  for (const [track, objects] of packed) {
    const chunks: Chunk[] = []
    for (const [index, object] of objects.entries()) {
      const { initBytes, initHash, codec, timescale, startTicks, samples, fragments } = object
      const key = chunkKey(videoId, attempt, track, index, nonce)
      const facts = { initBytes, initHash, codec, timescale, startTicks, samples, fragments }
      chunks.push({ track, index, key, ...facts, createdAt: 0 })
      finished.files.set(key.slice(prefix.length), await readPacked(object))
    }
    finished.tracks.set(track, chunks)
  }
  for (const [name, text] of finalPlaylists(plan, finished.tracks)) {
    finished.files.set(name, Buffer.from(text))
  }
  return finished
}

/** @param folder of the test's own. */
export async function finishedPresentation(
  { plan, path }: Source,
  folder: string,
): Promise<Finished> {
  const made = new Map<string, Packed[]>()
  const add = (track: string, packed: Packed) =>
    made.set(track, [...(made.get(track) ?? []), packed])
  const run = async (name: string, args: readonly string[]) => {
    const cwd = join(folder, name)
    await mkdir(cwd)
    await ffmpegUnderTest(args, cwd)
    return cwd
  }
  const { rungs, chunks } = plan.video
  for (const chunk of chunks) {
    const args = encodeArgs({ plan, chunk, rungs, input: path, threads: 1 })
    const cwd = await run(`chunk-${chunk.index}`, args)
    for (const { track } of rungs) {
      const packed = await packVideo(cwd, track)
      checkVideoChunk(packed, plan, track, chunk)
      add(track, packed)
    }
  }
  for (const audio of plan.audio) {
    const asked = anchorArgs({ plan, audio, input: path })
    const anchor = asked && readAnchor(await ffprobeUnderTest(asked))
    for (const span of audio.spans) {
      const args = audioArgs({ plan, audio, span, input: path, anchor })
      const packed = await packAudio(await run(`${audio.track}-${span.index}`, args), audio, span)
      checkAudioSpan(packed, audio, span)
      add(audio.track, packed)
    }
  }
  return present(plan, made)
}

const base = 'memory:///'
export const mainUrl = `${base}${mainPlaylistName}`

/** Reads the files, and counts what it was asked. */
export function memoryReader(files: ReadonlyMap<string, Uint8Array>) {
  const asked = { sizes: 0, reads: 0, bytes: 0 }
  const at = (url: string) => files.get(url.slice(base.length))
  const reader: Reader = {
    text: async url => {
      const file = at(url)
      return file ? Buffer.from(file).toString() : null
    },
    size: async url => {
      asked.sizes++
      return at(url)?.byteLength ?? null
    },
    read: async (url, start, bytes) => {
      const file = at(url)
      if (!file) throw new Error(`${url} is not there`)
      asked.reads++
      const found = file.subarray(start, start + bytes)
      asked.bytes += found.byteLength
      return found
    },
  }
  return { reader, asked }
}
