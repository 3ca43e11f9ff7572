// What a whole ladder costs through the pipeline, beside the best single FFmpeg command and beside one process a rung: CPU
// seconds and wall time in one run, on the same machine and file. The lead, work done twice so that nobody waits, is reported apart.
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { planLadder, type Rung } from '#domain/ladder.ts'
import type { VideoView } from '#domain/video.ts'
import { makeClip, run } from './clips.ts'
import { median, table } from './figures.ts'
import { cpuSeconds } from './processes.ts'
import { type LogLine, type Stack, startStack } from './stack.ts'
import { call, upload } from './upload.ts'

interface Cost {
  cpu: number
  wall: number
}

const rateArgs = (rung: Rung, stream: string) => [
  ...[`-c:v${stream}`, 'libx264', `-preset${stream}`, 'veryfast', `-crf${stream}`, '23'],
  ...[`-profile${stream || ':v'}`, 'high', `-maxrate${stream}`, String(rung.maxBitsPerSecond)],
  ...[`-bufsize${stream}`, String(rung.maxBitsPerSecond * 2)],
]
const gop = ['-g', '48', '-keyint_min', '48', '-sc_threshold', '0', '-pix_fmt', 'yuv420p']

/** One decode, cascaded scaling, all encoders in one process: the best single command. */
export function singleCommand(input: string, rungs: readonly Rung[], folder: string): string[] {
  const descending = [...rungs].reverse()
  const graph = descending.map((rung, index) => {
    const from = index === 0 ? '[0:v]' : `[t${index}]`
    const scale = `scale=${rung.pictureWidth}:${rung.pictureHeight}:flags=bicubic`
    const end =
      index === descending.length - 1 ? `[v${index}]` : `,split=2[v${index}][t${index + 1}]`
    return `${from}${scale}${end}`
  })
  return [
    ...['-nostdin', '-v', 'error', '-y', '-i', input, '-filter_complex', graph.join(';')],
    ...descending.flatMap((rung, index) => [
      ...[
        '-map',
        `[v${index}]`,
        ...rateArgs(rung, ''),
        ...gop,
        '-f',
        'mp4',
        join(folder, `s-${rung.track}.mp4`),
      ],
    ]),
    ...['-map', '0:a?', '-c:a', 'aac', '-b:a', '128k', '-f', 'mp4', join(folder, 's-audio.mp4')],
  ]
}

/** The usual way: each rung decodes the source for itself. */
export function rungCommand(input: string, rung: Rung, folder: string): string[] {
  return [
    ...['-nostdin', '-v', 'error', '-y', '-i', input, '-map', '0:v:0', '-map', '0:a?'],
    ...['-vf', `scale=${rung.pictureWidth}:${rung.pictureHeight}:flags=bicubic`],
    ...[...rateArgs(rung, ''), ...gop, '-c:a', 'aac', '-b:a', '128k', '-f', 'mp4'],
    join(folder, `r-${rung.track}.mp4`),
  ]
}

async function costOf(work: () => Promise<unknown>, readCpu: () => Promise<number>): Promise<Cost> {
  const [cpuBefore, wallBefore] = [await readCpu(), performance.now()]
  await work()
  return { cpu: (await readCpu()) - cpuBefore, wall: (performance.now() - wallBefore) / 1000 }
}

export async function untilDone(stack: Stack, videoId: string): Promise<void> {
  for (;;) {
    const video = await call<VideoView>(`${stack.origin}/api/videos/${videoId}`)
    if (video.state === 'failed') throw new Error(video.failure?.message)
    const done = (task: string) =>
      stack.log.some(
        line => line.message === 'task done' && line['video'] === videoId && line['task'] === task,
      )
    if (video.state === 'ready' && done('finish')) return
    await wait(200)
  }
}

/** FFmpeg's CPU seconds of the lowest rung alone; `inspect` makes its first chunk. */
const leadCpu = (log: readonly LogLine[], videoId: string): number =>
  log
    .filter(line => line.message === 'task done' && line['video'] === videoId)
    .filter(line => /^(inspect|lead-\d+)$/.test(String(line['task'])))
    .reduce((sum, line) => sum + Number(line['cpuSeconds'] ?? 0), 0)

export async function benchLadder(options: {
  clip: string | undefined
  height: number
  seconds: number
  runs: number
}): Promise<void> {
  const file = await makeClip(options)
  const rungs = planLadder(Math.round((options.height * 16) / 9), options.height, {
    num: 24,
    den: 1,
  })
  const folder = await mkdtemp(join(tmpdir(), 'millrace-ladder-'))
  const own = () => cpuSeconds(process.pid)
  const costs: Record<'pipeline' | 'lead' | 'single' | 'rungs', Cost[]> = {
    pipeline: [],
    lead: [],
    single: [],
    rungs: [],
  }
  try {
    for (let turn = 0; turn < options.runs; turn++) {
      costs.single.push(await costOf(() => run('ffmpeg', singleCommand(file, rungs, folder)), own))
      costs.rungs.push(
        await costOf(async () => {
          for (const rung of rungs) await run('ffmpeg', rungCommand(file, rung, folder))
        }, own),
      )
      const stack = await startStack({ COPY_LANE: 'off' })
      try {
        let videoId = ''
        const whole = await costOf(
          async () => {
            videoId = (await upload(stack.origin, file)).videoId
            await untilDone(stack, videoId)
          },
          () => cpuSeconds(stack.transcoder()),
        )
        const lead = leadCpu(stack.log, videoId)
        costs.pipeline.push({ ...whole, cpu: whole.cpu - lead })
        costs.lead.push({ cpu: lead, wall: 0 })
      } finally {
        await stack.stop()
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const middle = (name: keyof typeof costs, figure: keyof Cost) =>
    median(costs[name].map(cost => cost[figure]))
  const row = (title: string, name: keyof typeof costs) => [
    title,
    middle(name, 'cpu'),
    middle(name, 'wall'),
    middle(name, 'cpu') / middle('single', 'cpu'),
    middle(name, 'cpu') / middle('rungs', 'cpu'),
  ]
  process.stdout.write(
    `${options.seconds} s of ${options.height}p, ${rungs.length} rungs, ${availableParallelism()} cores, median of ${options.runs}\n${table(
      ['way', 'CPU s', 'wall s', 'CPU ÷ single', 'CPU ÷ one a rung'],
      [
        row('pipeline, whole worker without the lead', 'pipeline'),
        row('the lead', 'lead'),
        row('best single command', 'single'),
        row('one process a rung', 'rungs'),
      ],
    )}\n`,
  )
}
