// A video that grows by hand: a plan in the store, chunk records committed in whatever order a test wants, and a reader of
// playlists that checks the laws of growing lists at every reload.
import { createHash } from 'node:crypto'
import { type Chunk, newCount } from '#domain/item.ts'
import { chunkKey, isAudioTrack, openingKey, planKey } from '#domain/keys.ts'
import { type Plan, segmentFrames, segmentPacketsOf } from '#domain/plan.ts'
import { writePlan } from '#domain/plan-object.ts'
import type { Task } from '#domain/task.ts'
import { type PlanFacts, planOf } from '../domain/generators.ts'
import { metaOf, newVideoId, type Pipeline } from './pipeline.ts'

const ticksASecond = 90_000

/** A record as a worker writes it: sizes are made up, durations are the plan's. */
export function chunkOf(plan: Plan, track: string, index: number, createdAt: number): Chunk {
  const audio = plan.audio.find(planned => planned.track === track)
  const { rate, gopFrames } = plan.video.timeline
  const span = audio?.spans[index]
  const lengths = span
    ? segmentPacketsOf(span, audio.segmentPackets).map(packets => packets * 1024)
    : segmentFrames(plan.video.chunks[index]?.frames ?? 0, gopFrames).map(
        frames => (frames * ticksASecond * rate.den) / rate.num,
      )
  return {
    track,
    index,
    key: chunkKey(plan.videoId, plan.attempt, track, index, 'n1'),
    initBytes: 800,
    initHash: createHash('sha256').update(track).digest('hex'),
    codec: audio ? 'mp4a.40.2' : 'avc1.640015',
    timescale: audio ? audio.sampleRate : ticksASecond,
    startTicks: 0,
    samples: 1,
    fragments: lengths.map(ticks => ({ ticks, bytes: 1000 + index, keyframeBytes: 100 })),
    createdAt,
  }
}

export type Growing = Awaited<ReturnType<typeof createGrowing>>

/** A video at work, planned but for its first record. */
export async function createGrowing(pipeline: Pipeline, facts: PlanFacts) {
  const videoId = newVideoId()
  const plan = planOf({ ...facts, videoId })
  const attempt = 1
  const tracks = [...plan.video.rungs, ...plan.audio].map(({ track }) => track)
  await pipeline.videos.create(metaOf(videoId, { state: 'queued', attempt }), null)

  const count = newCount(tracks, 1000)
  const put = (key: string, planned: Plan) =>
    pipeline.source.put(key, writePlan(planned), { contentType: 'application/json' })

  return {
    videoId,
    plan,
    tracks,
    /** Its opening alone is planned: so many chunks and spans. */
    async open(chunks: number, spans: number) {
      await put(openingKey(videoId, attempt), {
        ...plan,
        video: { ...plan.video, chunks: plan.video.chunks.slice(0, chunks) },
        audio: plan.audio.map(track => ({ ...track, spans: track.spans.slice(0, spans) })),
      })
      await pipeline.tasks.createCount(videoId, attempt, { ...count, opening: count.tasksLeft })
      await pipeline.videos.step(videoId, 'processing', {}, attempt)
    },
    async publish() {
      await put(planKey(videoId, attempt), plan)
      const created = await pipeline.tasks.createCount(videoId, attempt, count)
      if (!created) await pipeline.tasks.countWhole(videoId, attempt, count.tasksLeft)
      await pipeline.videos.step(videoId, 'processing', {}, attempt)
    },
    /** Claims and completes the task that makes one object of one track. */
    async commit(track: string, index: number) {
      const task: Task = isAudioTrack(track)
        ? { kind: 'audio', videoId, attempt, track, span: index }
        : // Any task of its own will do: a record a track is what is tested.
          {
            kind: 'audio',
            videoId,
            attempt,
            track: `audio${1000 + Number.parseInt(track, 10)}`,
            span: index,
          }
      await pipeline.tasks.create(task, pipeline.now())
      await pipeline.tasks.claim(task, 'worker', pipeline.now())
      const chunks = [chunkOf(plan, track, index, pipeline.now())]
      const done = await pipeline.tasks.complete(task, 'worker', { chunks, counted: true })
      if (done.outcome !== 'done') throw new Error(`${track} ${index}: ${done.outcome}`)
    },
    /** Everything that is to be committed, in order of the timeline a track. */
    all(): { track: string; index: number }[] {
      const rungs = plan.video.rungs.flatMap(({ track }) =>
        plan.video.chunks.map(({ index }) => ({ track, index })),
      )
      const sound = plan.audio.flatMap(({ track, spans }) =>
        spans.map(({ index }) => ({ track, index })),
      )
      return [...rungs, ...sound]
    },
  }
}

export interface ListedSegment {
  seconds: number
  uri: string
  range: string
  map: string
}

/** By the letter of RFC 8216. */
export function readPlaylist(text: string): { segments: ListedSegment[]; ended: boolean } {
  const segments: ListedSegment[] = []
  let seconds = 0
  let range = ''
  let map = ''
  for (const line of text.split('\n')) {
    const [, tag, value = ''] = /^#(EXTINF|EXT-X-BYTERANGE|EXT-X-MAP):(.*)$/.exec(line) ?? []
    if (tag === 'EXTINF') seconds = Number.parseFloat(value)
    else if (tag === 'EXT-X-BYTERANGE') range = value
    else if (tag === 'EXT-X-MAP') map = value
    else if (line !== '' && !line.startsWith('#')) segments.push({ seconds, uri: line, range, map })
  }
  return { segments, ended: text.includes('\n#EXT-X-ENDLIST\n') }
}
