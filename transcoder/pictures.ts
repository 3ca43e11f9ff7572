// Poster and storyboard of a video, from keyframes only. The video does without them when they cannot be made.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contentTypeOf, mediaCacheControl } from '#domain/delivery.ts'
import { mediaKey, posterName, storyboardName, storyboardSheetName } from '#domain/keys.ts'
import type { Task } from '#domain/task.ts'
import type { Completion } from '#platform/tasks.ts'
import { planStoryboard, posterArgs, storyboardArgs, storyboardVtt } from './picture-args.ts'
import { niceness } from './sandbox.ts'
import type { TaskRun, WorkerDeps } from './worker.ts'

type PicturesTask = Extract<Task, { kind: 'pictures' }>

const timeoutSeconds = 600

export async function pictures(deps: WorkerDeps, run: TaskRun<PicturesTask>): Promise<Completion> {
  const { videoId, attempt } = run.task
  const plan = await deps.plans.read(videoId, attempt)
  const opened = deps.sources.open(plan.source)
  try {
    return await deps.scratch.use(async folder => {
      const runHere = async (args: string[]) => {
        const { cpuSeconds } = await deps.ffmpeg.run({
          args,
          cwd: folder,
          timeoutSeconds,
          nice: niceness.bulk,
          signal: run.signal,
        })
        run.spent(cpuSeconds)
      }
      const put = (name: string, write: (key: string) => Promise<unknown>) =>
        write(mediaKey(videoId, attempt, name))
      const facts = (key: string) => ({
        contentType: contentTypeOf(key),
        cacheControl: mediaCacheControl,
      })
      const putFile = (name: string) =>
        put(name, key => deps.media.putFile(key, join(folder, name), facts(key)))

      await runHere(posterArgs({ plan, input: opened.url, output: posterName }))
      await putFile(posterName)
      const board = planStoryboard(plan)
      await runHere(storyboardArgs({ plan, board, input: opened.url }))
      const made = new Set(await readdir(folder))
      const sheets = board.sheets.filter((_, sheet) => made.has(storyboardSheetName(sheet)))
      for (const [sheet] of sheets.entries()) await putFile(storyboardSheetName(sheet))
      const vtt = storyboardVtt(board, sheets.length)
      await put(storyboardName, key => deps.media.put(key, vtt, facts(key)))
      return { chunks: [], counted: true, marks: { poster: true, storyboard: sheets.length > 0 } }
    })
  } catch (thrown) {
    throw opened.failure() ?? thrown
  } finally {
    opened.close()
  }
}
