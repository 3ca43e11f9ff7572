// Growing playlists of a film that has not been read whole yet: they hold its opening, never end with it, and go on as the same
// lists when the whole is planned.
import { beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { createApp } from '../../functions/playlist/app.ts'
import { createGrowing, readPlaylist } from '../support/growing.ts'
import { createPipeline, type Pipeline } from '../support/pipeline.ts'

let pipeline: Pipeline
let app: ReturnType<typeof createApp>

const appOf = () => createApp({ ...pipeline, pollSeconds: 0.02, firstHoldSeconds: 2 })

beforeAll(async () => {
  pipeline = await createPipeline(inject('ministack'), { pageItems: 7 })
  app = appOf()
})
beforeEach(() => {
  pipeline.clock.seconds = 1_800_000_000
})

const get = async (path: string, from = app) => {
  const answer = await from.request(path)
  return { status: answer.status, text: await answer.text() }
}
const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

describe('a film of which the opening alone is planned', () => {
  const open = async () => {
    const film = { frames: 120 * 25, width: 640, height: 480, sounds: [48_000] }
    const growing = await createGrowing(pipeline, film)
    const { videoId } = growing
    const { generation } = await pipeline.chunks.openGeneration(videoId, 1, pipeline.now())
    await growing.open(5, 2)
    for (const index of [0, 1, 2, 3, 4]) await growing.commit('240p', index)
    for (const index of [0, 1]) await growing.commit('audio0', index)
    return { ...growing, path: (name: string) => `/p/${videoId}/1/${generation}/${name}` }
  }

  it('has lists that do not end with it', async () => {
    const growing = await open()
    expect((await get(growing.path('main.m3u8'))).status).toBe(200)
    for (const [name, segments] of [
      ['240p.m3u8', 16],
      ['audio0.m3u8', 35],
    ] as const) {
      const { segments: listed, ended } = readPlaylist((await get(growing.path(name))).text)
      expect([listed.length, ended]).toEqual([segments, false])
    }
  })

  it('goes on in the same lists when the whole is planned, also in a request that is held', async () => {
    const growing = await open()
    pipeline.clock.seconds += 5
    const before = readPlaylist((await get(growing.path('480p.m3u8'))).text).segments
    expect(before.length).toBeGreaterThan(0)
    const held = get(growing.path('240p.m3u8?_HLS_msn=16'))
    await pause(60)
    await growing.publish()
    await growing.commit('240p', 5)
    const { text } = await held
    const { segments, ended } = readPlaylist(text)
    expect([segments.length > 16, ended]).toEqual([true, false])
    // What a rung has borrowed stays borrowed, in this process and in another.
    await growing.commit('480p', 0)
    for (const from of [app, appOf()]) {
      const after = readPlaylist((await get(growing.path('480p.m3u8'), from)).text).segments
      expect(after.slice(0, before.length)).toEqual(before)
    }
  })
})
