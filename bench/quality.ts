// How good the ladder looks: VMAF of every rung as the pipeline made it, in chunks and with cascaded scaling, beside one run over
// the whole film, cascaded and scaled straight from the source; and what a viewer could see at the joints of chunks.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { planLadder, type Rung } from '#domain/ladder.ts'
import { planChunks } from '#domain/plan.ts'
import { rational } from '#domain/rational.ts'
import type { PlaybackView } from '#domain/video.ts'
import { readPlaylist } from '../transcoder/gate/m3u8.ts'
import { exists, makeClip, run } from './clips.ts'
import { type Cell, mean, percentile, table } from './figures.ts'
import { rungCommand, singleCommand, untilDone } from './ladder.ts'
import { startStack } from './stack.ts'
import { call, upload } from './upload.ts'

/** FFmpeg 9 with libvmaf; Debian's has none. */
const wheel = 'imageio-ffmpeg==0.8.1'
const framesPerSecond = 24
const gopFrames = 48
/** Half a second on either side of a joint. */
const nearFrames = 12
const largeOutput = { maxBuffer: 2 ** 28 }

async function vmafFfmpeg(): Promise<string> {
  const given = process.env['VMAF_FFMPEG']
  if (given) return given
  const venv = resolve('.millrace', 'bench', 'vmaf')
  const python = join(venv, 'bin', 'python')
  if (!(await exists(python))) {
    await run('python3', ['-m', 'venv', venv])
    await run(python, ['-m', 'pip', 'install', '--quiet', wheel])
  }
  const { stdout } = await run(python, [
    '-c',
    'import imageio_ffmpeg as i; print(i.get_ffmpeg_exe())',
  ])
  return stdout.trim()
}

interface Measured {
  /** VMAF of each frame, in order. */
  vmaf: number[]
  /** Bytes of each frame as shown, in order. */
  bytes: number[]
}

interface VmafLog {
  frames: { metrics: { vmaf: number } }[]
}

/** Both are brought to the source's size, as a viewer's screen would. */
async function measure(
  ffmpeg: string,
  { input, source, size, folder }: { input: string; source: string; size: string; folder: string },
): Promise<Measured> {
  const log = 'vmaf.json'
  const same = `settb=1/${framesPerSecond},setpts=N,scale=${size}:flags=bicubic,format=yuv420p`
  const score = `libvmaf=log_fmt=json:log_path=${log}:n_threads=${availableParallelism()}`
  const graph = `[0:v]${same}[made];[1:v]${same}[true];[made][true]${score}`
  await run(
    ffmpeg,
    ['-nostdin', '-v', 'error', '-i', input, '-i', source, '-lavfi', graph, '-f', 'null', '-'],
    { cwd: folder },
  )
  const { frames } = JSON.parse(await readFile(join(folder, log), 'utf8')) as VmafLog
  const { stdout } = await run(
    'ffprobe',
    [
      ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time,size'],
      ...['-of', 'csv=p=0', input],
    ],
    largeOutput,
  )
  const packets = stdout
    .trim()
    .split('\n')
    .map(line => line.split(',').map(Number))
    .sort(([a = 0], [b = 0]) => a - b)
  // Compared frame by frame: a lost one would shift all that follow.
  if (packets.length !== frames.length) throw new Error(`${input} has ${packets.length} frames`)
  return {
    vmaf: frames.map(({ metrics }) => metrics.vmaf),
    bytes: packets.map(([, size = 0]) => size),
  }
}

/** What a viewer could see at a joint: the quality and the bytes of its frames beside those of one run. */
function atJoints(made: Measured, whole: Measured, joints: readonly number[]) {
  const near = (values: readonly number[], joint: number) =>
    mean(values.slice(joint - nearFrames, joint + nearFrames))
  const falls = joints.map(joint => near(made.vmaf, joint) - near(whole.vmaf, joint))
  const shares = joints.map(joint => near(made.bytes, joint) / near(whole.bytes, joint))
  return { meanFall: mean(falls), worstFall: Math.min(...falls), bytes: mean(shares) }
}

/** A rung as one file: FFmpeg 9 loses segments of a list over HTTP, because it asks for the next before it has read the last. */
async function saved(url: string, folder: string): Promise<string> {
  const path = join(folder, 'made.mp4')
  const args = ['-nostdin', '-v', 'error', '-y', '-i', url, '-map', '0:v:0', '-c', 'copy', path]
  await run('ffmpeg', args)
  return path
}

/** Address of a rung's own playlist. */
async function rungUrl(main: string, { pictureWidth, pictureHeight }: Rung): Promise<string> {
  const playlist = readPlaylist(await (await fetch(main)).text(), main)
  const size = `${pictureWidth}x${pictureHeight}`
  const variants = playlist?.kind === 'multivariant' ? playlist.variants : []
  const found = variants.find(
    ({ attributes, iframes }) => !iframes && attributes.get('RESOLUTION') === size,
  )
  if (!found) throw new Error(`no rung of ${size} in the playlist`)
  return found.url
}

export async function benchQuality(options: {
  clip: string | undefined
  height: number
  seconds: number
}): Promise<void> {
  const ffmpeg = await vmafFfmpeg()
  const source = resolve(await makeClip(options))
  const { stdout: shape } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height,nb_frames'],
    ...['-of', 'csv=p=0', source],
  ])
  const [width = 0, height = 0, frames = 0] = shape.split(',').map(Number)
  const rungs = planLadder(width, height, rational(framesPerSecond))
  const joints = planChunks(frames, gopFrames)
    .slice(1)
    .map(chunk => chunk.firstFrame)
  const folder = await mkdtemp(join(tmpdir(), 'millrace-quality-'))
  const stack = await startStack({ COPY_LANE: 'off' })
  const rows: Cell[][] = []
  try {
    const { videoId } = await upload(stack.origin, source)
    await untilDone(stack, videoId)
    const { url } = await call<PlaybackView>(`${stack.origin}/api/videos/${videoId}/playback`, {
      method: 'POST',
    })
    const main = new URL(url, stack.origin).href
    await run('ffmpeg', singleCommand(source, rungs, folder))
    for (const rung of rungs) {
      await run('ffmpeg', rungCommand(source, rung, folder))
      const read = (input: string) =>
        measure(ffmpeg, { input, source, size: `${width}:${height}`, folder })
      const made = await read(await saved(await rungUrl(main, rung), folder))
      const whole = await read(join(folder, `s-${rung.track}.mp4`))
      const direct = await read(join(folder, `r-${rung.track}.mp4`))
      const joint = atJoints(made, whole, joints)
      rows.push([
        rung.track,
        ...[mean(made.vmaf), mean(whole.vmaf), mean(direct.vmaf)],
        ...[percentile(made.vmaf, 0.01), percentile(whole.vmaf, 0.01)],
        ...[mean(made.bytes) / mean(whole.bytes), joint.meanFall, joint.worstFall, joint.bytes],
      ])
    }
  } finally {
    await stack.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const head = [
    ...['rung', 'VMAF made', 'whole', 'whole, direct', '1 % low', 'whole 1 % low', 'bytes ÷ whole'],
    ...['joints: mean', 'worst', 'bytes ÷ whole'],
  ]
  process.stdout.write(
    `${options.seconds} s of ${height}p, ${joints.length} joints; at joints: VMAF less that of one run, ±${nearFrames} frames\n${table(head, rows)}\n`,
  )
}
