// What MediaConvert writes for a plan, as far as its documentation says: playlists that name one object a track by byte ranges,
// and those objects. The bytes are no media.
import { mainPlaylistName } from '#domain/keys.ts'
import { h264Codec } from '#domain/ladder.ts'
import type { Plan } from '#domain/plan.ts'
import type { ObjectStore } from '#platform/store.ts'

const initBytes = 800
const segmentBytes = 100
const segmentSeconds = 2

function mediaPlaylist(plan: Plan, name: string): { text: string; bytes: number } {
  const segments = Math.max(1, Math.ceil(plan.durationSeconds / segmentSeconds))
  const lines = Array.from({ length: segments }, (_, index) => {
    const left = plan.durationSeconds - index * segmentSeconds
    return [
      `#EXTINF:${Math.min(segmentSeconds, left).toFixed(6)},`,
      `#EXT-X-BYTERANGE:${segmentBytes}@${initBytes + index * segmentBytes}`,
      name,
    ]
  })
  const text = [
    ...['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-TARGETDURATION:2', '#EXT-X-PLAYLIST-TYPE:VOD'],
    `#EXT-X-MAP:URI="${name}",BYTERANGE="${initBytes}@0"`,
    ...lines.flat(),
    '#EXT-X-ENDLIST',
  ].join('\n')
  return { text, bytes: initBytes + segments * segmentBytes }
}

/** Every object of a job by its name. */
export function convertedObjects(plan: Plan): Map<string, string> {
  const objects = new Map<string, string>()
  const main = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const { track, name } of plan.audio) {
    const { text, bytes } = mediaPlaylist(plan, `main_${track}.cmfa`)
    objects.set(`main_${track}.cmfa`, 'x'.repeat(bytes)).set(`main_${track}.m3u8`, text)
    main.push(
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="${name}",DEFAULT=YES,URI="main_${track}.m3u8"`,
    )
  }
  for (const { track, level, pictureWidth, pictureHeight } of plan.video.rungs) {
    const { text, bytes } = mediaPlaylist(plan, `main_${track}.cmfv`)
    objects.set(`main_${track}.cmfv`, 'x'.repeat(bytes)).set(`main_${track}.m3u8`, text)
    objects.set(`main_${track}_I-Frame.m3u8`, text.replace('VOD', 'VOD\n#EXT-X-I-FRAMES-ONLY'))
    const facts = `CODECS="${h264Codec(level)}",RESOLUTION=${pictureWidth}x${pictureHeight}`
    main.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=100000,${facts}`,
      `main_${track}.m3u8`,
      `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=9000,${facts},URI="main_${track}_I-Frame.m3u8"`,
    )
  }
  return objects.set(mainPlaylistName, main.join('\n'))
}

export async function putObjects(
  store: ObjectStore,
  prefix: string,
  objects: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [name, body] of objects) {
    await store.put(`${prefix}${name}`, body, { contentType: 'application/octet-stream' })
  }
}
