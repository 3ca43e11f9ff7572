// Opening a video for watching: at once, not twice, again when its state allows it, and never for a missing one.
import { describe, expect, test } from 'vitest'
import type { PlaybackView, VideoView } from '../../../domain/video.ts'
import { createApi } from '../../../web/src/api/client.ts'
import { createVideos } from '../../../web/src/progress/videos.ts'
import { createPreparing } from '../../../web/src/watch/preparing.ts'
import { createViewing } from '../../../web/src/watch/viewing.ts'
import { someId, someVideo } from '../progress/views.ts'

const playbackView = { url: '/t/x/p/main.m3u8', mp4Url: null }
const settle = () => new Promise(resolve => setTimeout(resolve, 5))

function open(view: VideoView | null, playback: () => Response, prepared?: PlaybackView) {
  const calls: string[] = []
  const api = createApi(async (path, init) => {
    calls.push(`${init?.method} ${path}`)
    if (path.endsWith('/playback')) return playback()
    return view ? Response.json(view) : refusal(404, 'video-not-found')
  })
  const videos = createVideos(() => 0)
  const dropped: string[] = []
  const library = { drop: (id: string) => void dropped.push(id) }
  const preparing = createPreparing({
    api,
    loadPrefetch: async () => () => {},
    nowMs: () => 0,
    later: () => () => {},
  })
  if (prepared) preparing.keep(someId, prepared)
  const viewing = createViewing(someId, { api, videos, library, preparing })
  return { viewing, videos, calls, dropped }
}
const refusal = (status: number, code: string) => Response.json({ code, detail: code }, { status })
const asks = (calls: string[]) => calls.filter(call => call.endsWith('/playback')).length

describe('opening', () => {
  test('asks for the video and its playback at once, once each', async () => {
    const { viewing, calls } = open(someVideo(), () => Response.json(playbackView))
    await settle()
    expect(viewing.playback.value).toEqual(playbackView)
    expect(calls.toSorted()).toEqual([
      `GET /api/videos/${someId}`,
      `POST /api/videos/${someId}/playback`,
    ])
    viewing.stop()
  })

  test('an answer that is there already opens it at once, and nobody is asked', async () => {
    const prepared: PlaybackView = {
      ...{ url: '/t/x/v/main.m3u8', nativeUrl: '', mp4Url: null, posterUrl: null },
      ...{ storyboardUrl: null, durationSeconds: 60, growing: false },
      expiresAt: '2100-01-01T00:00:00Z',
    }
    const { viewing, calls } = open(someVideo(), () => Response.json(playbackView), prepared)
    expect(viewing.playback.value).toEqual(prepared)
    await settle()
    expect(asks(calls)).toBe(0)
    viewing.stop()
  })

  test('too early, it asks again when the state allows it', async () => {
    let early = true
    const { viewing, videos, calls } = open(
      someVideo({ state: 'uploading', playable: false }),
      () => (early ? refusal(409, 'not-playable') : Response.json(playbackView)),
    )
    await settle()
    expect(viewing.playback.value).toBeNull()
    expect(viewing.problem.value).toBeNull()
    expect(asks(calls)).toBe(1)
    early = false
    videos.take(someVideo({ state: 'queued', playable: false, version: 6 }))
    await settle()
    expect(viewing.playback.value).toEqual(playbackView)
    viewing.stop()
  })

  test('a missing video is said to be missing and leaves the library', async () => {
    const { viewing, dropped } = open(null, () => refusal(404, 'video-not-found'))
    await settle()
    expect(viewing.missing.value).toBe(true)
    expect(viewing.problem.value).toBeNull()
    expect(dropped).toEqual([someId])
    viewing.stop()
  })

  test('one deleted while it is watched is missing from then on', async () => {
    const { viewing, videos } = open(someVideo(), () => Response.json(playbackView))
    await settle()
    videos.drop(someId)
    expect(viewing.missing.value).toBe(true)
    viewing.stop()
  })

  test('a failure is kept in words until the viewer tries again', async () => {
    let broken = true
    const { viewing, videos, calls } = open(someVideo(), () =>
      broken ? refusal(503, 'table-unavailable') : Response.json(playbackView),
    )
    await settle()
    expect(viewing.problem.value?.code).toBe('table-unavailable')
    videos.take(someVideo({ version: 6 }))
    await settle()
    expect(asks(calls)).toBe(1)
    broken = false
    viewing.reopen(12)
    await settle()
    expect(viewing.playback.value).toEqual(playbackView)
    expect(viewing.startSeconds.value).toBe(12)
    viewing.stop()
  })

  test('the page of a video is followed until it is left', async () => {
    const { viewing, videos } = open(someVideo(), () => Response.json(playbackView))
    expect(videos.watched.value).toBe(someId)
    viewing.stop()
    expect(videos.watched.value).toBeNull()
  })
})
