// Short films with something to look at, made and put into a running stack: what the pages show while they are measured and drawn.
import { join } from 'node:path'
import type { VideoView } from '#domain/video.ts'
import { benchFolder, exists, run } from './clips.ts'
import type { Stack } from './stack.ts'
import { call, upload } from './upload.ts'

const size = 'size=960x540:rate=24'
/** Title to FFmpeg's source of its pictures, with its length in seconds. */
const films: readonly [title: string, picture: string, seconds: number][] = [
  [
    'Evening over the bay',
    'gradients=s=960x540:r=24:c0=#1b3a5c:c1=#e0824c:c2=#f6c986:n=3:seed=7:speed=0.008',
    12,
  ],
  [
    'The desert at noon',
    'gradients=s=960x540:r=24:c0=#5d8fb3:c1=#f2d9a0:c2=#c9803f:n=3:seed=11:speed=0.006:type=radial',
    9,
  ],
  [
    'Northern lights, take two',
    'gradients=s=960x540:r=24:c0=#06121f:c1=#1d6f5f:c2=#6fd9a8:c3=#20315f:n=4:seed=21:speed=0.012',
    8,
  ],
  ['Test card', `testsrc2=${size}`, 8],
  ['Carpets of Sierpinski', `sierpinski=${size}:seed=5:type=carpet`, 8],
]

async function makeFilm(title: string, picture: string, seconds: number): Promise<string> {
  const path = join(await benchFolder(), `${title}.mp4`)
  if (await exists(path)) return path
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', '-f', 'lavfi', '-i', picture],
    ...['-f', 'lavfi', '-i', 'sine=frequency=220:sample_rate=48000', '-t', String(seconds)],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-g', '48', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
    ...['-movflags', '+faststart', path],
  ])
  return path
}

/** Resolves once all are ready; the ids in the order of the library's newest-first list, reversed. */
export async function putFilms(stack: Stack, count = films.length): Promise<string[]> {
  const ids: string[] = []
  for (const [title, picture, seconds] of films.slice(0, count).toReversed()) {
    ids.push((await upload(stack.origin, await makeFilm(title, picture, seconds))).videoId)
  }
  for (const videoId of ids) await untilFinal(stack, videoId)
  return ids
}

export async function untilFinal(stack: Stack, videoId: string): Promise<void> {
  for (;;) {
    const { state } = await call<VideoView>(`${stack.origin}/api/videos/${videoId}`)
    if (state === 'ready' || state === 'failed') return
    await new Promise(resolve => setTimeout(resolve, 200))
  }
}
