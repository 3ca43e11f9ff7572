// A worker that is killed, cut off between any commit and its send, or given every message twice and out of order, makes the
// same video in the end: nothing sticks, nothing is doubled, nothing is left over.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest'
import { type Task, taskId } from '#domain/task.ts'
import { silentLog } from '#platform/log.ts'
import { createPorts, createWorker } from '../../transcoder/compose.ts'
import { mostAtOnce } from '../../transcoder/poller.ts'
import { untilClaimed } from '../support/chaos.ts'
import { makeSource } from '../support/media.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'
import {
  isReadyWithMp4,
  mediaHashes,
  orphans,
  queueSource,
  startTranscoder,
  taskRecords,
  transcoderEnvironment,
  until,
  untilIdle,
  workerSlots,
} from '../support/transcoder.ts'

/** On a machine that is busy with other things as well: whether anything moves, `until` looks. */
const longest = 400_000

let folder: string
let clip: string
let pipeline: Pipeline
/** Of 2, 2, 4 and 6 s. */
const chunks = [0, 1, 2, 3]
/** Of 10 and 4 s. */
const spans = [0, 1]
/** What an undisturbed run makes. */
let golden: Record<string, string>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-cut-off-'))
  clip = await makeSource(join(folder, 'clip.mp4'), [
    ...['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=12:duration=14'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=14'],
    ...[
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-g',
      '24',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
    ],
  ])
  pipeline = await createPipeline(inject('ministack'))
  golden = (await runOnce({})).hashes
}, longest)

afterAll(() => rm(folder, { recursive: true, force: true }))

async function runOnce(options: Parameters<typeof startTranscoder>[1]) {
  const transcoder = startTranscoder(pipeline, options)
  try {
    const videoId = await queueSource(pipeline, clip)
    const records = await until(pipeline, videoId, isReadyWithMp4)
    const hashes = await mediaHashes(pipeline, videoId)
    return { videoId, records, hashes, starts: transcoder.starts() }
  } finally {
    await transcoder.stop()
  }
}

async function expectWhole(videoId: string) {
  expect(await mediaHashes(pipeline, videoId)).toEqual(golden)
  expect(await orphans(pipeline, videoId)).toEqual([])
  const tasks = await taskRecords(pipeline, videoId)
  expect(tasks.filter(({ state }) => state !== 'done').map(({ task }) => task)).toEqual([])
  expect(tasks.reduce((sum, { tries }) => sum + tries, 0)).toBe(0)
}

it('makes two rungs in four chunks and sound in two spans', () => {
  const rungs = ['240p', '360p'].flatMap(rung => chunks.map(chunk => `${rung}/${chunk}`))
  expect(Object.keys(golden).sort()).toEqual([...rungs, ...spans.map(span => `audio0/${span}`)])
})

describe('killed between a commit and what it owes', { timeout: longest }, () => {
  // As many kills a film as do not hide each other: a film costs more than a kill.
  it.each([
    [['claimed:inspect', 'recorded:lead-0', 'committed:lead-1', 'claimed:finish', 'claimed:mp4']],
    [
      [
        'partly-sent:lead-0',
        'committed:audio0-0',
        'flipped:finish',
        'paid:finish',
        'committed:mp4',
      ],
    ],
    [['sent:lead-0', 'committed:lead-0', 'committed:encode-', 'committed:finish'], 'SENDS_AHEAD'],
  ])('at %j %s', async (faults, ahead = '') => {
    const marks = await mkdtemp(join(folder, 'marks-'))
    const { videoId, starts } = await runOnce({
      entry: 'test/support/faulty-transcoder.ts',
      env: { FAULTS: faults.join(','), FAULT_MARKS: marks, SENDS_AHEAD: ahead },
    })
    expect(await readdir(marks)).toEqual(faults.toSorted())
    expect(starts).toBeGreaterThan(faults.length)
    await expectWhole(videoId)
  })
})

it('sends what is owed while it makes the first picture, where its cores are its own', async () => {
  const sent = Promise.withResolvers<void>()
  const worker = await createWorker(createPorts(transcoderEnvironment(pipeline)), {
    log: silentLog,
    sendsAhead: true,
    async fault(point, { kind }) {
      if (point === 'sent') sent.resolve()
      // For ever, where the first picture's record comes first.
      if (point === 'committed' && kind === 'encode') await sent.promise
    },
  })
  onTestFinished(() => worker.close())
  const videoId = await queueSource(pipeline, clip)
  const task = { kind: 'inspect', videoId, attempt: 1 } as const
  // Not received: whoever was killed may still be waiting for it at the queue.
  const message = { queue: 'fast', receipt: '', receives: 1, task } as const
  const remove = async () => undefined
  await worker.work(message, new AbortController().signal, { ...pipeline.queue, remove })
  expect((await pipeline.chunks.list(videoId, 1)).map(({ track }) => track)).toEqual(['240p'])
  await pipeline.videos.step(videoId, 'deleting')
})

it('survives kill -9 at random moments and redoes at most its slots a kill', {
  timeout: longest,
}, async () => {
  const transcoder = startTranscoder(pipeline)
  onTestFinished(() => transcoder.stop())
  const videoId = await queueSource(pipeline, clip)
  const kills = 5
  let claimed = 0
  for (let kill = 0; kill < kills; kill++) {
    claimed = await untilClaimed(pipeline, videoId, claimed)
    await wait(Math.random() * 700)
    transcoder.kill()
  }
  await until(pipeline, videoId, isReadyWithMp4)
  await expectWhole(videoId)
  const tasks = await taskRecords(pipeline, videoId)
  const redone = tasks
    .filter(({ task, claims }) => claims > 1 && ['encode', 'audio'].includes(task.kind))
    .map(({ task, claims }) => `${taskId(task)} ${claims - 1}`)
  const again = tasks.reduce(
    (sum, { task, claims }) => sum + (task.kind === 'inspect' ? 0 : claims - 1),
    0,
  )
  console.log(`${kills} kills, ${again} tasks done again: ${redone.join(', ')}`)
  expect(again).toBeLessThanOrEqual(kills * mostAtOnce(workerSlots))
})

it('takes every message twice and out of order', { timeout: longest }, async () => {
  const { send, sendAll } = pipeline.queue
  const videoId = await queueSource(pipeline, clip)
  const transcoder = startTranscoder(pipeline)
  onTestFinished(() => transcoder.stop())
  const doubled = async (tasks: Task[]) => {
    for (const task of [...tasks, ...tasks].sort(() => Math.random() - 0.5)) await send(task)
  }
  await until(pipeline, videoId, ({ count }) => count !== null)
  // All of them a second and a third time, while the first are at work, and once more when all is done.
  const ids = { videoId, attempt: 1 }
  const all: Task[] = [
    { kind: 'inspect', ...ids },
    { kind: 'finish', ...ids },
    { kind: 'pictures', ...ids },
    { kind: 'mp4', ...ids },
    ...spans.map((span): Task => ({ kind: 'audio', ...ids, track: 'audio0', span })),
    ...chunks.flatMap((chunk): Task[] => [
      { kind: 'encode', ...ids, chunk, lane: 'ladder' },
      { kind: 'encode', ...ids, chunk, lane: 'lead' },
    ]),
  ]
  await doubled(all)
  await until(pipeline, videoId, isReadyWithMp4)
  await sendAll(all)
  await untilIdle(pipeline)
  await expectWhole(videoId)
})
