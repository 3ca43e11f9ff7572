// The second engine all the way: a real file inspected, one job asked for, made by a stand-in with FFmpeg, told by AWS's events,
// checked, published, joined into an MP4, and watched.
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { convertTask } from '#domain/conversion.ts'
import { metaKey, taskKey } from '#domain/item.ts'
import { attemptPrefix, mainPlaylistName, mp4Name } from '#domain/keys.ts'
import { conversionLeaseSeconds } from '#domain/timing.ts'
import { silentLog } from '#platform/log.ts'
import { createTasks } from '#platform/tasks.ts'
import { followJob } from '../../functions/mediaconvert/follow-job.ts'
import { readJobEvent } from '../../functions/mediaconvert/job-event.ts'
import { createPorts, createWorker, type Worker } from '../../transcoder/compose.ts'
import { createConversions } from '../../transcoder/conversions.ts'
import { convertByFfmpeg } from '../support/convert-by-ffmpeg.ts'
import { complete, progressing, statusUpdate } from '../support/job-events.ts'
import { ffprobe, makeSource, mediaFolder } from '../support/media.ts'
import { type MediaConvertStandIn, startMediaConvert } from '../support/mediaconvert.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import { queueSource, taskRecords, transcoderEnvironment } from '../support/transcoder.ts'
import { workOff } from '../support/work-off.ts'

const folder = mediaFolder()
let pipeline: Pipeline
let service: MediaConvertStandIn
let worker: Worker
/** One that plans for FFmpeg where nobody says otherwise. */
let ours: Worker
let source: string

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
  service = await startMediaConvert()
  const ports = createPorts({ ...transcoderEnvironment(pipeline), LEASE_SECONDS: '30' })
  const conversions = createConversions({
    client: service.client,
    roleArn: 'arn:aws:iam::111122223333:role/Convert',
    sourceBucket: pipeline.names.sourceBucket,
    mediaBucket: pipeline.names.mediaBucket,
  })
  const made = { ...ports, conversions }
  worker = await createWorker({ ...made, engine: 'mediaconvert' }, { log: silentLog })
  ours = await createWorker({ ...made, engine: 'ffmpeg' }, { log: silentLog })
  source = await makeSource(join(folder.path, 'source.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=25:d=7', '-f', 'lavfi', '-i', 'sine=d=7'],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ])
})
afterAll(async () => {
  worker.close()
  ours.close()
  service.close()
  await folder.remove()
})

/** The attempt's objects as files, so that a player finds one from another. */
async function download(prefix: string): Promise<string> {
  const path = join(folder.path, 'media')
  for await (const key of pipeline.media.list(prefix)) {
    const file = join(path, key.slice(prefix.length))
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, await pipeline.media.readRange(key, { start: 0, end: 2 ** 40 }))
  }
  return path
}

/** Codec and frames of each stream, as a player reads them to the end. */
async function streamsOf(path: string): Promise<string[]> {
  const shown = 'stream=codec_name,nb_read_frames'
  const text = await ffprobe([
    ...['-v', 'error', '-count_frames', '-show_entries', shown, '-of', 'json', path],
  ])
  const { streams } = JSON.parse(text) as {
    streams: { codec_name: string; nb_read_frames: string }[]
  }
  return streams.map(stream => `${stream.codec_name} ${stream.nb_read_frames}`).sort()
}

it('plays what MediaConvert has made', async () => {
  const videoId = await queueSource(pipeline, source)
  await workOff(pipeline, worker)

  // One job, whose lease is its own; no chunk, no sound of ours; the pictures are made as ever.
  expect([...service.jobs.values()].map(({ status }) => status)).toEqual(['SUBMITTED'])
  const [job] = service.jobs.values()
  if (!job) throw new Error('no job')
  const records = await taskRecords(pipeline, videoId)
  expect(Object.fromEntries(records.map(({ task, state }) => [task.kind, state]))).toEqual({
    ...{ inspect: 'done', convert: 'leased', pictures: 'done', finish: 'ready', mp4: 'ready' },
  })
  // A message that comes twice finds the job, and goes.
  await pipeline.queue.send({ kind: 'convert', videoId, attempt: 1 })
  await workOff(pipeline, worker)
  expect(service.jobs.size).toBe(1)

  const before = await pipeline.views.viewOf(await recordsOf(videoId), true)
  expect(before).toMatchObject({ state: 'processing', playable: false })
  expect(before.ratio).toBeGreaterThan(0)

  const event = { jobId: job.id, userMetadata: job.userMetadata }
  const deps = {
    ...pipeline,
    tasks: createTasks({ table: pipeline.table, leaseSeconds: conversionLeaseSeconds }),
    now: () => Date.now() / 1000,
  }
  const follow = (told: unknown) => followJob(deps, readJobEvent(told))
  expect(await follow(progressing(event))).toBe('working')
  expect(await follow(statusUpdate(event, 50))).toBe('working')
  const half = await pipeline.views.viewOf(await recordsOf(videoId), true)
  expect(half.ratio).toBeGreaterThan(before.ratio)

  const output = join(folder.path, 'output')
  await mkdir(output)
  await convertByFfmpeg(job, { source, folder: output, media: pipeline.media })
  job.status = 'COMPLETE'
  expect(await follow(complete(event))).toBe('complete')
  await workOff(pipeline, worker)

  const after = await recordsOf(videoId)
  expect(after.meta).toMatchObject({ state: 'ready', liveAttempt: 1 })
  expect(after.count).toMatchObject({ tasksLeft: 0, poster: true, storyboard: true, mp4: true })
  expect(await pipeline.views.viewOf(after, true)).toMatchObject({ state: 'ready', ratio: 1 })

  const media = await download(attemptPrefix(videoId, 1))
  const sound = expect.stringMatching(/^aac 30\d$/)
  // Two rungs of seven seconds, and the sound.
  expect(await streamsOf(join(media, mainPlaylistName))).toEqual([sound, 'h264 175', 'h264 175'])
  expect(await streamsOf(join(media, mp4Name))).toEqual([sound, 'h264 175'])
})

it('is asked for by a video, whatever its worker would do by itself', async () => {
  service.jobs.clear()
  const videoId = await queueSource(pipeline, source)
  await pipeline.table.update(metaKey(videoId), {
    UpdateExpression: 'SET engine = :engine',
    ExpressionAttributeValues: { ':engine': 'mediaconvert' },
  })
  await workOff(pipeline, ours)
  expect([...service.jobs.values()].map(({ userMetadata }) => userMetadata['videoId'])).toEqual([
    videoId,
  ])
  // No event has come, and the lease has run out.
  const [job] = service.jobs.values()
  if (!job) throw new Error('no job')
  job.status = 'ERROR'
  job.errorCode = 1040
  const lease = {
    UpdateExpression: 'SET leaseUntil = :then',
    ExpressionAttributeValues: { ':then': 1 },
  }
  const task = convertTask({ videoId, attempt: 1 })
  await pipeline.table.update(taskKey(task), lease)
  await pipeline.queue.send(task)
  await workOff(pipeline, ours)
  expect((await recordsOf(videoId)).meta).toMatchObject({
    state: 'failed',
    failure: { code: 'conversion-failed' },
  })
})

async function recordsOf(videoId: string) {
  const records = await pipeline.videos.records(videoId)
  if (!records) throw new Error('no such video')
  return records
}
