// What any program may ask of a running stack by the HTTP contract: a video until it is as wanted, and its playlists as text.
import { setTimeout as wait } from 'node:timers/promises'
import type { PlaybackView, VideoView } from '#domain/video.ts'
import type { Stack } from '../../bench/stack.ts'
import { call } from '../../bench/upload.ts'

export const readVideo = ({ origin }: Stack, videoId: string) =>
  call<VideoView>(`${origin}/api/videos/${videoId}`)

/** Waits until the video is as wanted; fails with what it is when that takes too long. */
export async function untilVideo(
  stack: Stack,
  videoId: string,
  wanted: (video: VideoView) => boolean,
  seconds = 60,
): Promise<VideoView> {
  const end = performance.now() + seconds * 1000
  for (;;) {
    const video = await readVideo(stack, videoId)
    if (wanted(video)) return video
    if (video.failure || performance.now() > end) {
      throw new Error(`not reached: ${JSON.stringify(video)}`)
    }
    await wait(100)
  }
}

export const untilReady = (stack: Stack, videoId: string) =>
  untilVideo(stack, videoId, ({ state }) => state === 'ready')

export interface Playback extends PlaybackView {
  /** `url` with scheme and host. */
  address: string
}

export async function openPlayback({ origin }: Stack, videoId: string): Promise<Playback> {
  const view = await call<PlaybackView>(`${origin}/api/videos/${videoId}/playback`, {
    method: 'POST',
  })
  return { ...view, address: `${origin}${view.url}` }
}

/** Bytes of an object: `start` inclusive. */
export interface ByteRange {
  url: string
  start: number
  bytes: number
}

export interface ListedMedia {
  targetDuration: number
  maps: ByteRange[]
  segments: (ByteRange & { seconds: number })[]
  ended: boolean
}

const readRange = (text: string | undefined) => {
  const [bytes = Number.NaN, start = Number.NaN] = (text ?? '').split('@').map(Number)
  return { bytes, start }
}

/** A media playlist by the letter of RFC 8216. */
export async function readMedia(address: string): Promise<ListedMedia> {
  const answer = await fetch(address)
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${text}`)
  const media: ListedMedia = {
    targetDuration: Number(/^#EXT-X-TARGETDURATION:(\d+)$/m.exec(text)?.[1]),
    maps: [],
    segments: [],
    ended: /^#EXT-X-ENDLIST$/m.test(text),
  }
  const absolute = (uri: string) => new URL(uri, address).href
  let seconds = Number.NaN
  let range = readRange(undefined)
  for (const line of text.split('\n')) {
    const map = /^#EXT-X-MAP:URI="([^"]+)",BYTERANGE="([^"]+)"$/.exec(line)
    if (map) media.maps.push({ url: absolute(map[1] ?? ''), ...readRange(map[2]) })
    else if (line.startsWith('#EXTINF:')) seconds = Number.parseFloat(line.slice(8))
    else if (line.startsWith('#EXT-X-BYTERANGE:')) range = readRange(line.slice(17))
    else if (line !== '' && !line.startsWith('#')) {
      media.segments.push({ url: absolute(line), seconds, ...range })
    }
  }
  return media
}
