// Whether the time a person reads beside a film that is being prepared is right: what the portal says each half second, beside what it
// then took. The portal's own code over the API's answers.
import { setTimeout as wait } from 'node:timers/promises'
import type { VideoView } from '#domain/video.ts'
import { createVideos } from '../web/src/progress/videos.ts'
import { makeClip } from './clips.ts'
import { type Cell, median, percentile, table } from './figures.ts'
import { type Stack, startStack } from './stack.ts'
import { call, upload } from './upload.ts'

const nowSeconds = () => performance.now() / 1000

interface Said {
  at: number
  left: number | null
}

/** From `queued` to the end: what was said when. */
async function follow(stack: Stack, file: string): Promise<{ said: Said[]; seconds: number }> {
  const { videoId } = await upload(stack.origin, file)
  const videos = createVideos(nowSeconds)
  const said: Said[] = []
  for (const began = nowSeconds(); ; ) {
    const view = await call<VideoView>(`${stack.origin}/api/videos/${videoId}`)
    const now = nowSeconds()
    if (view.state === 'failed') throw new Error(view.failure?.message)
    if (view.state === 'ready') return { said, seconds: now - began }
    videos.take(view)
    const left = videos.read(videoId)?.pace.secondsLeft(now, 1) ?? null
    said.push({ at: now - began, left })
    await wait(500)
  }
}

/** Nobody counts on less than this: of the last seconds a third is a blink. */
const blinkSeconds = 2

/** Of the moments after the first fifth. */
function rowOf(name: string, { said, seconds }: Awaited<ReturnType<typeof follow>>): Cell[] {
  const later = said.filter(({ at }) => at >= seconds / 5)
  const errors = later.flatMap(({ at, left }) => {
    if (left === null) return []
    const off = Math.abs(left - (seconds - at))
    return off <= blinkSeconds ? [0] : [off / (seconds - at)]
  })
  const within = errors.filter(error => error <= 0.3).length / later.length
  const percent = (share: number) => `${Math.round(share * 100)} %`
  return [
    ...[name, seconds, later.length, percent(within)],
    ...[percent(median(errors)), percent(percentile(errors, 0.95))],
  ]
}

/** @param options.seconds of each film. */
export async function benchTimeLeft(options: {
  clip: string | undefined
  seconds: number
}): Promise<void> {
  const { clip, seconds } = options
  const films = [
    ...[360, 720, 1080].map(height => ({ height, lane: 'off' })),
    { height: 720, lane: 'on' },
  ]
  const rows: Cell[][] = []
  for (const { height, lane } of films) {
    const keyframes = lane === 'on' ? { keyframeEvery: 48 } : {}
    const film = await makeClip({ clip, height, seconds, ...keyframes })
    const stack = await startStack({ LOG_LEVEL: 'error', COPY_LANE: lane })
    try {
      rows.push(
        rowOf(`${height}p, ${lane === 'on' ? 'copied' : 'encoded'}`, await follow(stack, film)),
      )
    } finally {
      await stack.stop()
    }
  }
  const head = ['film', 'seconds', 'moments', 'within 30 %', 'median off', 'p95 off']
  process.stdout.write(`films of ${seconds} s, after the first fifth\n${table(head, rows)}\n`)
}
