// Encodes one span of one sound track on its grid of AAC packets, so that the spans join without a gap or a click.
import { MillraceError } from '#domain/errors.ts'
import type { AudioPlan, Plan } from '#domain/plan.ts'
import type { Rational } from '#domain/rational.ts'
import { type AudioTask, workOf } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { anchorArgs, audioArgs, readAnchor } from './audio-args.ts'
import { checkAudioSpan } from './check.ts'
import { decodeEarly } from './early-decode.ts'
import { publishChunks } from './encode.ts'
import { packAudio } from './pack.ts'
import { niceness } from './sandbox.ts'
import { blameSource } from './source-fault.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

const timeoutSeconds = 1800

export async function audio(deps: WorkerDeps, run: TaskRun<AudioTask>): Promise<Completion> {
  const { task } = run
  const plan = await deps.plans.read(task.videoId, task.attempt)
  const track = plan.audio.find(({ track }) => track === task.track)
  const span = track?.spans[task.span]
  if (!track || !span) {
    throw new MillraceError('record-unreadable', {
      detail: `no span ${task.span} of ${task.track}`,
    })
  }
  const work = workOf(plan, task)
  const opened = deps.sources.open(plan.source)
  try {
    return await deps.scratch.use(async folder => {
      const startMicroseconds = ((span.firstPacket * 1024) / track.sampleRate) * 1e6
      const lengthMicroseconds = ((span.packets * 1024) / track.sampleRate) * 1e6
      const anchor = await findAnchor(deps, run.signal, { plan, audio: track, input: opened.url })
      const { cpuSeconds } = await deps.ffmpeg.run({
        args: audioArgs({ plan, audio: track, span, input: opened.url, anchor }),
        cwd: folder,
        timeoutSeconds,
        nice: task.span === 0 ? niceness.first : niceness.lead(task.span),
        signal: run.signal,
        onProgress: ({ outMicroseconds }) => {
          const part = ((outMicroseconds ?? 0) - startMicroseconds) / lengthMicroseconds
          run.progress(work * Math.min(1, Math.max(0, part)))
        },
      })
      run.spent(cpuSeconds)
      const packed = await packAudio(folder, track, span)
      checkAudioSpan(packed, track, span)
      const made = { track: track.track, index: span.index, packed }
      const published = await publishChunks(deps, run, [made])
      // A viewer waits for the first sound.
      const chunks = task.span === 0 ? published : await decodeEarly(deps, run, plan, published)
      // What a viewer who starts at once will hear.
      const first = task.span === 0 && track === plan.audio[0]
      return { chunks, counted: true, marks: first ? { firstSound: true } : {} }
    })
  } catch (thrown) {
    throw opened.failure() ?? blameSource(thrown)
  } finally {
    opened.close()
  }
}

/** Containers with coarse clocks: one packet from which all spans count. */
async function findAnchor(
  { ffmpeg }: WorkerDeps,
  signal: AbortSignal,
  track: { plan: Plan; audio: AudioPlan; input: string },
): Promise<Rational | null> {
  const args = anchorArgs(track)
  return args ? readAnchor(await ffmpeg.probe({ args, timeoutSeconds: 60, signal })) : null
}
