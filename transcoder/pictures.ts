// Poster and storyboard of a video, from keyframes only. The video does without them when they cannot be made.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import { MillraceError } from '#domain/errors.ts'
import { mediaKey, posterName, storyboardName, storyboardSheetName } from '#domain/keys.ts'
import type { Plan } from '#domain/plan.ts'
import type { Task } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import {
  areInOrder,
  coverArgs,
  planStoryboard,
  posterArgs,
  posterCandidate,
  posterLook,
  posterMean,
  storyboardArgs,
  storyboardVtt,
  waveArgs,
} from './picture-args.ts'
import { choosePoster, isPoster } from './poster-choice.ts'
import { niceness } from './sandbox.ts'
import { blameSource } from './source-fault.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type PicturesTask = Extract<Task, { kind: 'pictures' }>

const timeoutSeconds = 600

/** FFmpeg with these arguments, in the folder the files are made in. */
export type RunHere = (args: string[]) => Promise<{ stderr: string }>

export interface PictureRun {
  plan: Plan
  input: string
  folder: string
  run: RunHere
}

export async function pictures(deps: WorkerDeps, run: TaskRun<PicturesTask>): Promise<Completion> {
  const { videoId, attempt } = run.task
  const plan = await deps.plans.read(videoId, attempt)
  const opened = deps.sources.open(plan.source)
  try {
    return await deps.scratch.use(async folder => {
      const runHere = async (args: string[]) => {
        const result = await deps.ffmpeg.run({
          args,
          cwd: folder,
          timeoutSeconds,
          nice: niceness.bulk,
          signal: run.signal,
        })
        run.spent(result.cpuSeconds)
        return result
      }
      const making = { plan, input: opened.url, folder, run: runHere }
      const put = (name: string, write: (key: string) => Promise<unknown>) =>
        write(mediaKey(videoId, attempt, name))
      const facts = (key: string) => ({
        contentType: contentTypeOf(key),
        cacheControl: mediaCacheControl,
      })
      const putFile = (name: string, file = name) =>
        put(name, key => deps.media.putFile(key, join(folder, file), facts(key)))

      if (plan.video.drawn) {
        const { file, posterColor } = await drawPoster(making, plan.video.drawn)
        await putFile(posterName, file)
        return { chunks: [], counted: true, marks: { poster: true, posterColor } }
      }
      const { file, posterColor } = await makePoster(making)
      await putFile(posterName, file)
      run.mark('poster')
      const { vtt, sheets } = await makeStoryboard(making)
      for (const sheet of sheets) await putFile(sheet)
      await put(storyboardName, key => deps.media.put(key, vtt, facts(key)))
      run.mark('storyboard')
      const marks = { poster: true, posterColor, storyboard: sheets.length > 0 }
      return { chunks: [], counted: true, marks }
    })
  } catch (thrown) {
    throw opened.failure() ?? blameSource(thrown)
  } finally {
    opened.close()
  }
}

/** A poster in the folder. */
export interface MadePoster {
  file: string
  /** Its mean, #rrggbb: what stands in its place until it is there. */
  posterColor: string
}

async function madePoster(folder: string, index: number): Promise<MadePoster> {
  const mean = await readFile(join(folder, posterMean(index)))
  return {
    file: posterCandidate(index),
    posterColor: `#${mean.subarray(0, 3).toString('hex').padStart(6, '0')}`,
  }
}

/** Of a recording: its cover, or its waveform where there is none that can be read. There is nothing to preview. */
export async function drawPoster(
  { plan, input, folder, run }: PictureRun,
  { cover }: { cover: number | null },
): Promise<MadePoster> {
  const isMade = async () => (await readdir(folder)).includes(posterMean(0))
  if (cover !== null) {
    await run(coverArgs(plan, input, cover)).catch(thrown => {
      if (!(thrown instanceof MillraceError) || thrown.code !== 'encode-failed') throw thrown
    })
    if (await isMade()) return madePoster(folder, 0)
  }
  await run(waveArgs(plan, input))
  if (await isMade()) return madePoster(folder, 0)
  throw new MillraceError('encode-failed', { detail: 'no waveform for a poster' })
}

/**
 * A film that begins with a picture costs one keyframe, every other those of a minute.
 * @throws MillraceError `encode-failed` when the source gave no keyframe.
 */
export async function makePoster({ plan, input, folder, run }: PictureRun): Promise<MadePoster> {
  const looks = async (seek: 'first' | 'minute') => {
    await run(posterArgs({ plan, input, seek }))
    const made = new Set(await readdir(folder))
    const names: string[] = []
    while (made.has(posterLook(names.length))) names.push(posterLook(names.length))
    return Promise.all(names.map(name => readFile(join(folder, name))))
  }
  const [first] = await looks('first')
  if (!first) throw new MillraceError('encode-failed', { detail: 'no keyframe for a poster' })
  return madePoster(folder, isPoster(first) ? 0 : choosePoster(await looks('minute')))
}

/** The names of the sheets in the folder, and the cues of those. */
export async function makeStoryboard({
  plan,
  input,
  folder,
  run,
}: PictureRun): Promise<{ vtt: string; sheets: string[] }> {
  const board = planStoryboard(plan)
  const { stderr } = await run(storyboardArgs({ plan, board, input, decoded: 'keyframes' }))
  if (!areInOrder(stderr)) await run(storyboardArgs({ plan, board, input, decoded: 'references' }))
  const made = new Set(await readdir(folder))
  const sheets = board.sheets
    .map((_, sheet) => storyboardSheetName(sheet))
    .filter(name => made.has(name))
  return { vtt: storyboardVtt(board, sheets.length), sheets }
}
