// Growing playlists over HTTP, with records committed in any order by many workers and read through many processes: what was
// listed never changes, nothing is skipped, requests are held and let go as they should.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import type { Problem } from '#domain/api.ts'
import { toChunkItem } from '#domain/item.ts'
import { createApp } from '../../functions/playlist/app.ts'
import {
  chunkOf,
  createGrowing,
  type Growing,
  type ListedSegment,
  readPlaylist,
} from '../support/growing.ts'
import { createPipeline, newVideoId, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>

const appOf = (firstHoldSeconds = 2) =>
  createApp({ ...pipeline, pollSeconds: 0.02, firstHoldSeconds })

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 7 })
  app = appOf()
})
beforeEach(() => {
  pipeline.clock.seconds = 1_800_000_000
})

/** 25 fps: chunks of 2, 2, 4 and 8 s and what is left, segments of 2 s. */
const clip = (seconds: number) => ({
  frames: seconds * 25,
  width: 640,
  height: 480,
  sounds: [48_000],
})

async function begin(seconds: number): Promise<Growing & { path(name: string): string }> {
  const growing = await createGrowing(pipeline, clip(seconds))
  const { videoId } = growing
  const { generation } = await pipeline.chunks.openGeneration(videoId, 1, pipeline.now())
  return { ...growing, path: name => `/p/${videoId}/1/${generation}/${name}` }
}

async function beginPlayable(seconds: number) {
  const growing = await begin(seconds)
  await growing.publish()
  await growing.commit('240p', 0)
  await growing.commit('audio0', 0)
  return growing
}

const get = async (path: string, from = app) => {
  const answer = await from.request(path)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}
const codeOf = ({ text }: { text: string }) => (JSON.parse(text) as Problem).code
const tracksOf = (text: string) =>
  readPlaylist(text).segments.map(({ uri }) => uri.split('/').at(-2) ?? '')
const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))
async function timed<T>(promise: Promise<T>): Promise<[T, number]> {
  const start = performance.now()
  return [await promise, (performance.now() - start) / 1000]
}

describe('the multivariant playlist', () => {
  it('is held until a first picture and sound can be fetched', async () => {
    const growing = await begin(20)
    const asked = get(growing.path('main.m3u8'))
    let answered = false
    void asked.then(() => {
      answered = true
    })
    const steps = [
      growing.publish,
      () => growing.commit('480p', 0),
      () => growing.commit('240p', 1),
      () => growing.commit('240p', 0),
    ]
    for (const step of steps) {
      await step()
      await pause(60)
      expect(answered).toBe(false)
    }
    await growing.commit('audio0', 0)
    const [{ status, text, headers }, seconds] = await timed(asked)
    expect(seconds).toBeLessThan(0.5)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
    expect(text.split('\n').filter(line => line.endsWith('.m3u8'))).toEqual([
      '240p.m3u8',
      '360p.m3u8',
      '480p.m3u8',
    ])
    expect(text).toContain('URI="audio0.m3u8"')
    expect(text).not.toContain('EXT-X-START')
  })

  it('for native players lists only rungs that have begun', async () => {
    const growing = await beginPlayable(20)
    await growing.commit('480p', 0)
    const { text } = await get(growing.path('native.m3u8'))
    expect(text.split('\n').filter(line => line.endsWith('.m3u8'))).toEqual([
      'native-240p.m3u8',
      'native-480p.m3u8',
    ])
    expect(text).toContain('URI="native-audio0.m3u8"')
  })

  it('of what MediaConvert makes is gone for good: it never grows', async () => {
    const growing = await createGrowing(pipeline, { ...clip(4), engine: 'mediaconvert' })
    await growing.publish()
    const { generation } = await pipeline.chunks.openGeneration(growing.videoId, 1, 0)
    for (const name of ['main.m3u8', '240p.m3u8']) {
      const answer = await get(`/p/${growing.videoId}/1/${generation}/${name}`)
      expect([answer.status, codeOf(answer)]).toEqual([410, 'not-playable'])
    }
  })

  it('held for too long says so, and when to ask again', async () => {
    const growing = await begin(20)
    const [answer, seconds] = await timed(get(growing.path('main.m3u8'), appOf(0.2)))
    expect([answer.status, codeOf(answer)]).toEqual([503, 'not-playable'])
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(seconds).toBeGreaterThan(0.15)
    await growing.publish()
    expect((await get(growing.path('240p.m3u8'), appOf(0.2))).status).toBe(503)
  })
})

describe('a rung', () => {
  it('borrows just in time what it does not have, and lists its own as soon as it exists', async () => {
    const growing = await beginPlayable(30)
    for (const index of [1, 2, 3]) await growing.commit('240p', index)
    for (const index of [2, 3]) await growing.commit('360p', index)
    // The viewer could start now: what is shown within 4 s is borrowed, from the best lower rung that has it.
    const first = await get(growing.path('480p.m3u8'))
    expect(tracksOf(first.text)).toEqual(['240p', '240p', '360p'])
    pipeline.clock.seconds += 3
    const second = await get(growing.path('480p.m3u8'))
    expect(tracksOf(second.text)).toEqual(['240p', '240p', '360p', '360p'])
    expect(second.text.startsWith(first.text)).toBe(true)
    pipeline.clock.seconds += 3
    const third = await get(growing.path('480p.m3u8'))
    const borrowed = ['240p', '240p', '360p', '360p', '360p', '360p']
    expect(tracksOf(third.text)).toEqual(borrowed)
    expect(third.text.startsWith(second.text)).toBe(true)
    // The second half of a chunk whose first half was borrowed.
    await growing.commit('480p', 3)
    const fourth = await get(growing.path('480p.m3u8'))
    expect(tracksOf(fourth.text)).toEqual([...borrowed, '480p', '480p'])
    expect(fourth.text.startsWith(third.text)).toBe(true)
    expect(fourth.text).not.toContain('DISCONTINUITY')
    expect(fourth.text.match(/EXT-X-MAP/g)).toHaveLength(3)
  })

  it('in a later generation inherits no borrowing', async () => {
    const growing = await beginPlayable(20)
    await growing.commit('240p', 1)
    expect(tracksOf((await get(growing.path('480p.m3u8'))).text)).toEqual(['240p', '240p'])
    for (const index of [0, 1]) await growing.commit('480p', index)
    pipeline.clock.seconds += 60
    const { generation } = await pipeline.chunks.openGeneration(growing.videoId, 1, pipeline.now())
    const later = await get(`/p/${growing.videoId}/1/${generation}/480p.m3u8`)
    expect(tracksOf(later.text)).toEqual(['480p', '480p'])
    expect(tracksOf((await get(growing.path('480p.m3u8'))).text)).toEqual(['240p', '240p'])
  })

  it('writes nothing down for what is its own', async () => {
    const growing = await beginPlayable(20)
    const indexes = growing.plan.video.chunks.map(({ index }) => index)
    expect(indexes).toEqual([0, 1, 2, 3, 4])
    for (const index of indexes) await growing.commit('480p', index)
    const whole = await get(growing.path('480p.m3u8'))
    expect(readPlaylist(whole.text)).toMatchObject({ ended: true })
    const listed = await pipeline.chunks.listings(growing.videoId, 1, 1, '480p', indexes)
    expect(listed).toEqual(new Map())
  })

  it('for native players lists its own alone, and waits', async () => {
    const growing = await beginPlayable(20)
    const asked = get(growing.path('native-480p.m3u8'))
    pipeline.clock.seconds += 100
    await pause(100)
    await growing.commit('480p', 0)
    expect(tracksOf((await asked).text)).toEqual(['480p'])
    await growing.commit('480p', 1)
    const next = await get(growing.path('native-480p.m3u8'))
    expect(tracksOf(next.text)).toEqual(['480p', '480p'])
  })

  it('points at objects of the same attempt by relative addresses', async () => {
    const growing = await beginPlayable(20)
    const { text } = await get(growing.path('240p.m3u8'))
    const base = `https://example.test/t/token${growing.path('240p.m3u8')}`
    const [segment] = readPlaylist(text).segments
    expect(new URL(segment?.uri ?? '', base).pathname).toBe(
      `/t/token/v/${growing.videoId}/1/240p/0.n1.mp4`,
    )
    expect(text).toContain('#EXT-X-PLAYLIST-TYPE:EVENT')
    expect(text).toContain('#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES')
  })

  it('that is not planned is 404, and so is any other name', async () => {
    const growing = await beginPlayable(20)
    for (const name of ['720p.m3u8', 'audio1.m3u8', '240p.mp4', 'x', 'constructor.m3u8']) {
      expect([name, (await get(growing.path(name))).status]).toEqual([name, 404])
    }
  })
})

describe('a blocking reload', () => {
  /** Two segments of 2 s, a chunk each. */
  async function beginTwo(seconds: number) {
    const growing = await beginPlayable(seconds)
    await growing.commit('240p', 1)
    return growing
  }

  it('is answered when the segment is listed, and quickly then', async () => {
    const growing = await beginTwo(20)
    const asked = get(`${growing.path('240p.m3u8')}?_HLS_msn=2`)
    let answered = false
    void asked.then(() => {
      answered = true
    })
    await pause(150)
    expect(answered).toBe(false)
    await growing.commit('240p', 2)
    const [{ text }, seconds] = await timed(asked)
    expect(readPlaylist(text).segments).toHaveLength(4)
    expect(seconds).toBeLessThan(0.5)
  })

  it('for what is listed already is answered at once', async () => {
    const growing = await beginTwo(20)
    const [{ text }, seconds] = await timed(get(`${growing.path('240p.m3u8')}?_HLS_msn=1`))
    expect(readPlaylist(text).segments).toHaveLength(2)
    expect(seconds).toBeLessThan(0.5)
  })

  it('is let go after three target durations with what is there', async () => {
    const growing = await beginTwo(20)
    const [{ status, text }, seconds] = await timed(get(`${growing.path('240p.m3u8')}?_HLS_msn=2`))
    expect(status).toBe(200)
    expect(readPlaylist(text).segments).toHaveLength(2)
    expect(seconds).toBeGreaterThan(5.9)
    expect(seconds).toBeLessThan(7)
  })

  it('far beyond the last segment is refused, unless the list has ended', async () => {
    const growing = await beginTwo(12)
    const path = `${growing.path('240p.m3u8')}?_HLS_msn=`
    const [refused, seconds] = await timed(get(`${path}4`))
    expect([refused.status, codeOf(refused)]).toEqual([400, 'bad-request'])
    expect(seconds).toBeLessThan(0.5)
    for (const index of [2, 3]) await growing.commit('240p', index)
    expect(readPlaylist((await get(`${path}40`)).text).ended).toBe(true)
    for (const wrong of ['x', '-1', '1.5']) expect((await get(`${path}${wrong}`)).status).toBe(400)
  })

  it('ends with the client', async () => {
    const growing = await beginTwo(20)
    const client = new AbortController()
    const path = `${growing.path('240p.m3u8')}?_HLS_msn=2`
    const asked = Promise.resolve(app.request(path, { signal: client.signal }))
    await pause(50)
    client.abort()
    const [, seconds] = await timed(asked)
    expect(seconds).toBeLessThan(0.2)
  })
})

describe('an end', () => {
  it('by deletion or failure lets everyone go at once', async () => {
    const deleted = await beginPlayable(20)
    const failed = await begin(20)
    const cancelled = await beginPlayable(20)
    const asked = [
      get(`${deleted.path('240p.m3u8')}?_HLS_msn=2`),
      get(failed.path('main.m3u8')),
      get(`${cancelled.path('480p.m3u8')}?_HLS_msn=2`),
    ]
    await pause(100)
    await pipeline.videos.step(deleted.videoId, 'deleting')
    await pipeline.tasks.fence(deleted.videoId, 1)
    const failure = { code: 'no-video', message: 'No picture.' } as const
    await pipeline.videos.step(failed.videoId, 'failed', { failure })
    await pipeline.tasks.fence(cancelled.videoId, 1)
    const [answers, seconds] = await timed(Promise.all(asked))
    expect(seconds).toBeLessThan(1)
    expect(answers.map(answer => [answer.status, codeOf(answer)])).toEqual([
      [404, 'video-not-found'],
      [410, 'not-playable'],
      [410, 'not-playable'],
    ])
    expect(answers[1]?.text).toContain('No picture.')
    expect((await get(deleted.path('main.m3u8'))).status).toBe(404)
    expect((await get(failed.path('240p.m3u8'))).status).toBe(410)
  })

  it('what was never there is 404', async () => {
    const growing = await beginPlayable(20)
    const { videoId } = growing
    const paths = [
      `/p/${newVideoId()}/1/1/main.m3u8`,
      `/p/${videoId}/2/1/main.m3u8`,
      `/p/${videoId}/1/9/main.m3u8`,
      `/p/${videoId}/0/1/main.m3u8`,
      `/p/${videoId}/1/1e0/main.m3u8`,
      '/p/v_short/1/1/main.m3u8',
    ]
    for (const path of paths) expect([path, (await get(path)).status]).toEqual([path, 404])
  })
})

describe('the laws of growing lists', () => {
  /** Seeded, so that a failure can be seen again. */
  function shuffled<T>(items: readonly T[], seed: number): T[] {
    let state = seed
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return state / 2 ** 31
    }
    return items
      .map(item => ({ item, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ item }) => item)
  }

  it.each([1, 2, 3])('hold in any order of records, seed %i', async seed => {
    const growing = await begin(30)
    await growing.publish()
    // Three processes that know nothing of each other, asked in turn.
    const processes = [appOf(0), appOf(0), appOf(0)]
    const lists = new Map<string, ListedSegment[]>()
    const names = growing.tracks.flatMap(track => [track, `native-${track}`])
    let ended = 0

    async function reload(name: string, from: ReturnType<typeof createApp>) {
      const { status, text } = await get(growing.path(`${name}.m3u8`), from)
      if (status === 503) return expect(lists.get(name) ?? []).toEqual([])
      expect(status).toBe(200)
      const { segments, ended: over } = readPlaylist(text)
      const before = lists.get(name) ?? []
      expect(segments.slice(0, before.length)).toEqual(before)
      lists.set(name, segments)
      const own = name.startsWith('native-') || name.startsWith('audio') || name === '240p'
      const track = name.replace('native-', '')
      const used = new Set(segments.map(({ uri }) => uri.split('/').at(-2) ?? ''))
      if (own) expect([...used]).toEqual(segments.length > 0 ? [track] : [])
      for (const other of used) {
        expect(Number.parseInt(other, 10) || 0).toBeLessThanOrEqual(Number.parseInt(track, 10) || 0)
      }
      if (over) ended += 1
    }

    for (const { track, index } of shuffled(growing.all(), seed)) {
      await growing.commit(track, index)
      pipeline.clock.seconds += 1.5
      const asked = names.flatMap(name => processes.map(from => reload(name, from)))
      await Promise.all(asked)
    }
    expect(ended).toBeGreaterThanOrEqual(names.length * processes.length)
    const seconds = (name: string) =>
      (lists.get(name) ?? []).reduce((sum, segment) => sum + segment.seconds, 0)
    for (const name of names) expect(seconds(name)).toBeCloseTo(30, 0)
  })

  it('a two-hour film is listed in few milliseconds once its records are known', async () => {
    const growing = await createGrowing(pipeline, { frames: 7200 * 25, sounds: [48_000] })
    const { generation } = await pipeline.chunks.openGeneration(growing.videoId, 1, pipeline.now())
    await growing.publish()
    const wanted = ['240p', 'audio0', '1080p']
    const all = growing.all().filter(({ track }) => wanted.includes(track))
    const last = all.findLast(({ track }) => track === '1080p')
    const writers = all.filter(item => item !== last).values()
    const writer = async () => {
      for (const { track, index } of writers) {
        const chunk = chunkOf(growing.plan, track, index, pipeline.now())
        await pipeline.table.create(toChunkItem(growing.videoId, 1, chunk))
      }
    }
    await Promise.all(Array.from({ length: 8 }, writer))
    const path = `/p/${growing.videoId}/1/${generation}/1080p.m3u8`
    const first = await get(path)
    expect(readPlaylist(first.text).segments.length).toBeGreaterThan(3500)
    const times: number[] = []
    for (let i = 0; i < 10; i++) times.push((await timed(get(path)))[1])
    // A few milliseconds by itself; the rest is the emulator and whatever else runs.
    expect(Math.min(...times)).toBeLessThan(0.1)
  })
})
