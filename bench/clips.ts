// The films benches run on: a person's own clip, or a made one, scaled and looped to the wanted length; kept between runs.

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

export const run = promisify(execFile)

const folder = join('.millrace', 'bench')

export interface ClipOptions {
  /** A clip of one's own to loop; without it moving test pictures with a tone. */
  clip: string | undefined
  height: number
  seconds: number
  /** A keyframe each so many frames, as the copy lane wants it; without it, as x264 likes. */
  keyframeEvery?: number
}

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** Where films are kept between runs. */
export async function benchFolder(): Promise<string> {
  await mkdir(folder, { recursive: true })
  return folder
}

/** Path of an H.264 + AAC file of the wanted size and length. */
export async function makeClip(options: ClipOptions): Promise<string> {
  const { clip, height, seconds, keyframeEvery } = options
  await benchFolder()
  const origin = clip ? `${clip}-${(await stat(clip)).size}` : 'made'
  const name = createHash('sha256')
    .update(`${origin}-${height}-${seconds}${keyframeEvery ? `-${keyframeEvery}` : ''}`)
    .digest('hex')
    .slice(0, 12)
  const path = join(folder, `${name}-${height}p-${seconds}s.mp4`)
  if (await exists(path)) return path
  const input = clip
    ? ['-stream_loop', '-1', '-i', clip]
    : [
        ...['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=24,noise=alls=12:allf=t'],
        ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
      ]
  const partial = `${path}.partial.mp4`
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', ...input, '-t', String(seconds)],
    ...[
      '-vf',
      `scale=-2:${height}`,
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-crf',
      '20',
      '-pix_fmt',
      'yuv420p',
      ...(keyframeEvery ? ['-g', String(keyframeEvery)] : []),
    ],
    ...['-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', partial],
  ])
  await rename(partial, path)
  return path
}

/** Containers of long films. No index tells the packets of the last two. */
export const loopedContainers = ['mp4', 'mkv', 'ts'] as const
export type LoopedContainer = (typeof loopedContainers)[number]

/** Path of a minute over and over, by its packets; whoever asked for it removes it. */
export async function loopMinute(
  options: Omit<ClipOptions, 'seconds'>,
  minutes: number,
  container: LoopedContainer,
): Promise<string> {
  const minute = await makeClip({ ...options, seconds: 60 })
  const path = join(folder, `looped-${options.keyframeEvery ?? 'any'}-${minutes}min.${container}`)
  const index = container === 'mp4' ? ['-movflags', '+faststart'] : []
  await run('ffmpeg', [
    ...['-nostdin', '-v', 'error', '-y', '-stream_loop', String(minutes - 1), '-i', minute],
    ...['-c', 'copy', ...index, path],
  ])
  return path
}
