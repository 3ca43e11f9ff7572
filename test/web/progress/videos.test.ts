// What the page knows of videos: the newest view wins, bars only grow, and the stream is asked for what still moves.
import { expect, test } from 'vitest'
import { createVideos } from '../../../web/src/progress/videos.ts'
import { otherId, someId, someVideo } from './views.ts'

const open = () => createVideos(() => 0)

test('an answer that was overtaken changes nothing', () => {
  const videos = open()
  videos.take(someVideo({ version: 5, title: 'New' }))
  videos.take(someVideo({ version: 4, title: 'Old' }))
  expect(videos.read(someId)?.view.title).toBe('New')
})

test('a ratio never goes back while work is done, and ends at what the server says', () => {
  const videos = open()
  videos.take(someVideo({ ratio: 0.4 }))
  videos.take(someVideo({ ratio: 0.3, version: 6 }))
  expect(videos.read(someId)?.view.ratio).toBe(0.4)
  videos.take(someVideo({ state: 'ready', ratio: 1, version: 7 }))
  expect(videos.read(someId)?.view.ratio).toBe(1)
})

test('follows what is queued or processing; an upload only while its page is open', () => {
  const videos = open()
  videos.take(someVideo({ state: 'uploading' }))
  videos.take(someVideo({ videoId: otherId, state: 'queued' }))
  expect(videos.active.value).toEqual([otherId])
  videos.watched.value = someId
  expect(videos.active.value).toEqual([someId, otherId])
  videos.take(someVideo({ state: 'ready', version: 6 }))
  videos.take(someVideo({ videoId: otherId, state: 'failed', version: 6 }))
  expect(videos.active.value).toEqual([])
})

test('a deleted video is gone, and unknown ids are nothing', () => {
  const videos = open()
  videos.take(someVideo())
  videos.drop(someId)
  videos.drop(otherId)
  expect(videos.read(someId)).toBeNull()
  expect(videos.active.value).toEqual([])
})

test('the list of what still moves is the same list until another video moves', () => {
  const videos = open()
  videos.take(someVideo({ ratio: 0.1 }))
  const before = videos.active.value
  videos.take(someVideo({ ratio: 0.2, version: 6 }))
  expect(videos.active.value).toBe(before)
})
