// After ready: one faststart MP4 from the finished segments, without encoding again. Segments come to FFmpeg through the
// loopback server as one stream a track.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import type { Chunk } from '#domain/item.ts'
import { mediaKey, mp4Name } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { convertedTracks } from './converted.ts'
import { mp4Args } from './mp4-args.ts'
import { niceness } from './sandbox.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type Mp4Task = Extract<Task, { kind: 'mp4' }>

const timeoutSeconds = 3600
/** Best rung of the file people download. */
const maxHeight = 1080

export async function mp4(deps: WorkerDeps, run: TaskRun<Mp4Task>): Promise<Completion> {
  const { videoId, attempt } = run.task
  const plan = await deps.plans.read(videoId, attempt)
  const rung = plan.video.rungs.findLast(({ height }) => height <= maxHeight) ?? plan.video.rungs[0]
  const tracks = [rung?.track ?? '', ...plan.audio.map(({ track }) => track)]
  const parts =
    plan.engine === 'mediaconvert'
      ? await convertedTracks(deps, plan, tracks)
      : await Promise.all(
          tracks.map(async track => partsOf(await deps.chunks.list(videoId, attempt, track))),
        )
  const bytes = parts.flat().reduce((sum, { start, end }) => sum + end + 1 - start, 0)
  if (bytes > deps.maxMp4Bytes) {
    run.log.info('no MP4: it would be too large', { bytes, most: deps.maxMp4Bytes })
    return { chunks: [], counted: false }
  }
  const opened = parts.map(track => deps.mediaSources.openParts(track))
  try {
    return await deps.scratch.use(async folder => {
      const { cpuSeconds } = await deps.ffmpeg.run({
        args: mp4Args({ inputs: opened.map(({ url }) => url), audio: plan.audio, output: mp4Name }),
        cwd: folder,
        timeoutSeconds,
        nice: niceness.bulk,
        signal: run.signal,
      })
      run.spent(cpuSeconds)
      const path = join(folder, mp4Name)
      const key = mediaKey(videoId, attempt, mp4Name)
      await deps.media.putFile(key, path, {
        contentType: contentTypeOf(key),
        cacheControl: mediaCacheControl,
      })
      run.log.debug('MP4 written', { bytes: (await stat(path)).size })
      return { chunks: [], counted: false, marks: { mp4: true } }
    })
  } finally {
    for (const source of opened) source.close()
  }
}

/** The init section once, then the fragments of every chunk: a fragmented MP4 as one file. */
export function partsOf(chunks: readonly Chunk[]): { key: string; start: number; end: number }[] {
  return chunks.flatMap(({ key, initBytes, fragments }, index) => {
    const bytes = fragments.reduce((sum, fragment) => sum + fragment.bytes, initBytes)
    return [{ key, start: index === 0 ? 0 : initBytes, end: bytes - 1 }]
  })
}
