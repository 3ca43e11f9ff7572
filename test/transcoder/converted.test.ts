// What MediaConvert has made is published when it is whole, and refused in one finding for everything that may be wrong with it.
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { convertTask } from '#domain/conversion.ts'
import { conversionPrefix, mainPlaylistName, mediaKey } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import { convertedTracks, publishConverted, readConverted } from '../../transcoder/converted.ts'
import { planOf } from '../domain/generators.ts'
import { convertedObjects, putObjects } from '../support/converted.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'))
})

const planned = (changes: { width?: number; height?: number } = {}): Plan => ({
  ...planOf({
    videoId: newVideoId(),
    frames: 250,
    sounds: [48_000, 44_100],
    width: 640,
    height: 360,
    ...changes,
  }),
  engine: 'mediaconvert',
})

const prefixOf = ({ videoId, attempt }: Plan, folder: string) =>
  conversionPrefix(videoId, attempt, folder)

/** The job is done, and its objects are there. */
async function converted(plan: Plan, objects = convertedObjects(plan)): Promise<Plan> {
  const task = convertTask(plan)
  await pipeline.tasks.create(task, pipeline.now())
  await pipeline.tasks.claim(task, 'worker.won', pipeline.now())
  await pipeline.tasks.handOver(task, 'worker.won', { id: 'j', folder: 'won' }, pipeline.now())
  await putObjects(pipeline.media, prefixOf(plan, 'won'), objects)
  return plan
}

const publish = async (plan: Plan) =>
  publishConverted(pipeline, plan, await readConverted(pipeline, plan))

const mainOf = ({ videoId, attempt }: Plan) =>
  pipeline.media.readText(mediaKey(videoId, attempt, mainPlaylistName))

describe('publishing', () => {
  it.each([
    ['landscape', {}],
    ['portrait', { width: 360, height: 640 }],
  ])('%s: the playlist stands above the job’s own, and names its lists', async (_, size) => {
    const plan = await converted(planned(size))
    await publish(plan)
    const main = (await mainOf(plan)) ?? ''
    expect(main).toContain('\nmediaconvert/won/main_240p.m3u8\n')
    expect(main).toContain('URI="mediaconvert/won/main_audio1.m3u8"')
    expect(main.match(/mediaconvert\/won\//g)).toHaveLength(6)
  })

  it('once is for ever: another try changes nothing', async () => {
    const plan = await converted(planned())
    await publish(plan)
    const first = await mainOf(plan)
    const other = (convertedObjects(plan).get(mainPlaylistName) ?? '').replace('100000', '200000')
    await putObjects(pipeline.media, prefixOf(plan, 'won'), new Map([[mainPlaylistName, other]]))
    await publish(plan)
    expect(await mainOf(plan)).toBe(first)
  })

  it('tells the objects of another job from its own and from all others', async () => {
    const plan = await converted(planned())
    const isOrphan = await publish(plan)
    const key = (name: string) => mediaKey(plan.videoId, plan.attempt, name)
    expect(isOrphan(`${prefixOf(plan, 'lost')}main_240p.cmfv`)).toBe(true)
    const kept = [`${prefixOf(plan, 'won')}main_240p.cmfv`, key('poster.jpg'), key('main.m3u8')]
    expect(kept.filter(isOrphan)).toEqual([])
  })
})

describe('what is not whole is refused', () => {
  const changed =
    (name: string, change: (body: string) => string) => (objects: Map<string, string>) =>
      objects.set(name, change(objects.get(name) ?? ''))
  const without = (name: string) => (objects: Map<string, string>) => void objects.delete(name)

  it.each([
    ['no playlist', without('main.m3u8'), /main\.m3u8 is not there$/],
    ['no list of a rung', without('main_360p.m3u8'), /main_360p\.m3u8 is not there$/],
    ['no I-frame list', without('main_240p_I-Frame.m3u8'), /I-Frame\.m3u8 is not there$/],
    ['no object', without('main_audio0.cmfa'), /main_audio0\.cmfa is missing$/],
    [
      'a short object',
      changed('main_240p.cmfv', body => body.slice(1)),
      /main_240p\.cmfv has 1299 bytes, and is to have 1300$/,
    ],
    [
      'a picture of another size',
      changed('main.m3u8', body => body.replaceAll('426x240', '428x240')),
      /^240p: no picture of its size$/,
    ],
    [
      'a rung too few',
      changed('main.m3u8', body => body.replace(/#EXT-X-STREAM-INF:.*\n.*\n/, '')),
      /^1 variants and 2 sound tracks$/,
    ],
    [
      'half of the picture',
      changed('main_360p.m3u8', body =>
        body.replace(/(#EXTINF.*\n.*\n.*\n){3}#EXT-X-ENDLIST/, '#EXT-X-ENDLIST'),
      ),
      /^360p: 4 s of 10$/,
    ],
    [
      'no init section',
      changed('main_audio1.m3u8', body => body.replace(/#EXT-X-MAP.*\n/, '')),
      /^audio1: no init section$/,
    ],
    [
      'a list that goes on',
      changed('main_240p.m3u8', body => body.replace('#EXT-X-ENDLIST', '')),
      /^a playlist without an end$/,
    ],
  ])('%s', async (_, spoil, detail) => {
    const plan = planned()
    const objects = convertedObjects(plan)
    spoil(objects)
    await converted(plan, objects)
    await expect(publish(plan)).rejects.toMatchObject({
      code: 'check-failed',
      detail: expect.stringMatching(detail),
    })
    expect(await mainOf(plan)).toBeNull()
  })

  it('an attempt without a job', async () => {
    await expect(publish(planned())).rejects.toMatchObject({
      code: 'check-failed',
      detail: 'no job has made this attempt',
    })
  })
})

describe('tracks', () => {
  it('are one run of bytes where an object holds a track', async () => {
    const plan = await converted(planned())
    const prefix = prefixOf(plan, 'won')
    expect(await convertedTracks(pipeline, plan, ['360p', 'audio1'])).toEqual([
      [{ key: `${prefix}main_360p.cmfv`, start: 0, end: 1299 }],
      [{ key: `${prefix}main_audio1.cmfa`, start: 0, end: 1299 }],
    ])
  })

  it('are objects one after the other where each segment is one', async () => {
    const plan = planned()
    const objects = convertedObjects(plan)
    const names = ['init', '1', '2', '3', '4', '5'].map(part => `main_240p${part}.cmfv`)
    for (const name of names) objects.set(name, 'xy')
    const [init, ...segments] = names
    const lines = segments.flatMap(name => ['#EXTINF:2,', name])
    const text = ['#EXTM3U', `#EXT-X-MAP:URI="${init}"`, ...lines, '#EXT-X-ENDLIST'].join('\n')
    await converted(plan, objects.set('main_240p.m3u8', text))
    await publish(plan)
    const [track] = await convertedTracks(pipeline, plan, ['240p'])
    expect(track).toEqual(
      names.map(name => ({ key: `${prefixOf(plan, 'won')}${name}`, start: 0, end: 1 })),
    )
  })
})
