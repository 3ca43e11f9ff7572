// Requests to the object store and space in it for one video, counted from its plan. Pure.

import { planParts } from '#domain/parts.ts'
import type { Plan } from '#domain/plan.ts'
import { encodeTracks, owedTasks } from '#domain/task.ts'
import { ladderBytes, mp4Bytes } from './bytes.ts'
import { type Film, filmBytes } from './film.ts'
import { stage } from './stage.ts'
import { amount, type Use } from './use.ts'

/** As transcoder/source-blocks.ts reads: blocks of 256 KiB, in runs half as long as what was read so far, of 1 to 8 MiB. */
const blockBytes = 256 * 1024
const runBlocks = { first: 4, longest: 32 }
/** As platform/put-parts.ts writes. */
const putPartBytes = 32 * 1024 * 1024
/** Where the container's index lies, and the file's ends: looked at before anything is planned. Assumed. */
const probeReads = 10
/** Sheets of a storyboard at most, as transcoder/picture-args.ts makes them. */
const storyboardSheets = 6
/** Objects that one LIST names. */
const listed = 1000

/** Requests that reading so many bytes on end takes. */
export function readRequests(bytes: number): number {
  const blocks = Math.ceil(bytes / blockBytes)
  let read = 0
  let requests = 0
  while (read < blocks) {
    read += Math.min(Math.max(Math.floor(read / 2), runBlocks.first), runBlocks.longest)
    requests += 1
  }
  return requests
}

/** A file in one request, or in parts with a request before and one after. */
export const writeRequests = (bytes: number): number =>
  bytes <= putPartBytes ? 1 : Math.ceil(bytes / putPartBytes) + 2

export interface StoreCounts {
  /** Objects of rungs and sound. */
  chunkObjects: number
  /** Playlists and pictures. */
  otherObjects: number
  uploadWrites: number
  mp4Writes: number
  lists: number
  sourceReads: number
  planReads: number
}

export function storeCounts(film: Film, plan: Plan): StoreCounts {
  const { rungs, chunks, timeline } = plan.video
  const tasks = owedTasks(plan)
  const bytesOf = (seconds: number) => (seconds * film.bitsPerSecond) / 8
  const spans = plan.audio.flatMap(track => track.spans.map(span => ({ ...span, ...track })))
  const chunkObjects = tasks.reduce(
    (sum, task) => sum + (task.kind === 'encode' ? encodeTracks(plan, task).length : 0),
    spans.length,
  )
  const chunkReads = tasks.reduce((sum, task) => {
    if (task.kind !== 'encode') return sum
    const frames = chunks[task.chunk]?.frames ?? 0
    return sum + readRequests(bytesOf((frames * timeline.rate.den) / timeline.rate.num))
  }, 0)
  // Sound lies between the pictures: a span reads the file over its whole length.
  const soundReads = spans.reduce(
    (sum, { packets, sampleRate }) => sum + readRequests(bytesOf((packets * 1024) / sampleRate)),
    0,
  )
  const keyframes = Math.ceil(plan.durationSeconds / 2)
  // Main, and a list each of rungs, sound and I-frames; poster, storyboard and its sheets.
  const otherObjects = 1 + 2 * rungs.length + plan.audio.length + 2 + storyboardSheets
  return {
    chunkObjects,
    otherObjects,
    // Create, list and complete around the parts.
    uploadWrites: planParts(filmBytes(film)).partCount + 3,
    mp4Writes: writeRequests(mp4Bytes(plan)),
    lists: Math.ceil((chunkObjects + otherObjects) / listed),
    sourceReads: 1 + probeReads + chunkReads + soundReads + keyframes,
    // Each worker that takes a part in it reads the plan once.
    planReads: stage.maxTranscoders,
  }
}

/** One written object is the plan; the MP4 reads the finished segments again. */
export function storeRequestUses(film: Film, plan: Plan): Use[] {
  const counts = storeCounts(film, plan)
  const mp4Reads = readRequests(mp4Bytes(plan))
  const writes = counts.uploadWrites + 1 + counts.chunkObjects + counts.otherObjects
  return [
    {
      price: 'storeWrites',
      quantity: writes + counts.mp4Writes + counts.lists,
      why: `upload ${amount(counts.uploadWrites)} + plan 1 + chunks ${amount(counts.chunkObjects)} + playlists and pictures ${amount(counts.otherObjects)} + MP4 ${amount(counts.mp4Writes)} + lists ${amount(counts.lists)}`,
    },
    {
      price: 'storeReads',
      quantity: counts.sourceReads + counts.planReads + mp4Reads,
      why: `source ${amount(counts.sourceReads)} + plan ${amount(counts.planReads)} + MP4 ${amount(mp4Reads)}`,
    },
    // Told of every object in the source bucket: the upload and the plan.
    { price: 'events', quantity: 2, why: 'upload 1 + plan 1' },
  ]
}

/** What stays of a video, for a month: its ladder, its sound and its MP4. The source goes when it is ready. */
export function storeSpaceUse(plan: Plan): Use {
  const gigabytes = (ladderBytes(plan) + mp4Bytes(plan)) / 1e9
  return {
    price: 'storeSpace',
    quantity: gigabytes,
    why: `ladder ${amount(ladderBytes(plan) / 1e9)} GB + MP4 ${amount(mp4Bytes(plan) / 1e9)} GB`,
  }
}
